#include "example_study.hpp"

#include <gtest/gtest.h>

namespace caravel::interface_test {
namespace {

std::string with_points() {
    return data_text() + "2,plasma.concentration,120,ug/mL\n4,plasma.concentration,110,ug/mL\n";
}

bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(RunIntervals, StandInSummaryReportAndResults) {
    const Scratch folder;
    write_study(folder.path());
    const std::string said = run_well({"run", "study.toml", "--draws", "40"}, folder.path());
    EXPECT_TRUE(says(said, "In brackets: 5 % and 95 % of 40 draws")) << said;
    EXPECT_TRUE(says(said, "g/mL [")) << said;
    const fs::path run = only_run(folder / "runs");
    const std::string json = read_file(run / "results.json");
    EXPECT_TRUE(says(json, "\"interval\": ["));
    EXPECT_TRUE(says(json, "\"draws\": 40"));
    EXPECT_TRUE(says(json, "\"bands\""));
    const std::string page = read_file(run / "report.html");
    EXPECT_TRUE(says(page, "90 % interval"));
    EXPECT_TRUE(says(page, "fill-opacity=\"0.13\"")) << "a shaded band";
    EXPECT_TRUE(says(page, "Biological variability"));
    EXPECT_FALSE(says(page, "<script"));
}

TEST(RunIntervals, AreComputedByDefaultWithTheSameBitsForAnyThreads) {
    const Scratch folder;
    write_study(folder.path());
    const auto bands = [&] {
        const std::string json = read_file(only_run(folder / "runs") / "results.json");
        return json.substr(json.find("\"intervals\""),
                           json.find("\"ledger\"") - json.find("\"intervals\""));
    };
    run_well({"run", "study.toml", "--quiet"}, folder.path());
    const std::string one = bands();
    EXPECT_TRUE(says(one, "\"draws\": 200")) << one.substr(0, 300);
    run_well({"run", "study.toml", "--quiet", "--threads", "2"}, folder.path());
    EXPECT_TRUE(one == bands());
}

TEST(RunIntervals, CanBeLeftOut) {
    const Scratch folder;
    write_study(folder.path());
    const std::string said = run_well({"run", "study.toml", "--draws", "0"}, folder.path());
    EXPECT_FALSE(says(said, "In brackets"));
    EXPECT_FALSE(says(read_file(only_run(folder / "runs") / "results.json"), "\"intervals\""));
}

TEST(RunIntervals, LearnFromEarlyPoints) {
    const Scratch folder;
    write_study(folder.path(), study_text(), with_points());
    const std::string said =
        run_well({"run", "study.toml", "--draws", "60", "--known-until", "4 h"}, folder.path());
    EXPECT_TRUE(says(said, "updated by 3 measured points")) << said;
    EXPECT_TRUE(says(said, "before [")) << said;
    const fs::path run = only_run(folder / "runs");
    EXPECT_TRUE(says(read_file(run / "results.json"), "\"updated_median\""));
    EXPECT_TRUE(says(read_file(run / "report.html"), "Before early points"));
}

TEST(RunIntervals, OfAStoredRunAreComputedFromItsFolder) {
    const Scratch folder;
    write_study(folder.path());
    run_well({"run", "study.toml", "--quiet", "--draws", "40"}, folder.path());
    const fs::path run_folder = only_run(folder / "runs");
    fs::remove(folder / "study.toml");
    const std::string said = run_well(
        {"run", "--resume", run_folder.filename().string(), "--draws", "40"}, folder.path());
    EXPECT_TRUE(says(said, "of 40 draws")) << said;
}

TEST(RunIntervals, RefusesWhatCannotBeMeant) {
    const Scratch folder;
    write_study(folder.path());
    const auto refused = [&](std::vector<std::string> more, const std::string& part, int code) {
        std::vector<std::string> arguments = {"run", "study.toml"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        HowToRun how;
        how.folder = folder.path();
        const Finished finished = interface_test::run(arguments, how);
        EXPECT_EQ(finished.code, code) << finished.err;
        EXPECT_TRUE(says(finished.err, part)) << finished.err;
    };
    refused({"--draws", "3"}, "3 draws", 3);
    refused({"--known-until", "soon"}, "--known-until", 2);
    refused({"--known-until", "4 kg"}, "--known-until", 2);
    refused({"--known-until", "30 min"}, "no measured point up to", 3);
    refused({"--known-until", "90 d"}, "up to 48 h", 3);
}

}  // namespace
}  // namespace caravel::interface_test
