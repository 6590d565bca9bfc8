// `caravel scan` as a user meets it: the same files whatever the threads, kills and signals.
#include "example_study.hpp"

namespace caravel::interface_test {
namespace {

std::vector<std::string> scan(const std::string& out, const std::string& points,
                              std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{
        "scan",     "study.toml",
        "--vary",   "subject.body_weight=18..24 g/" + points,
        "--vary",   "formulation.payload[0].release[0].half_life=100,150,200 h",
        "--output", "tumour.concentration@24 h",
        "--output", "tumour.volume@48h",
        "--quiet",  "--out",
        out};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
}

void expect_same_files(const fs::path& a, const fs::path& b) {
    EXPECT_EQ(a.filename(), b.filename());
    for (const char* name : {"table.csv", "scan.json", "report.html", "results.store"}) {
        EXPECT_FALSE(read_file(a / name).empty()) << name;
        // Not EXPECT_EQ: it would print everything.
        EXPECT_TRUE(read_file(a / name) == read_file(b / name)) << name;
    }
}

HowToRun in(const fs::path& folder) {
    HowToRun how;
    how.folder = folder;
    return how;
}

TEST(ScanCommand, one_thread_two_threads_and_many_kills_leave_the_same_bytes) {
    const Scratch folder(::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : fs::temp_directory_path());
    write_study(folder.path());
    const std::string points = "600";
    const double whole = run(scan("one", points), in(folder.path())).seconds;
    run_well(scan("two", points, {"--threads", "2"}), folder.path());
    expect_same_files(only_run(folder / "one"), only_run(folder / "two"));

    int kills = 0;
    for (int code = -SIGKILL; code == -SIGKILL;) {
        HowToRun how = in(folder.path());
        how.signal_after = whole * (0.2 + 0.15 * kills);
        code = run(scan("killed", points, {"--threads", "2"}), how).code;
        kills += code == -SIGKILL ? 1 : 0;
        ASSERT_TRUE(code == 0 || code == -SIGKILL);
    }
    EXPECT_GT(kills, 0);
    expect_same_files(only_run(folder / "one"), only_run(folder / "killed"));
    EXPECT_EQ(leftovers(only_run(folder / "killed")), std::vector<std::string>());
}

TEST(ScanCommand, sigint_ends_with_75_and_resume_goes_on) {
    const Scratch folder;
    write_study(folder.path());
    HowToRun how = in(folder.path());
    how.signal = SIGINT;
    how.signal_after = 0.4;
    const auto stopped = run(scan("runs", "1000"), how);
    EXPECT_EQ(stopped.code, 75) << stopped.err;
    EXPECT_NE(stopped.err.find("run the same command again"), std::string::npos) << stopped.err;
    const fs::path begun = only_run(folder / "runs");
    EXPECT_FALSE(fs::exists(begun / "table.csv"));
    const std::string id = begun.filename().string();
    const std::string printed =
        run_well(scan("runs", "1000", {"--resume", id.substr(0, 8)}), folder.path());
    EXPECT_EQ(printed, id + "\n");
    EXPECT_TRUE(fs::exists(begun / "table.csv"));
    const auto other = run(scan("runs", "20", {"--resume", id}), in(folder.path()));
    EXPECT_EQ(other.code, 2) << other.err;
}

TEST(ScanCommand, one_point_alone_prints_its_numbers_and_the_command_of_a_study) {
    const Scratch folder;
    write_study(folder.path());
    run_well(scan("runs", "3"), folder.path());
    const std::string alone = run_well(scan("runs", "3", {"--only", "4"}), folder.path());
    const std::string table = read_file(only_run(folder / "runs") / "table.csv");
    const std::size_t line = table.find("\n4,21,150,");
    ASSERT_NE(line, std::string::npos) << table;
    const std::size_t begin = line + 10;
    const std::string first = table.substr(begin, table.find(',', begin) - begin);
    EXPECT_NE(alone.find("tumour.concentration@24 h [ug/g] = " + first + "\n"), std::string::npos)
        << alone;
    EXPECT_NE(alone.find("caravel run 'study.toml' --set 'subject.body_weight=21 g'"),
              std::string::npos)
        << alone;
}

TEST(ScanCommand, mistakes_are_told_with_what_was_expected) {
    const Scratch folder;
    write_study(folder.path());
    const auto refused = [&](const std::string& vary, const std::string& output) {
        const auto result =
            run({"scan", "study.toml", "--vary", vary, "--output", output}, in(folder.path()));
        EXPECT_EQ(result.code, 3) << result.err;
        return result.err;
    };
    EXPECT_NE(refused("subject.body_wieght=1,2 g", "tumour.volume@1h").find("did you mean"),
              std::string::npos);
    EXPECT_NE(refused("subject.body_weight=1,2 cm", "tumour.volume@1h").find("a length"),
              std::string::npos);
    EXPECT_NE(refused("subject.body_weight=18,20 g", "tumour.volum@1h").find("did you mean"),
              std::string::npos);
    EXPECT_NE(refused("subject.body_weight", "tumour.volume@1h").find("key=a,b,c"),
              std::string::npos);
    EXPECT_FALSE(fs::exists(folder / "runs"));
}

TEST(ScanCommand, points_that_fail_are_counted_and_named) {
    const Scratch folder;
    write_study(folder.path());
    const std::string printed =
        run_well({"scan", "study.toml", "--vary", "subject.body_weight=20,-1 g", "--output",
                  "tumour.volume@48h", "--progress", "quiet"},
                 folder.path());
    EXPECT_NE(printed.find("2 points, 1 failed"), std::string::npos) << printed;
    EXPECT_NE(printed.find("--set subject.body_weight=-1 g"), std::string::npos) << printed;
}

}  // namespace
}  // namespace caravel::interface_test
