// Killed, stopped, out of space: nothing finished is lost and what is resumed ends with the same
// bits.
#include "example_study.hpp"

#include <random>

namespace caravel::interface_test {
namespace {

const std::vector<std::string> run_it{
    "run", "study.toml", "--quiet", "--draws", "0", "--out", "runs", "--checkpoint-every", "0 s"};

HowToRun in(const fs::path& folder) {
    HowToRun how;
    how.folder = folder;
    return how;
}

/// The results of a run that nothing disturbed, made once.
const fs::path& undisturbed() {
    static const Scratch folder;
    static const fs::path result = [] {
        write_study(folder.path(), long_study());
        run_well({"run", "study.toml", "--quiet", "--draws", "0"}, folder.path());
        return only_run(folder / "runs");
    }();
    return result;
}

TEST(Interruption, fifty_kills_at_random_moments_leave_the_same_bits) {
    // A killed process loses nothing that the system holds, so memory serves as well as a disk, and
    // hundreds of checkpoints take seconds.
    const Scratch folder(::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : fs::temp_directory_path());
    write_study(folder.path(), long_study());
    const double whole = run(run_it, in(folder.path())).seconds;
    std::mt19937 random(20261121);
    int kills = 0;
    int resumed = 0;
    while (kills < 50) {
        fs::remove_all(folder / "runs");
        for (int code = -SIGKILL; code == -SIGKILL;) {
            HowToRun how = in(folder.path());
            // A few runs get so far that they end before the signal.
            how.signal_after = whole * static_cast<double>(random() % 1000) / 1000.0;
            code = run(run_it, how).code;
            kills += code == -SIGKILL ? 1 : 0;
            ASSERT_TRUE(code == 0 || code == -SIGKILL);
            const bool begun = fs::exists(folder / "runs" / undisturbed().filename());
            if (begun && fs::exists(folder / "runs" / undisturbed().filename() / "checkpoint.bin"))
                ++resumed;
        }
        const fs::path done = only_run(folder / "runs");
        expect_same_results(done, undisturbed());
        EXPECT_EQ(leftovers(done), std::vector<std::string>());
    }
    EXPECT_GT(resumed, 10) << "too few kills met a checkpoint to say anything";
}

TEST(Interruption, sigterm_ends_with_75_and_resume_ends_with_the_same_bits) {
    const Scratch folder;
    write_study(folder.path(), long_study());
    const fs::path run_folder = folder / "runs" / undisturbed().filename();
    HowToRun how = in(folder.path());
    how.signal_when = run_folder / "checkpoint.bin";
    how.signal = SIGTERM;
    const Finished stopped = run(run_it, how);
    EXPECT_EQ(stopped.code, 75);
    EXPECT_TRUE(stopped.err.find("interrupted at ") == 0) << stopped.err;
    EXPECT_NE(stopped.err.find(" of 1600 h; run the same command again to go on\n"),
              std::string::npos)
        << stopped.err;
    EXPECT_TRUE(fs::exists(run_folder / "checkpoint.bin"));
    EXPECT_FALSE(fs::exists(run_folder / "results.json"));
    const std::string listed = run_well({"list", "runs"}, folder.path());
    EXPECT_NE(listed.find("interrupted"), std::string::npos) << listed;
    // The run folder alone is enough: the study may have gone.
    fs::remove(folder / "study.toml");
    fs::remove(folder / "measured.csv");
    const std::string id = run_folder.filename().string();
    EXPECT_EQ(
        run_well({"run", "--draws", "0", "--resume", id.substr(0, 8), "--quiet"}, folder.path()),
        id + "\n");
    expect_same_results(run_folder, undisturbed());
    EXPECT_EQ(leftovers(run_folder), std::vector<std::string>());
}

TEST(Interruption, resume_of_another_study_is_refused) {
    const Scratch folder;
    write_study(folder.path());
    std::string id = run_well({"run", "study.toml", "--quiet", "--draws", "0"}, folder.path());
    id.pop_back();
    const Finished finished =
        run({"run", "--draws", "0", "--resume", id, "--set", "run.until=24 h"}, in(folder.path()));
    EXPECT_EQ(finished.code, 2);
    EXPECT_EQ(finished.err, "error: run '" + id +
                                "' belongs to another study, other data, another seed or another "
                                "version; leave out --resume to begin a new run\n");
    const Finished nothing = run({"run"}, in(folder.path()));
    EXPECT_EQ(nothing.code, 2);
    EXPECT_EQ(nothing.err, "error: which study? caravel run STUDY, or caravel run --resume RUN\n");
}

TEST(Interruption, a_damaged_checkpoint_is_told) {
    const Scratch folder;
    write_study(folder.path(), long_study());
    const fs::path run_folder = folder / "runs" / undisturbed().filename();
    HowToRun how = in(folder.path());
    how.signal_when = run_folder / "checkpoint.bin";
    EXPECT_EQ(run(run_it, how).code, -SIGKILL);
    std::string bytes = read_file(run_folder / "checkpoint.bin");
    bytes[bytes.size() / 2] ^= 1;
    write_file(run_folder / "checkpoint.bin", bytes);
    const Finished finished = run(run_it, in(folder.path()));
    EXPECT_EQ(finished.code, 6);
    EXPECT_EQ(finished.err, "error: checkpoint runs/" + undisturbed().filename().string() +
                                "/checkpoint.bin is damaged; delete it to start the run anew\n");
    fs::remove(run_folder / "checkpoint.bin");
    EXPECT_EQ(run(run_it, in(folder.path())).code, 0);
    expect_same_results(run_folder, undisturbed());
}

TEST(Interruption, a_file_size_limit_ends_with_5_and_the_run_can_go_on) {
    const Scratch folder;
    write_study(folder.path(), long_study());
    HowToRun how = in(folder.path());
    how.largest_file = 100'000;
    const Finished finished = run(run_it, how);
    EXPECT_EQ(finished.code, 5);
    const fs::path run_folder = folder / "runs" / undisturbed().filename();
    EXPECT_EQ(finished.err.find("error: file size limit reached while writing 'runs/" +
                                undisturbed().filename().string() + "/checkpoint.bin' ("),
              0u)
        << finished.err;
    EXPECT_EQ(leftovers(run_folder), std::vector<std::string>());
    EXPECT_NE(run_well({"list", "runs"}, folder.path()).find("paused: no space"),
              std::string::npos);
    EXPECT_EQ(run(run_it, in(folder.path())).code, 0);
    expect_same_results(run_folder, undisturbed());
}

/// A shell with its own mounts, which vanish with it.
Finished run_with_mounts(const fs::path& folder, const std::string& script) {
    HowToRun how = in(folder);
    how.program = "unshare";
    return run({"--mount", "sh", "-c", script}, how);
}

bool can_mount(const fs::path& folder) {
    fs::create_directory(folder / "small");
    return run_with_mounts(folder, "mount -t tmpfs -o size=64k none small").code == 0;
}

TEST(Interruption, a_full_disk_ends_with_5_and_the_run_can_go_on) {
    const Scratch folder;
    if (!can_mount(folder.path())) GTEST_SKIP() << "mounting needs more rights";
    write_study(folder.path(), long_study());
    const std::string caravel = CARAVEL_BINARY;
    const Finished finished = run_with_mounts(
        folder.path(),
        "mount -t tmpfs -o size=1m none small\n" + caravel +
            " run study.toml --quiet --draws 0 --out small/runs --checkpoint-every '0 s'\n"
            "echo code $?\n"
            "find small -name '*.tmp-*' -o -name results.json\n"
            "mount -o remount,size=64m small\n" +
            caravel +
            " run study.toml --quiet --draws 0 --out small/runs >resumed.txt\n"
            "cp -r small/runs kept");
    EXPECT_EQ(finished.out, "code 5\n");
    EXPECT_EQ(finished.err.find("error: disk full while writing 'small/runs/"), 0u) << finished.err;
    EXPECT_NE(finished.err.find("nothing finished was lost\n"), std::string::npos);
    expect_same_results(only_run(folder / "kept"), undisturbed());
}

TEST(Interruption, a_read_only_folder_ends_with_6) {
    const Scratch folder;
    if (!can_mount(folder.path())) GTEST_SKIP() << "mounting needs more rights";
    write_study(folder.path());
    const Finished finished =
        run_with_mounts(folder.path(), std::string("mount -t tmpfs -o ro none small\n") +
                                           CARAVEL_BINARY + " run study.toml --out small/runs");
    EXPECT_EQ(finished.code, 6);
    EXPECT_EQ(finished.err, "error: cannot create folder 'small/runs': Read-only file system\n");
}

}  // namespace
}  // namespace caravel::interface_test
