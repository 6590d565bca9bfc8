// caravel population as a user meets it.
#include "example_study.hpp"

#include <gtest/gtest.h>

#include <csignal>

namespace caravel::interface_test {
namespace {

const std::string& plan_text() {
    static const std::string text =
        "study = \"study.toml\"\npopulation = \"mouse_nude\"\ncount = 60\nseed = 3\n"
        "outputs = [\"tumour.concentration@24 h\", \"blood.concentration\"]\n"
        "[[subgroup]]\nname = \"heavy\"\nwhere = \"body_weight > 22 g\"\n"
        "[[subgroup]]\nname = \"giants\"\nwhere = \"body_weight > 1 kg\"\n"
        "[[responder]]\nname = \"reached\"\nwhere = \"tumour.concentration@24 h > 8 ug/g\"\n";
    return text;
}

void write_plan(const fs::path& folder, const std::string& plan = plan_text()) {
    write_study(folder);
    write_file(folder / "population.toml", plan);
}

Finished population(const fs::path& folder, std::vector<std::string> more = {}, HowToRun how = {}) {
    std::vector<std::string> arguments{"population", "population.toml", "--progress", "quiet"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    how.folder = folder;
    return run(arguments, how);
}

fs::path only_run(const fs::path& runs) {
    for (const auto& entry : fs::directory_iterator(runs))
        if (entry.is_directory() && fs::exists(entry.path() / "plan.toml")) return entry.path();
    ADD_FAILURE() << "no run in " << runs;
    return {};
}

bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(PopulationCommand, WritesItsResultsAndTellsThem) {
    const Scratch folder;
    write_plan(folder.path());
    const Finished done = population(folder.path());
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_TRUE(says(done.out, "60 of 60 individuals of mouse_nude")) << done.out;
    EXPECT_TRUE(says(done.out, "tumour.concentration@24 h: median"));
    EXPECT_TRUE(says(done.out, "subgroup 'giants': empty"));
    EXPECT_TRUE(says(done.out, "responders 'reached'"));
    const fs::path result = only_run(folder / "runs");
    const std::string json = read_file(result / "population.json");
    EXPECT_TRUE(says(json, "caravel.population/1"));
    EXPECT_TRUE(says(json, "\"p95\""));
    EXPECT_TRUE(says(json, "\"quarantined\": []"));
    EXPECT_TRUE(says(read_file(result / "individuals.csv"), "body_weight [g]"));
    const std::string page = read_file(result / "report.html");
    EXPECT_TRUE(says(page, "Over time"));
    EXPECT_TRUE(says(page, "<svg"));
    EXPECT_FALSE(says(page, "<script"));
}

TEST(PopulationCommand, IsResumedWithTheSameBytesForAnyNumberOfThreads) {
    const Scratch folder;
    write_plan(folder.path());
    ASSERT_EQ(population(folder.path(), {"--count", "1500", "--out", "whole"}).code, 0);
    const fs::path whole = only_run(folder / "whole");
    HowToRun stopped;
    stopped.signal_when = folder / ("parts/" + whole.filename().string() + "/records.txt");
    stopped.signal = SIGINT;
    const Finished part =
        population(folder.path(), {"--count", "1500", "--out", "parts", "--threads", "2"}, stopped);
    EXPECT_EQ(part.code, 75) << part.err;
    EXPECT_TRUE(says(part.err, "run the same command again to go on"));
    const Finished rest =
        population(folder.path(), {"--count", "1500", "--out", "parts", "--threads", "2",
                                   "--resume", whole.filename().string()});
    ASSERT_EQ(rest.code, 0) << rest.err;
    for (const char* file : {"population.json", "individuals.csv", "report.html", "records.txt"})
        EXPECT_EQ(read_file(whole / file), read_file(folder / "parts" / whole.filename() / file))
            << file;
    const Finished other = population(
        folder.path(), {"--count", "10", "--out", "parts", "--resume", whole.filename().string()});
    EXPECT_EQ(other.code, 2);
    EXPECT_TRUE(says(other.err, "belongs to another plan"));
}

TEST(PopulationCommand, RepeatsOneIndividualAlone) {
    const Scratch folder;
    write_plan(folder.path());
    const Finished one = population(folder.path(), {"--only", "7"});
    ASSERT_EQ(one.code, 0) << one.err;
    EXPECT_TRUE(says(one.out, "Individual 7 of mouse_nude"));
    EXPECT_TRUE(says(one.out, "caravel run"));
    const Finished none = population(folder.path(), {"--only", "60"});
    EXPECT_EQ(none.code, 2);
    EXPECT_TRUE(says(none.err, "numbered from 0 to 59"));
}

TEST(PopulationCommand, TakesAStudyWithoutAPlan) {
    const Scratch folder;
    write_study(folder.path());
    HowToRun how;
    how.folder = folder.path();
    const Finished done =
        run({"population", "study.toml", "--count", "12", "--progress", "quiet"}, how);
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_TRUE(says(done.out, "12 of 12 individuals of mouse_balb_c")) << done.out;
}

TEST(PopulationCommand, SaysWhatIsWrongWithAPlan) {
    const Scratch folder;
    const auto refusal = [&](const std::string& from, const std::string& to) {
        write_plan(folder.path(), replaced(plan_text(), from, to));
        const Finished done = population(folder.path());
        EXPECT_EQ(done.code, 3) << done.out;
        return done.err;
    };
    EXPECT_TRUE(says(refusal("mouse_nude", "mouse_nuda"), "did you mean 'mouse_nude'?"));
    EXPECT_TRUE(says(refusal("\"tumour.concentration@24 h\", ", "\"tumor.concentration@24 h\", "),
                     "did you mean"));
    EXPECT_TRUE(
        says(refusal("body_weight > 22 g", "bodyweight > 22 g"), "did you mean 'body_weight'?"));
    EXPECT_TRUE(says(refusal("count = 60", "count = 0"), "population.toml:3"));
    EXPECT_TRUE(says(refusal("seed = 3", "sead = 3"), "did you mean 'seed'?"));
    EXPECT_TRUE(says(refusal("[[responder]]",
                             "[[vary]]\nkey = \"subject.body_wight\"\nmean = \"20 g\"\ncv = 0.1\n"
                             "[[responder]]"),
                     "did you mean"));
    EXPECT_TRUE(says(refusal("[[responder]]",
                             "[[vary]]\nkey = \"subject.haematocrit\"\nmean = 0.4\nsd = -0.1\n"
                             "[[responder]]"),
                     "a number above 0"));
    EXPECT_TRUE(says(refusal("[[responder]]",
                             "[[correlation]]\nbetween = [\"haematocrit\", \"liver_function\"]\n"
                             "value = 1.0\n[[responder]]"),
                     "positive definite"));
}

}  // namespace
}  // namespace caravel::interface_test
