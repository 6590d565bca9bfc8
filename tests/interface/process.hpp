// Runs the program as a user does: arguments in, texts and an exit code out.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace caravel::interface_test {

namespace fs = std::filesystem;

inline std::string read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline void write_file(const fs::path& path, const std::string& content) {
    fs::create_directories(path.parent_path());
    std::ofstream out(path, std::ios::binary);
    out << content;
}

/// A folder of its own for each test, gone afterwards.
class Scratch {
  public:
    explicit Scratch(const fs::path& parent = fs::temp_directory_path()) {
        std::string name = (parent / "caravel-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    ~Scratch() {
        std::error_code none;
        fs::remove_all(path_, none);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    const fs::path& path() const { return path_; }
    fs::path operator/(const std::string& name) const { return path_ / name; }

  private:
    fs::path path_;
};

struct HowToRun {
    fs::path folder;                      // working directory
    double timeout = 120.0;               // s
    std::optional<double> signal_after;   // s
    std::optional<fs::path> signal_when;  // this file exists
    int signal = SIGKILL;
    std::optional<rlim_t> largest_file;  // byte
    std::string program = CARAVEL_BINARY;
};

struct Finished {
    int code = -1;  // exit code, or minus the signal that ended it
    std::string out;
    std::string err;
    double seconds = 0.0;
    double peak_memory = 0.0;  // byte
};

[[noreturn]] inline void become(const std::vector<std::string>& arguments, const HowToRun& how,
                                const fs::path& out, const fs::path& err) {
    const int out_file = ::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    const int err_file = ::open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    ::dup2(out_file, STDOUT_FILENO);
    ::dup2(err_file, STDERR_FILENO);
    if (::chdir(how.folder.c_str()) != 0) ::_exit(126);
    if (how.largest_file) {
        const rlimit limit{*how.largest_file, *how.largest_file};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    std::vector<char*> argv{const_cast<char*>(how.program.c_str())};
    for (const auto& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
    argv.push_back(nullptr);
    ::execvp(argv[0], argv.data());
    ::_exit(127);
}

/// Runs the program to its end, or until the time or the signal comes.
inline Finished run(const std::vector<std::string>& arguments, const HowToRun& how) {
    const Scratch texts;
    const auto begin = std::chrono::steady_clock::now();
    const auto passed = [&] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    };
    const pid_t child = ::fork();
    if (child == 0) become(arguments, how, texts / "out", texts / "err");
    int status = 0;
    rusage usage{};
    bool signalled = false;
    while (::wait4(child, &status, WNOHANG, &usage) == 0) {
        const bool due = (how.signal_after && passed() >= *how.signal_after) ||
                         (how.signal_when && fs::exists(*how.signal_when));
        if (due && !signalled) {
            ::kill(child, how.signal);
            signalled = true;
        }
        if (passed() > how.timeout) {
            ::kill(child, SIGKILL);
            ADD_FAILURE() << "timed out: " << (arguments.empty() ? "" : arguments.front());
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    Finished result;
    result.code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    result.out = read_file(texts / "out");
    result.err = read_file(texts / "err");
    result.seconds = passed();
    result.peak_memory = static_cast<double>(usage.ru_maxrss) * 1024.0;
    return result;
}

/// Runs and expects exit code 0; returns what was printed.
inline std::string run_well(const std::vector<std::string>& arguments, const fs::path& folder) {
    HowToRun how;
    how.folder = folder;
    const Finished finished = run(arguments, how);
    EXPECT_EQ(finished.code, 0) << finished.err;
    return finished.out;
}

/// The only folder of runs below `out` that holds a manifest.
inline fs::path only_run(const fs::path& out) {
    std::vector<fs::path> runs;
    for (const auto& entry : fs::directory_iterator(out))
        if (fs::exists(entry.path() / "manifest.json")) runs.push_back(entry.path());
    EXPECT_EQ(runs.size(), 1u) << out;
    return runs.empty() ? fs::path() : runs.front();
}

/// Names of all files below a folder that a finished run does not have.
inline std::vector<std::string> leftovers(const fs::path& run) {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(run)) {
        const std::string name = entry.path().filename().string();
        if (name.find(".tmp-") != std::string::npos || name == "checkpoint.bin")
            names.push_back(name);
    }
    return names;
}

/// The "quantities" of results.json as text; timings differ from run to run, these must not.
inline std::string quantities(const fs::path& run) {
    const std::string json = read_file(run / "results.json");
    const std::size_t begin = json.find("\"quantities\"");
    const std::size_t end = json.find("\"ledger\"");
    EXPECT_TRUE(begin != std::string::npos && end != std::string::npos && begin < end);
    return begin < end && end != std::string::npos ? json.substr(begin, end - begin) : "";
}

inline void expect_same_results(const fs::path& run, const fs::path& reference) {
    EXPECT_EQ(quantities(run), quantities(reference));
    // Not EXPECT_EQ: it would print megabytes.
    EXPECT_TRUE(read_file(run / "series.csv") == read_file(reference / "series.csv"))
        << "series.csv of " << run << " and " << reference << " differ";
    EXPECT_FALSE(read_file(run / "series.csv").empty());
}

}  // namespace caravel::interface_test
