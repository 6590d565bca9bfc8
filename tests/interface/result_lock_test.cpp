// Two equal commands at once: the second says so and leaves the result alone.
#include "example_study.hpp"

#include <sys/file.h>

namespace caravel::interface_test {
namespace {

struct Command {
    const char* name;
    std::vector<std::string> arguments;
};

void write_inputs(const fs::path& folder) {
    write_study(folder, study_text(),
                "time [h],observable,value,unit\n4,tumour.volume,201,mm3\n48,tumour.volume,180,"
                "mm3\n");
    write_file(folder / "population.toml",
               "study = \"study.toml\"\npopulation = \"mouse_nude\"\ncount = 20\n"
               "outputs = [\"tumour.volume@24 h\"]\n");
    write_file(folder / "fit.toml",
               "[fit]\nname = \"locked\"\nstarts = 1\n[[experiment]]\nstudy = \"study.toml\"\n"
               "name = \"doxil\"\n[[parameter]]\nkey = \"subject.tumour[0].kill[0].max_rate\"\n"
               "lower = \"0.004 1/h\"\nupper = \"0.4 1/h\"\n[[noise]]\nkind = \"log_normal\"\n"
               "sigma = 0.1\n");
}

class ResultLock : public testing::TestWithParam<Command> {};

TEST_P(ResultLock, RefusesTheSecondOfTwoEqualCommandsUntilTheFirstHasEnded) {
    const Scratch folder;
    write_inputs(folder.path());
    HowToRun how;
    how.folder = folder.path();
    run_well(GetParam().arguments, folder.path());
    const fs::path result = only_run(folder / "runs");
    EXPECT_FALSE(fs::exists(result / "writing.lock"));
    const std::string manifest = read_file(result / "manifest.json");

    const int held = ::open((result / "writing.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    ASSERT_EQ(::flock(held, LOCK_EX), 0);
    ASSERT_EQ(::write(held, "4321\n", 5), 5);
    const Finished refused = run(GetParam().arguments, how);
    EXPECT_EQ(refused.code, 6) << refused.err;
    EXPECT_NE(refused.err.find("another caravel is writing this result (pid 4321)"),
              std::string::npos)
        << refused.err;
    EXPECT_EQ(read_file(result / "manifest.json"), manifest);
    ::close(held);  // as when the holder was killed: the file stays
    EXPECT_EQ(run(GetParam().arguments, how).code, 0);
    EXPECT_FALSE(fs::exists(result / "writing.lock"));
}

INSTANTIATE_TEST_SUITE_P(
    Commands, ResultLock,
    testing::Values(Command{"population", {"population", "population.toml", "--quiet"}},
                    Command{"scan",
                            {"scan", "study.toml", "--vary", "subject.body_weight=18..24 g/4",
                             "--output", "tumour.volume@24 h", "--quiet"}},
                    Command{"sensitivity",
                            {"sensitivity", "study.toml", "--vary", "subject.body_weight=18..24 g",
                             "--method", "morris", "--count", "4", "--output", "tumour.volume@24 h",
                             "--quiet"}},
                    Command{"fit", {"fit", "fit.toml", "--quiet"}}),
    [](const auto& instance) { return std::string(instance.param.name); });

}  // namespace
}  // namespace caravel::interface_test
