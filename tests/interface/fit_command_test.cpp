// caravel fit as a user runs it: what it leaves, what it refuses, what it does when it is stopped.
#include "example_study.hpp"

namespace caravel::interface_test {
namespace {

/// Growth rate and kill of a tumour from six volumes; solved in about a second.
const std::string& plan_text() {
    static const std::string text = R"([fit]
name = "test fit"
starts = 4
[[experiment]]
study = "study.toml"
name = "doxil"
[[parameter]]
key = "subject.tumour[0].growth.doubling_time"
lower = "5 d"
upper = "600 d"
[[parameter]]
name = "kill"
key = "subject.tumour[0].kill[0].max_rate"
lower = "0.0004 1/h"
upper = "0.4 1/h"
[[noise]]
kind = "log_normal"
sigma = 0.02
)";
    return text;
}

const std::string& volumes() {
    static const std::string text =
        "time [h],observable,value,unit,limit\n"
        "4,tumour.volume,201,mm3,\n"
        "12,tumour.volume,203,mm3,\n"
        "20,tumour.volume,199,mm3,\n"
        "28,tumour.volume,196,mm3,\n"
        "36,tumour.volume,0.187,mL,\n"
        "48,tumour.volume,180,mm3,\n";
    return text;
}

void write_fit(const fs::path& folder, const std::string& plan = plan_text(),
               const std::string& data = volumes()) {
    write_study(folder, study_text(), data);
    write_file(folder / "fit.toml", plan);
}

HowToRun in(const fs::path& folder) {
    HowToRun how;
    how.folder = folder;
    return how;
}

TEST(FitCommand, leaves_estimates_tables_and_a_report) {
    const Scratch folder;
    write_fit(folder.path());
    const std::string out = run_well({"fit", "fit.toml", "--progress", "quiet"}, folder.path());
    EXPECT_NE(out.find("test fit: -log posterior"), std::string::npos) << out;
    EXPECT_NE(out.find("kill"), std::string::npos) << out;
    const fs::path run = only_run(folder / "runs");
    for (const char* name :
         {"fit.json", "starts.csv", "residuals.csv", "fitted.toml", "report.html", "manifest.json"})
        EXPECT_TRUE(fs::exists(run / name)) << name;
    const std::string json = read_file(run / "fit.json");
    EXPECT_NE(json.find("\"schema\": \"caravel.fit/1\""), std::string::npos);
    EXPECT_NE(json.find("\"unit\": \"1/h\""), std::string::npos);
    EXPECT_NE(read_file(run / "residuals.csv").find("tumour.volume,doxil,measured.csv,14400,mm3"),
              std::string::npos);
    EXPECT_NE(read_file(run / "fitted.toml").find("subject.tumour[0].kill[0].max_rate="),
              std::string::npos);
    EXPECT_EQ(leftovers(run), std::vector<std::string>());
}

TEST(FitCommand, estimates_come_with_every_assignment_they_were_found_under) {
    const Scratch folder;
    write_fit(folder.path(),
              replaced(replaced(plan_text(), "\"test fit\"", "'a \"fit\"'"), "name = \"doxil\"",
                       "name = 'a \"b\\c'\nset = [\"subject.body_weight=21 g\"]"));
    run_well({"fit", "fit.toml", "--quiet", "--starts", "1", "--set",
              "protocol.administer[0].dose=5 mg/kg"},
             folder.path());
    const std::string toml = read_file(only_run(folder / "runs") / "fitted.toml");
    EXPECT_NE(toml.find("name = \"a \\\"b\\\\c\"\n"), std::string::npos) << toml;
    EXPECT_NE(toml.find("    \"run.relative_tolerance=1e-8\",\n"
                        "    \"subject.body_weight=21 g\",\n"
                        "    \"protocol.administer[0].dose=5 mg/kg\",\n"
                        "    \"subject.tumour[0].growth.doubling_time="),
              std::string::npos)
        << toml;
}

TEST(FitCommand, threads_do_not_change_a_byte) {
    const Scratch folder;
    write_fit(folder.path());
    run_well({"fit", "fit.toml", "--quiet", "--starts", "2", "--out", "one"}, folder.path());
    run_well({"fit", "fit.toml", "--quiet", "--starts", "2", "--out", "two", "--threads", "2"},
             folder.path());
    for (const char* name : {"fit.json", "starts.csv", "residuals.csv", "report.html"})
        EXPECT_TRUE(read_file(only_run(folder / "one") / name) ==
                    read_file(only_run(folder / "two") / name))
            << name;
}

TEST(FitCommand, sigint_ends_with_75_and_the_same_command_goes_on) {
    const Scratch folder;
    write_fit(folder.path());
    const std::vector<std::string> command{"fit", "fit.toml", "--quiet", "--starts", "8"};
    auto whole = command;
    whole.insert(whole.end(), {"--out", "whole"});
    run_well(whole, folder.path());
    const fs::path reference = only_run(folder / "whole");
    HowToRun how = in(folder.path());
    how.signal_when = folder / "runs" / reference.filename() / "starts.records";
    how.signal = SIGINT;
    const Finished stopped = run(command, how);
    EXPECT_EQ(stopped.code, 75) << stopped.err;
    EXPECT_NE(stopped.err.find("; run the same command again to go on"), std::string::npos);
    EXPECT_FALSE(fs::exists(*how.signal_when / ".." / "fit.json"));
    how.signal = SIGKILL;
    EXPECT_NE(run(command, how).code, 0);
    const std::string id = reference.filename().string();
    auto resume = command;
    resume.insert(resume.end(), {"--resume", id.substr(0, 8)});
    EXPECT_EQ(run_well(resume, folder.path()), id + "\n");
    for (const char* name : {"fit.json", "starts.csv", "residuals.csv", "report.html"})
        EXPECT_TRUE(read_file(reference / name) == read_file(folder / "runs" / id / name)) << name;
}

TEST(FitCommand, reports_what_the_data_do_not_determine) {
    const Scratch folder;
    // Maximum and half of a saturable kill far below its half: only their ratio shows.
    const std::string more = replaced(plan_text(), "[[noise]]",
                                      "[[parameter]]\nname = \"half\"\n"
                                      "key = \"subject.tumour[0].kill[0].half\"\n"
                                      "lower = \"1e5 ug/mL\"\nupper = \"1e9 ug/mL\"\n[[noise]]");
    write_fit(folder.path(), replaced(replaced(more, "\"0.0004 1/h\"", "\"1 1/h\""), "\"0.4 1/h\"",
                                      "\"1e6 1/h\""));
    const std::string out =
        run_well({"fit", "fit.toml", "--progress", "quiet", "--starts", "2"}, folder.path());
    EXPECT_NE(out.find("NOT DETERMINED"), std::string::npos) << out;
    EXPECT_NE(read_file(only_run(folder / "runs") / "fit.json").find("\"identifiable\": false"),
              std::string::npos);
}

struct BadPlan {
    const char* name;
    std::string from;
    std::string to;
    const char* message;
};
void PrintTo(const BadPlan& plan, std::ostream* out) { *out << plan.name; }

class BadPlans : public testing::TestWithParam<BadPlan> {};

TEST_P(BadPlans, are_told_with_what_was_expected) {
    const Scratch folder;
    write_fit(folder.path(), replaced(plan_text(), GetParam().from, GetParam().to));
    const Finished finished = run({"fit", "fit.toml", "--quiet"}, in(folder.path()));
    EXPECT_EQ(finished.code, 3) << finished.err;
    EXPECT_NE(finished.err.find(GetParam().message), std::string::npos) << finished.err;
}

const BadPlan plans[] = {
    {"no_bounds", "lower = \"5 d\"\nupper = \"600 d\"\n", "",
     "fit.toml:7:1: parameter 'subject.tumour[0].growth.doubling_time' has no lower bound, "
     "expected "
     "a number with its unit"},
    {"unknown_key_of_the_plan", "upper = \"600 d\"", "uper = \"600 d\"", "did you mean 'upper'?"},
    {"unknown_key_of_the_study", "doubling_time\"", "doubling_tme\"",
     "did you mean 'subject.tumour[0].growth.doubling_time'?"},
    {"bounds_crossed", "upper = \"600 d\"", "upper = \"1 d\"", "lower"},
    {"bound_without_unit", "upper = \"600 d\"", "upper = 600", "of another dimension"},
    {"bound_of_another_dimension", "upper = \"0.4 1/h\"", "upper = \"0.4 mm\"",
     "the upper bound of kill is '0.4 mm', of another dimension than its lower bound"},
    {"unknown_noise", "log_normal", "lognormal", "did you mean 'log_normal'?"},
    {"no_noise_for_the_data", "[[noise]]\n", "[[noise]]\nobservable = \"blood.concentration\"\n",
     "there is no noise for tumour.volume of doxil"},
    {"sigma_twice", "sigma = 0.02", "sigma = 0.02\nspread = true", "sigma is given in 2 ways"},
    {"sigma_not_above_0", "sigma = 0.02", "sigma = 0", "sigma is '0', expected a number above 0"},
    {"estimated_and_set", "name = \"doxil\"",
     "name = \"doxil\"\nset = [\"subject.tumour[0].kill[0].max_rate=0.1 1/h\"]",
     "'subject.tumour[0].kill[0].max_rate' is estimated, and set by"},
    {"unknown_experiment", "name = \"kill\"\n", "name = \"kill\"\nexperiments = [\"doxl\"]\n",
     "no experiment is named 'doxl', expected the name of an [[experiment]] (did you mean "
     "'doxil'?)"},
};
INSTANTIATE_TEST_SUITE_P(FitCommand, BadPlans, testing::ValuesIn(plans),
                         [](const auto& tested) { return std::string(tested.param.name); });

struct BadTable {
    const char* name;
    std::string content;
    const char* message;
};
void PrintTo(const BadTable& table, std::ostream* out) { *out << table.name; }

class BadTables : public testing::TestWithParam<BadTable> {};

TEST_P(BadTables, are_told_at_their_place) {
    const Scratch folder;
    write_fit(folder.path(), plan_text(), GetParam().content);
    const Finished finished = run({"fit", "fit.toml", "--quiet"}, in(folder.path()));
    EXPECT_EQ(finished.code, 3) << finished.err;
    EXPECT_NE(finished.err.find(GetParam().message), std::string::npos) << finished.err;
}

const std::string head = "time [h],observable,value,unit,limit\n";
const BadTable tables[] = {
    {"unit_that_does_not_convert", head + "1,tumour.volume,200,mg,\n",
     "measured.csv:2:1: 'mg' is no unit of tumour.volume, expected a unit such as mm3"},
    {"unit_that_is_none", head + "1,tumour.volume,200,mmHg,\n",
     "measured.csv:2:1: unknown unit 'mmHg'"},
    {"unknown_observable", head + "1,tumour.volum,200,mm3,\n",
     "measured.csv:2:1: no observable is named 'tumour.volum'"},
    {"all_censored", head + "1,tumour.volume,200,mm3,below\n2,tumour.volume,200,mm3,below\n",
     "all values of tumour.volume are censored, expected at least one measured value"},
    {"nan", head + "1,tumour.volume,nan,mm3,\n", "measured.csv:2:3: value is"},
    {"negative_time", head + "-1,tumour.volume,200,mm3,\n",
     "measured.csv:2:1: the time is -1 h, expected a time of at least 0"},
    {"after_the_end", head + "100,tumour.volume,200,mm3,\n",
     "measured.csv:2:1: the time 100 h lies after the end of the study, expected a time up to 48 "
     "h"},
    {"zero_under_a_logarithm", head + "1,tumour.volume,0,mm3,\n",
     "is 0 under noise of the logarithm, expected a value above 0"},
    {"predicted_as_nothing",
     head + "0,tumour.concentration,0.5,ug/g,\n4,tumour.concentration,1,ug/g,\n",
     "measured.csv:2:1: the prediction of tumour.concentration (doxil) at 0 h is 0 for all "
     "parameters, so no noise of the logarithm leads to the measured 0.5, expected a value at a "
     "time when something is predicted (drop the point, take noise of the value (normal, "
     "student_t), or mark it as below a detection limit)"},
    {"empty_group", head, "experiment 'doxil' has no measured values"},
};
INSTANTIATE_TEST_SUITE_P(FitCommand, BadTables, testing::ValuesIn(tables),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(FitCommand, refuses_assignments_for_petab_problems) {
    const Scratch folder;
    write_file(folder / "problem.yaml", "format_version: 1\n");
    const Finished finished =
        run({"fit", "problem.yaml", "--set", "run.until=2 h"}, in(folder.path()));
    EXPECT_EQ(finished.code, 2);
    EXPECT_EQ(finished.err, "error: --set replaces values of studies; a PEtab problem has none\n");
}

}  // namespace
}  // namespace caravel::interface_test
