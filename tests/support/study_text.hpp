// Studies written in a test: text to a model ready to run.
#pragma once

#include "caravel/report/atomic_file.hpp"
#include "caravel/study/study_run.hpp"

#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <unistd.h>

namespace caravel::test {

/// An empty folder of this process that is removed with the object.
class TemporaryFolder {
  public:
    TemporaryFolder()
        : path_(std::filesystem::temp_directory_path() /
                fmt::format("caravel_test_{}_{}", getpid(), count()++)) {
        std::filesystem::remove_all(path_);
        std::filesystem::create_directories(path_);
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }

  private:
    static int& count() {
        static int made = 0;
        return made;
    }
    std::filesystem::path path_;
};

/// The tables in the repository.
inline study::DataPaths repository_data() {
    return {std::filesystem::path(CARAVEL_SOURCE_DIR) / "data"};
}

/// The study that `text` describes, ready to run; throws what study::prepare throws.
inline study::Prepared prepare_text(const std::string& text,
                                    const study::DataPaths& data = repository_data()) {
    const TemporaryFolder folder;
    report::write_file_atomically(folder.path() / "study.toml", text);
    return study::prepare(folder.path() / "study.toml", {}, data);
}

}  // namespace caravel::test
