#include "caravel/report/result_lock.hpp"

#include "caravel/base/error.hpp"
#include "caravel/report/manifest.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <optional>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

namespace caravel::report {
namespace {

namespace fs = std::filesystem;

class ResultLocking : public testing::Test {
  protected:
    ~ResultLocking() override { fs::remove_all(folder_); }
    fs::path folder_ =
        fs::temp_directory_path() / ("caravel_lock_" + std::to_string(::getpid())) / "result";

    std::string refusal() const {
        try {
            const ResultLock second(folder_);
        } catch (const IoError& error) {
            EXPECT_EQ(exit_code(error), 6);
            return error.what();
        }
        return "locked";
    }
};

TEST_F(ResultLocking, SecondHolderIsToldWhoHoldsTheResultAndWhatToDo) {
    {
        const ResultLock first(folder_);
        const std::string text = refusal();
        EXPECT_NE(text.find("another caravel is writing this result (pid " +
                            std::to_string(::getpid()) + ")"),
                  std::string::npos)
            << text;
        EXPECT_NE(text.find("wait"), std::string::npos) << text;
        EXPECT_NE(text.find("--out"), std::string::npos) << text;
        EXPECT_EQ(refusal(), text) << "a refused attempt must not change the lock";
    }
    EXPECT_EQ(refusal(), "locked") << "free again";
    EXPECT_TRUE(fs::is_empty(folder_)) << "nothing is left";
}

TEST_F(ResultLocking, FileOfAProcessThatIsGoneLocksNothing) {
    fs::create_directories(folder_);
    std::ofstream(folder_ / result_lock_name) << "123456\n";
    EXPECT_EQ(refusal(), "locked");
}

TEST_F(ResultLocking, KilledHolderLetsGo) {
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const ResultLock held(folder_);
        [[maybe_unused]] const ssize_t told = ::write(ready[1], "x", 1);
        for (;;) ::pause();
    }
    char told = 0;
    ASSERT_EQ(::read(ready[0], &told, 1), 1);
    EXPECT_NE(refusal().find("(pid " + std::to_string(child) + ")"), std::string::npos);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    EXPECT_TRUE(fs::exists(folder_ / result_lock_name));
    EXPECT_EQ(refusal(), "locked");
}

TEST_F(ResultLocking, LockIsNoPartOfTheManifest) {
    const ResultLock held(folder_);
    std::ofstream(folder_ / "table.csv") << "1\n";
    const std::string text = manifest_json({{}, {}, {}}, folder_, true);
    EXPECT_NE(text.find("table.csv"), std::string::npos);
    EXPECT_EQ(text.find(result_lock_name), std::string::npos) << text;
}

}  // namespace
}  // namespace caravel::report
