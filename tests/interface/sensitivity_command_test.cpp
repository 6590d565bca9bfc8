// caravel sensitivity as a user meets it.
#include "example_study.hpp"

#include <gtest/gtest.h>

namespace caravel::interface_test {
namespace {

Finished sensitivity(const fs::path& folder, std::vector<std::string> more) {
    std::vector<std::string> arguments{"sensitivity", "study.toml", "--progress", "quiet"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    HowToRun how;
    how.folder = folder;
    return run(arguments, how);
}

bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

const std::vector<std::string> weight_and_volume{
    "--vary",   "subject.body_weight=\"18..26 g\"",
    "--vary",   "subject.tumour[0].volume=100..400 mm3",
    "--output", "tumour.concentration@24 h"};

std::vector<std::string> with(std::vector<std::string> base, const std::vector<std::string>& more) {
    base.insert(base.end(), more.begin(), more.end());
    return base;
}

fs::path only_run(const fs::path& runs) {
    for (const auto& entry : fs::directory_iterator(runs))
        if (entry.is_directory() && fs::exists(entry.path() / "plan.toml")) return entry.path();
    ADD_FAILURE() << "no run in " << runs;
    return {};
}

TEST(SensitivityCommand, RanksParametersByBothMethods) {
    const Scratch folder;
    write_study(folder.path());
    for (const std::string method : {"morris", "sobol"}) {
        const Finished done = sensitivity(
            folder.path(),
            with(weight_and_volume, {"--method", method, "--count", "16", "--out", method}));
        ASSERT_EQ(done.code, 0) << done.err;
        EXPECT_TRUE(says(done.out, "subject.tumour[0].volume")) << done.out;
        const fs::path result = only_run(folder / method);
        const std::string json = read_file(result / "sensitivity.json");
        EXPECT_TRUE(says(json, "caravel.sensitivity/1"));
        EXPECT_TRUE(says(json, method == "morris" ? "\"mu_star\"" : "\"total\""));
        EXPECT_TRUE(says(read_file(result / "report.html"), "<svg"));
    }
}

TEST(SensitivityCommand, HasTheSameBytesForAnyNumberOfThreads) {
    const Scratch folder;
    write_study(folder.path());
    const auto result = [&](const std::string& threads) {
        const Finished done = sensitivity(
            folder.path(), with(weight_and_volume, {"--threads", threads, "--out", threads}));
        EXPECT_EQ(done.code, 0) << done.err;
        const fs::path run = only_run(folder / threads);
        return read_file(run / "sensitivity.json") + read_file(run / "report.html") +
               read_file(run / "records.txt");
    };
    EXPECT_EQ(result("1"), result("3"));
}

TEST(SensitivityCommand, VariesAPopulationsQuantitiesWhenNoKeyIsNamed) {
    const Scratch folder;
    write_study(folder.path());
    const Finished done =
        sensitivity(folder.path(), {"--output", "tumour.concentration@24 h", "--count", "4"});
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_TRUE(says(done.out, "tumour_permeability")) << done.out;
    const Finished one = sensitivity(
        folder.path(), {"--output", "tumour.concentration@24 h", "--count", "4", "--only", "3"});
    EXPECT_EQ(one.code, 0) << one.err;
    EXPECT_TRUE(says(one.out, "Point 3"));
}

TEST(SensitivityCommand, SaysWhatIsWrong) {
    const Scratch folder;
    write_study(folder.path());
    const auto refusal = [&](const std::vector<std::string>& arguments) {
        const Finished done = sensitivity(folder.path(), arguments);
        EXPECT_EQ(done.code, 3) << done.out << done.err;
        return done.err;
    };
    EXPECT_TRUE(says(refusal({"--vary", "subject.body_weight=26..18 g"}), "low below high"));
    EXPECT_TRUE(says(refusal({"--vary", "subject.body_wieght=18..26 g"}), "did you mean"));
    EXPECT_TRUE(says(refusal({"--vary", "subject.body_weight=18..26 mm"}), "mm"));
    EXPECT_TRUE(
        says(refusal(with(weight_and_volume, {"--method", "moris"})), "did you mean 'morris'?"));
    EXPECT_TRUE(
        says(refusal({"--vary", "subject.body_weight=18..26 g", "--output", "blood.concentration"}),
             "is a curve"));
}

}  // namespace
}  // namespace caravel::interface_test
