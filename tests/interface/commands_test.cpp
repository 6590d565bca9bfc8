// What each command prints and accepts.
#include "example_study.hpp"

#include "caravel/input/document.hpp"

namespace caravel::interface_test {
namespace {

HowToRun in(const fs::path& folder) {
    HowToRun how;
    how.folder = folder;
    return how;
}

input::Document parsed(const std::string& json) { return input::parse_json(json, "output"); }

const input::Value* at(const input::Value& value, const std::string& key) {
    const auto* table = std::get_if<input::Table>(&value.data);
    const auto* entry = table ? table->find(key) : nullptr;
    return entry ? &entry->value : nullptr;
}

TEST(Commands, wrong_usage_ends_with_2) {
    const Scratch folder;
    const Finished unknown = run({"rum", "study.toml"}, in(folder.path()));
    EXPECT_EQ(unknown.code, 2);
    EXPECT_EQ(
        unknown.err,
        "error: there is no command 'rum' (did you mean 'run'?); caravel --help lists them\n");
    EXPECT_EQ(run({}, in(folder.path())).code, 2);
    EXPECT_EQ(run({"run", "x.toml", "--threads", "0"}, in(folder.path())).code, 2);
    EXPECT_EQ(run({"run", "x.toml", "--colour"}, in(folder.path())).code, 2);
    EXPECT_EQ(run({"compare", "only_one"}, in(folder.path())).code, 2);
    const Finished spacing =
        run({"run", "x.toml", "--checkpoint-every", "5 kg"}, in(folder.path()));
    EXPECT_EQ(spacing.code, 2);
    EXPECT_EQ(spacing.err,
              "error: --checkpoint-every: expected a time such as \"10 s\", not '5 kg'\n");
    const Finished listed = run({"list", "material"}, in(folder.path()));
    EXPECT_EQ(listed.code, 2);
    EXPECT_EQ(listed.err, "error: nothing to list under 'material' (did you mean 'materials'?)\n");
    const Finished run_id = run({"show", "nothing"}, in(folder.path()));
    EXPECT_EQ(run_id.code, 2);
    EXPECT_EQ(run_id.err, "error: no run in 'runs' has an id that starts with 'nothing'\n");
}

TEST(Commands, help_and_version_end_with_0) {
    const Scratch folder;
    EXPECT_NE(run_well({"--help"}, folder.path()).find("compare"), std::string::npos);
    EXPECT_NE(run_well({"run", "--help"}, folder.path()).find("--checkpoint-every"),
              std::string::npos);
    EXPECT_FALSE(run_well({"--version"}, folder.path()).empty());
}

TEST(Commands, show_prints_a_study_that_runs_to_the_same_results) {
    const Scratch folder;
    write_study(folder.path());
    const std::string shown = run_well({"show", "study.toml"}, folder.path());
    write_file(folder / "shown.toml", shown);
    EXPECT_EQ(run_well({"show", "shown.toml"}, folder.path()), shown);
    const std::string id = run_well({"run", "study.toml", "--quiet"}, folder.path());
    EXPECT_EQ(run_well({"run", "shown.toml", "--quiet", "--out", "again"}, folder.path()), id);
    expect_same_results(only_run(folder / "again"), only_run(folder / "runs"));
}

TEST(Commands, a_json_study_is_the_same_study) {
    const Scratch folder;
    write_study(folder.path());
    write_file(folder / "study.json", run_well({"show", "--json", "study.toml"}, folder.path()));
    const std::string id = run_well({"run", "study.toml", "--quiet"}, folder.path());
    EXPECT_EQ(run_well({"run", "study.json", "--quiet", "--out", "again"}, folder.path()), id);
    expect_same_results(only_run(folder / "again"), only_run(folder / "runs"));
}

TEST(Commands, set_replaces_values) {
    const Scratch folder;
    write_study(folder.path());
    const std::string shown = run_well({"show", "study.toml", "--set", "run.until=24 h", "--set",
                                        "protocol.administer[0].dose=\"3 mg/kg\""},
                                       folder.path());
    write_study(folder.path(),
                replaced(replaced(study_text(), "48 h", "24 h"), "6 mg/kg", "3 mg/kg"));
    EXPECT_EQ(run_well({"show", "study.toml"}, folder.path()), shown);
}

TEST(Commands, compare_shows_what_differs) {
    const Scratch folder;
    write_study(folder.path());
    std::string first = run_well({"run", "study.toml", "--quiet"}, folder.path());
    std::string second = run_well(
        {"run", "study.toml", "--quiet", "--set", "subject.body_weight=25 g"}, folder.path());
    first.pop_back();
    second.pop_back();
    const std::string text = run_well({"compare", first, second}, folder.path());
    EXPECT_NE(text.find("subject.body_weight: 0.02 kg -> 0.025 kg"), std::string::npos) << text;
    EXPECT_NE(text.find("tumour.delivery_efficiency_max"), std::string::npos) << text;
    // From elsewhere too: the folder of runs says where they are.
    const std::string runs = (folder / "runs").string();
    EXPECT_EQ(run_well({"compare", first, second, "--out", runs}, "/"), text);
    EXPECT_EQ(run_well({"show", first.substr(0, 10), "--out", runs}, "/"),
              read_file(folder / "runs" / first / "study.toml"));
}

TEST(Commands, list_knows_every_kind) {
    const Scratch folder;
    const std::vector<std::pair<std::string, std::string>> kinds{
        {"materials", "SiO2"},      {"tissues", "generic"},  {"agents", "doxorubicin"},
        {"species", "mouse"},       {"subjects", "mouse"},   {"formulations", "doxil"},
        {"studies", "doxil_mouse"}, {"receptors", "folate"}, {"observables", "tumour.volume"}};
    for (const auto& [kind, member] : kinds)
        EXPECT_NE(run_well({"list", kind}, folder.path()).find(member), std::string::npos) << kind;
    EXPECT_EQ(run_well({"list", "runs"}, folder.path()), "");
}

TEST(Commands, particle_prints_numbers_for_people_and_machines) {
    const Scratch folder;
    EXPECT_NE(run_well({"particle", "doxil"}, folder.path()).find("hydrodynamic_diameter"),
              std::string::npos);
    const auto json = parsed(run_well({"particle", "doxil", "--json"}, folder.path()));
    const auto* properties = at(json.root, "properties");
    ASSERT_NE(properties, nullptr);
    const auto* diameter = at(*properties, "hydrodynamic_diameter");
    ASSERT_NE(diameter, nullptr);
    ASSERT_NE(at(*diameter, "unit"), nullptr);
    EXPECT_EQ(std::get<std::string>(at(*diameter, "unit")->data), "nm");
    const Finished unknown = run({"particle", "doxill"}, in(folder.path()));
    EXPECT_EQ(unknown.code, 3);
    EXPECT_EQ(unknown.err,
              "no shipped formulation is named 'doxill', expected a name from 'caravel list "
              "formulations' (did you mean 'doxil'?)\n");
}

TEST(Commands, manual_prints_a_table_and_a_schema) {
    const Scratch folder;
    EXPECT_NE(run_well({"manual"}, folder.path()).find("body_weight"), std::string::npos);
    const auto schema = parsed(run_well({"manual", "--schema"}, folder.path()));
    ASSERT_NE(at(schema.root, "$schema"), nullptr);
    EXPECT_EQ(std::get<std::string>(at(schema.root, "$schema")->data),
              "http://json-schema.org/draft-07/schema#");
    ASSERT_NE(at(schema.root, "properties"), nullptr);
    for (const char* key : {"study", "formulation", "subject", "protocol", "run"})
        EXPECT_NE(at(*at(schema.root, "properties"), key), nullptr) << key;
}

TEST(Commands, check_and_flow_compute_nothing) {
    const Scratch folder;
    write_study(folder.path());
    EXPECT_EQ(
        run_well({"check", "study.toml"}, folder.path()).find("study.toml: no mistakes found\n"),
        0u);
    EXPECT_NE(run_well({"flow", "study.toml"}, folder.path()).find("blood flows [mL/min]"),
              std::string::npos);
    EXPECT_FALSE(fs::exists(folder / "runs"));
}

}  // namespace
}  // namespace caravel::interface_test
