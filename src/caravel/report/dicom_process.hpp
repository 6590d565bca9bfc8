// The program that writes DICOM, as a child process.
#pragma once

#include <filesystem>
#include <string>

namespace caravel::report {

/// How a child ended.
struct ChildEnd {
    bool started = true;
    int code = 0;        // exit code
    int signal = 0;      // that ended it; 0: none
    std::string text{};  // what it wrote as errors (at most 4 kB), or why it did not start
};

/// Runs `program argument` to its end. Throws IoError when no pipe can be made.
ChildEnd run_child(const std::filesystem::path& program, const std::filesystem::path& argument);

}  // namespace caravel::report
