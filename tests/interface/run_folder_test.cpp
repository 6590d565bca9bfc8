// Where results go, and that the same study always gives the same ones.
#include "example_study.hpp"
#include "support/sanitized.hpp"

namespace caravel::interface_test {
namespace {

HowToRun in(const fs::path& folder) {
    HowToRun how;
    how.folder = folder;
    return how;
}

TEST(RunFolder, holds_a_complete_run_that_can_be_run_again_elsewhere) {
    const Scratch folder;
    const fs::path home = folder / "a study with spaces";
    write_study(home);
    run_well({"run", "a study with spaces/study.toml", "--out", "out put/runs", "--quiet"},
             folder.path());
    const fs::path first = only_run(folder / "out put/runs");
    for (const char* name : {"study.toml", "results.json", "series.csv", "report.html",
                             "manifest.json", "data/measured.csv"})
        EXPECT_TRUE(fs::exists(first / name)) << name;
    fs::rename(first, folder / "moved");
    fs::remove_all(home);
    run_well({"run", "moved/study.toml", "--out", "again", "--quiet"}, folder.path());
    const fs::path second = only_run(folder / "again");
    EXPECT_EQ(second.filename(), first.filename());
    expect_same_results(second, folder / "moved");
    EXPECT_EQ(read_file(second / "study.toml"), read_file(folder / "moved" / "study.toml"));
}

TEST(RunFolder, of_a_finished_run_is_computed_again_with_the_same_bits) {
    const Scratch folder;
    write_study(folder.path());
    run_well({"run", "study.toml", "--quiet"}, folder.path());
    const fs::path finished = only_run(folder / "runs");
    const std::string before = read_file(finished / "series.csv");
    const std::string said = run_well({"run", "study.toml"}, folder.path());
    EXPECT_NE(said.find("This study was run before: computed again, the curves are the same bits."),
              std::string::npos)
        << said;
    EXPECT_TRUE(read_file(only_run(folder / "runs") / "series.csv") == before);
    write_file(finished / "series.csv", "altered");
    const std::string told = run_well({"run", "study.toml"}, folder.path());
    EXPECT_NE(told.find("This study was run before with other results"), std::string::npos) << told;
    EXPECT_TRUE(read_file(finished / "series.csv") == before);
}

TEST(RunFolder, is_another_one_for_other_data_and_another_seed) {
    const Scratch folder;
    write_study(folder.path());
    const std::string first = run_well({"run", "study.toml", "--quiet"}, folder.path());
    const std::string seeded =
        run_well({"run", "study.toml", "--quiet", "--seed", "7"}, folder.path());
    write_study(folder.path(), study_text(), data_text() + "30,tumour.volume,220,mm3\n");
    const std::string more = run_well({"run", "study.toml", "--quiet"}, folder.path());
    EXPECT_NE(first, seeded);
    EXPECT_NE(first, more);
    EXPECT_EQ(first.size(), 27u);
}

TEST(RunFolder, that_cannot_be_made_is_an_io_error) {
    const Scratch folder;
    write_study(folder.path());
    write_file(folder / "file", "in the way");
    const Finished is_file = run({"run", "study.toml", "--out", "file"}, in(folder.path()));
    EXPECT_EQ(is_file.code, 6);
    EXPECT_EQ(is_file.err, "error: cannot create folder 'file': Not a directory\n");
    const Finished below = run({"run", "study.toml", "--out", "file/runs"}, in(folder.path()));
    EXPECT_EQ(below.code, 6);
    EXPECT_EQ(below.err, "error: cannot create folder 'file/runs': Not a directory\n");
    EXPECT_EQ(read_file(folder / "file"), "in the way");
}

TEST(RunFolder, with_a_file_in_the_place_of_the_run_is_an_io_error) {
    const Scratch folder;
    write_study(folder.path());
    run_well({"run", "study.toml", "--quiet"}, folder.path());
    const fs::path run_folder = only_run(folder / "runs");
    fs::remove_all(folder / "runs");
    write_file(run_folder, "in the way");
    const Finished finished = run({"run", "study.toml"}, in(folder.path()));
    EXPECT_EQ(finished.code, 6);
    EXPECT_EQ(finished.err, "error: cannot create folder 'runs/" + run_folder.filename().string() +
                                "': Not a directory\n");
    EXPECT_EQ(read_file(run_folder), "in the way");
}

TEST(RunFolder, with_a_corrupt_index_says_how_to_mend_it) {
    const Scratch folder;
    write_study(folder.path());
    std::string id = run_well({"run", "study.toml", "--quiet"}, folder.path());
    write_file(folder / "runs/index.sqlite", std::string(8192, 'x'));
    const Finished corrupt = run({"list", "runs"}, in(folder.path()));
    EXPECT_EQ(corrupt.code, 6);
    EXPECT_EQ(corrupt.err,
              "error: the run index 'runs/index.sqlite' is corrupt (file is not a database); the "
              "runs themselves are unharmed: delete 'runs/index.sqlite', and the next command "
              "rebuilds it from their manifests\n");
    fs::remove(folder / "runs/index.sqlite");
    id.pop_back();
    EXPECT_EQ(run_well({"list", "runs"}, folder.path()), id + "  finished     test\n");
}

TEST(RunFolder, has_the_same_bits_for_any_number_of_threads) {
    const Scratch folder;
    write_study(folder.path(), long_study());
    for (const char* threads : {"1", "2", "4"})
        run_well({"run", "study.toml", "--quiet", "--threads", threads, "--out", threads},
                 folder.path());
    expect_same_results(only_run(folder / "2"), only_run(folder / "1"));
    expect_same_results(only_run(folder / "4"), only_run(folder / "1"));
}

TEST(RunFolder, takes_little_memory) {
    const Scratch folder;
    write_study(folder.path());
    const Finished finished = run({"run", "study.toml", "--quiet"}, in(folder.path()));
    EXPECT_EQ(finished.code, 0);
    if (!test::is_sanitized) {
        EXPECT_LT(finished.peak_memory, 100e6);
    }
}

}  // namespace
}  // namespace caravel::interface_test
