#include "caravel/report/dicom_process.hpp"

#include "caravel/base/error.hpp"
#include "caravel/report/dicom_file.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace caravel::report {
namespace {

std::string reason(int code) { return std::generic_category().message(code); }

/// Both ends of a pipe; the child gets the writing end as its standard error.
class ErrorPipe {
  public:
    ErrorPipe() {
        if (::pipe2(ends_.data(), O_CLOEXEC) != 0)
            throw IoError(fmt::format("cannot make a pipe: {}", reason(errno)));
    }
    ErrorPipe(const ErrorPipe&) = delete;
    ErrorPipe& operator=(const ErrorPipe&) = delete;
    ~ErrorPipe() {
        ::close(ends_[0]);
        close_writer();
    }

    int writer() const { return ends_[1]; }
    void close_writer() {
        if (ends_[1] >= 0) ::close(ends_[1]);
        ends_[1] = -1;
    }
    /// Everything until the child closes its end; what is beyond `most` is read and dropped.
    std::string read_all(std::size_t most) const {
        std::string text;
        std::array<char, 1024> buffer{};
        for (;;) {
            const ssize_t n = ::read(ends_[0], buffer.data(), buffer.size());
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) return text.substr(0, most);
            if (text.size() < most) text.append(buffer.data(), static_cast<std::size_t>(n));
        }
    }

  private:
    std::array<int, 2> ends_{-1, -1};
};

}  // namespace

std::filesystem::path dicom_program() {
    const char* named = std::getenv("CARAVEL_DICOM");
    if (named != nullptr && *named != '\0') return named;
    std::error_code error;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
    return error ? std::filesystem::path("caravel-dicom") : self.parent_path() / "caravel-dicom";
}

ChildEnd run_child(const std::filesystem::path& program, const std::filesystem::path& argument) {
    ErrorPipe pipe;
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, pipe.writer(), STDERR_FILENO);
    std::string name = program.string();
    std::string request = argument.string();
    std::array<char*, 3> arguments{name.data(), request.data(), nullptr};
    pid_t child = -1;
    const int failed =
        ::posix_spawn(&child, name.c_str(), &actions, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) return {false, 0, 0, reason(failed)};
    pipe.close_writer();
    constexpr std::size_t most_text = 4096;
    ChildEnd end;
    end.text = pipe.read_all(most_text);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) return {false, 0, 0, reason(errno)};
    }
    if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
    if (WIFEXITED(status)) end.code = WEXITSTATUS(status);
    while (!end.text.empty() && (end.text.back() == '\n' || end.text.back() == ' '))
        end.text.pop_back();
    return end;
}

}  // namespace caravel::report
