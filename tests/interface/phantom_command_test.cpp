// Phantoms as a user meets them: every shipped one runs, mistakes name their line, a stopped run
// goes on.
#include "process.hpp"

#include <algorithm>
#include <vector>

namespace caravel::interface_test {
namespace {

HowToRun in(const fs::path& folder) {
    HowToRun how;
    how.folder = folder;
    return how;
}

std::vector<fs::path> shipped_phantoms() {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(fs::path(CARAVEL_SOURCE_DIR) / "studies"))
        if (entry.path().filename().string().starts_with("phantom_") &&
            entry.path().extension() == ".toml")
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

fs::path shipped(const std::string& name) {
    return fs::path(CARAVEL_SOURCE_DIR) / "studies" / name;
}

std::string with(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(PhantomCommand, every_shipped_phantom_is_checked_and_run) {
    ASSERT_GE(shipped_phantoms().size(), 7u);
    for (const auto& file : shipped_phantoms()) {
        const Scratch folder;
        const std::string checked = run_well({"check", file.string()}, folder.path());
        EXPECT_NE(checked.find("no mistakes found"), std::string::npos) << file;
        EXPECT_NE(checked.find("estimate: "), std::string::npos) << file;
        run_well({"run", file.string(), "--quiet", "--threads", "2", "--out", "runs"},
                 folder.path());
        const fs::path result = only_run(folder / "runs");
        const std::string page = read_file(result / "report.html");
        EXPECT_LT(page.size(), 5'000'000u) << file;
        EXPECT_EQ(page.find("<script"), std::string::npos) << file;
        EXPECT_TRUE(page.find("id=\"volumes\"") != std::string::npos ||
                    page.find("id=\"images\"") != std::string::npos)
            << file;
        EXPECT_TRUE(fs::exists(result / "fields/phantom/t000001.vti")) << file;
        EXPECT_TRUE(fs::exists(result / "fields/phantom/t000001.h5")) << file;
        EXPECT_FALSE(quantities(result).empty()) << file;
        EXPECT_EQ(leftovers(result), std::vector<std::string>()) << file;
    }
}

TEST(PhantomCommand, what_show_prints_is_a_study_that_gives_the_same_run) {
    const Scratch folder;
    const fs::path file = shipped("phantom_layers.toml");
    const std::vector<std::string> set{"--set", "protocol.light[0].photons=5000"};
    std::vector<std::string> show{"show", file.string()};
    show.insert(show.end(), set.begin(), set.end());
    write_file(folder / "echo.toml", run_well(show, folder.path()));
    std::vector<std::string> one{"run", file.string(), "--quiet", "--out", "runs"};
    one.insert(one.end(), set.begin(), set.end());
    const std::string id = run_well(one, folder.path());
    EXPECT_EQ(run_well({"run", "echo.toml", "--quiet", "--out", "runs"}, folder.path()), id);
    EXPECT_NE(run_well({"manual", "--phantom"}, folder.path()).find("[[phantom.shape]]"),
              std::string::npos);
}

TEST(PhantomCommand, mistakes_end_with_3_and_name_file_line_and_column) {
    const Scratch folder;
    const std::string cube = read_file(shipped("phantom_cube60.toml"));
    const auto expect = [&](const std::string& from, const std::string& to,
                            const std::string& said) {
        write_file(folder / "bad.toml", with(cube, from, to));
        for (const char* command : {"run", "check"}) {
            const auto finished = run({command, "bad.toml"}, in(folder.path()));
            EXPECT_EQ(finished.code, 3) << finished.err;
            EXPECT_NE(finished.err.find("bad.toml:"), std::string::npos) << finished.err;
            EXPECT_NE(finished.err.find(said), std::string::npos) << finished.err;
        }
    };
    expect("photons = 200000", "photons = 0", "photons");
    expect("background = \"grey\"", "background = \"gray\"", "did you mean");
    expect("refractive_index = 1.37", "refractive_index = 0.5", "refractive_index");
    expect("direction = [0, 0, 1]", "direction = [0, 0, -1]", "does not reach the domain");
    expect("[phantom]", "[subject]\nspecies = \"mouse\"\n[phantom]", "subject");
    expect("power = \"1 W\"", "power = \"1 J\"", "power");
}

TEST(PhantomCommand, a_stopped_run_ends_with_75_and_goes_on_to_the_same_results) {
    const Scratch folder(::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : fs::temp_directory_path());
    const std::string file = shipped("phantom_cryosurgery.toml").string();
    const std::vector<std::string> common{
        "run", file, "--quiet", "--set", "phantom.longest_step=0.2 s", "--out"};
    auto whole = common;
    whole.emplace_back("whole");
    HowToRun how = in(folder.path());
    const double seconds = run(whole, how).seconds;
    auto stopped = common;
    stopped.emplace_back("stopped");
    how.signal = SIGTERM;
    how.signal_after = 0.5 * seconds;
    const auto first = run(stopped, how);
    if (first.code == 0) GTEST_SKIP() << "the run was over before the signal came";
    EXPECT_EQ(first.code, 75) << first.err;
    const fs::path begun = only_run(folder / "stopped");
    EXPECT_TRUE(fs::exists(begun / "checkpoint.bin"));
    run_well({"run", "--resume", begun.filename().string(), "--quiet", "--out", "stopped"},
             folder.path());
    expect_same_results(begun, only_run(folder / "whole"));
    EXPECT_EQ(leftovers(begun), std::vector<std::string>());
}

}  // namespace
}  // namespace caravel::interface_test
