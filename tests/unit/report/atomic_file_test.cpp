#include "caravel/report/atomic_file.hpp"

#include "caravel/base/error.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

namespace caravel::report {
namespace {

namespace fs = std::filesystem;

class AtomicFile : public testing::Test {
  protected:
    void SetUp() override {
        folder_ = fs::temp_directory_path() /
                  ("caravel-atomic-" + std::to_string(::getpid()) + "-" +
                   testing::UnitTest::GetInstance()->current_test_info()->name());
        fs::remove_all(folder_);
        fs::create_directories(folder_);
    }
    void TearDown() override { fs::remove_all(folder_); }

    int files() const {
        int count = 0;
        for ([[maybe_unused]] const auto& item : fs::directory_iterator(folder_)) ++count;
        return count;
    }

    fs::path folder_;
};

/// Lowers the largest file size of this process; writes beyond fail with EFBIG.
class FileSizeLimit {
  public:
    explicit FileSizeLimit(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit lowered{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &lowered);
    }
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, SIG_DFL);
    }

  private:
    rlimit before_{};
};

template <class Error>
std::string message_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return "no such error";
}

TEST_F(AtomicFile, ReplacesTheContentAndLeavesNoOtherFile) {
    const fs::path path = folder_ / "results.json";
    write_file_atomically(path, "first");
    write_file_atomically(path, std::string("se\0cond", 7));
    EXPECT_EQ(read_whole_file(path), std::string("se\0cond", 7));
    EXPECT_EQ(files(), 1);
}

TEST_F(AtomicFile, FailedWriteKeepsTheOldContent) {
    const fs::path path = folder_ / "results.json";
    write_file_atomically(path, "old");
    std::string message;
    {
        const FileSizeLimit limit(1000);
        message =
            message_of<ResourceError>([&] { write_file_atomically(path, std::string(5000, 'x')); });
    }
    EXPECT_EQ(message, "file size limit reached while writing '" + path.string() +
                           "' (5000 bytes); nothing finished was lost");
    EXPECT_EQ(read_whole_file(path), "old");
    EXPECT_EQ(files(), 1);
}

TEST_F(AtomicFile, FullDiskIsAResourceError) {
    EXPECT_EQ(message_of<ResourceError>([] { append_line("/dev/full", "line"); }),
              "disk full while writing '/dev/full' (5 bytes); nothing finished was lost");
}

TEST_F(AtomicFile, PathBelowAFileNamesPathAndReason) {
    write_file_atomically(folder_ / "file", "");
    const fs::path path = folder_ / "file" / "below";
    EXPECT_EQ(message_of<IoError>([&] { write_file_atomically(path, "x"); }),
              "cannot write '" + path.string() + "': Not a directory");
    EXPECT_EQ(message_of<IoError>([&] { create_folder(path); }),
              "cannot create folder '" + path.string() + "': Not a directory");
}

TEST_F(AtomicFile, AFolderInTheWayIsReportedAndTheTemporaryFileRemoved) {
    fs::create_directories(folder_ / "taken");
    EXPECT_EQ(message_of<IoError>([&] { write_file_atomically(folder_ / "taken", "x"); }),
              "cannot write '" + (folder_ / "taken").string() + "': Is a directory");
    EXPECT_EQ(files(), 1);
}

TEST_F(AtomicFile, LinesAreAppended) {
    const fs::path path = folder_ / "journal.jsonl";
    append_line(path, "one");
    append_line(path, "two");
    EXPECT_EQ(read_whole_file(path), "one\ntwo\n");
    EXPECT_THROW(append_line(path, "a\nb"), std::invalid_argument);
}

TEST_F(AtomicFile, ATornLineStaysAlone) {
    const fs::path path = folder_ / "journal.jsonl";
    std::ofstream(path) << "one\nhal";
    append_line(path, "two");
    EXPECT_EQ(read_whole_file(path), "one\nhal\ntwo\n");
}

TEST_F(AtomicFile, ALineThatDoesNotFitIsTakenBack) {
    const fs::path path = folder_ / "journal.jsonl";
    append_line(path, "one");
    {
        const FileSizeLimit limit(10);
        EXPECT_THROW(append_line(path, std::string(50, 'x')), ResourceError);
    }
    EXPECT_EQ(read_whole_file(path), "one\n");
}

TEST_F(AtomicFile, MissingFilesAreNamed) {
    EXPECT_EQ(message_of<IoError>([] { read_whole_file("/nowhere/x"); }),
              "cannot read '/nowhere/x'");
}

}  // namespace
}  // namespace caravel::report
