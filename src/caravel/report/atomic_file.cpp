#include "caravel/report/atomic_file.hpp"

#include "caravel/base/error.hpp"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace caravel::report {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t flush_size = std::size_t{1} << 20U;  // bytes

/// Turns errno into the error a user can act on; `bytes` is what was to be written.
[[noreturn]] void fail(int code, const fs::path& path, std::size_t bytes) {
    const std::string name = path.string();
    if (code == ENOSPC) {
        throw ResourceError(fmt::format(
            "disk full while writing '{}' ({} bytes); nothing finished was lost", name, bytes));
    }
    if (code == EDQUOT) {
        throw ResourceError(fmt::format(
            "disk quota exceeded while writing '{}' ({} bytes); nothing finished was lost", name,
            bytes));
    }
    if (code == EFBIG) {
        throw ResourceError(fmt::format(
            "file size limit reached while writing '{}' ({} bytes); nothing finished was lost",
            name, bytes));
    }
    throw IoError(
        fmt::format("cannot write '{}': {}", name, std::generic_category().message(code)));
}

/// Owns a file descriptor.
class Descriptor {
  public:
    Descriptor(const fs::path& path, int flags, mode_t mode)
        : value_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
    ~Descriptor() {
        if (value_ >= 0) ::close(value_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    bool is_open() const { return value_ >= 0; }
    int value() const { return value_; }
    /// Closes and returns errno, 0 when all is well (some file systems report a full disk here).
    int close() { return ::close(std::exchange(value_, -1)) == 0 ? 0 : errno; }

  private:
    int value_;
};

/// Writes all bytes; returns errno, 0 when all is well.
int write_all(int descriptor, std::string_view content) {
    while (!content.empty()) {
        const ssize_t written = ::write(descriptor, content.data(), content.size());
        if (written < 0) {
            if (errno == EINTR) continue;
            return errno;
        }
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
}

fs::path folder_of(const fs::path& path) {
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// Makes a new name in a folder durable; returns errno.
int sync_folder(const fs::path& folder) {
    const Descriptor descriptor(folder, O_RDONLY | O_DIRECTORY, 0);
    if (!descriptor.is_open()) return errno;
    // Some network file systems cannot sync folders and say so with EINVAL.
    if (::fsync(descriptor.value()) != 0 && errno != EINVAL) return errno;
    return 0;
}

bool ends_in_torn_line(int descriptor, off_t size) {
    char last = '\n';
    return size > 0 && ::pread(descriptor, &last, 1, size - 1) == 1 && last != '\n';
}

}  // namespace

Replacement::Replacement(fs::path path) : path_(std::move(path)), temporary_(path_) {
    temporary_ += fmt::format(".tmp-{}", ::getpid());
    file_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file_ < 0) fail(errno, path_, 0);
}

Replacement::~Replacement() {
    if (file_ >= 0) ::close(file_);
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void Replacement::add(std::string_view text) {
    size_ += text.size();
    if (waiting_.size() + text.size() < flush_size) {
        waiting_ += text;
        return;
    }
    flush();
    write(text);
}

void Replacement::flush() {
    write(waiting_);
    waiting_.clear();
}

void Replacement::write(std::string_view text) {
    if (const int code = write_all(file_, text)) fail(code, path_, size_);
}

void Replacement::finish() {
    flush();
    if (::fsync(file_) != 0) fail(errno, path_, size_);
    // Some file systems report a full disk only here.
    if (::close(std::exchange(file_, -1)) != 0) fail(errno, path_, size_);
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail(errno, path_, size_);
    temporary_.clear();
    if (const int code = sync_folder(folder_of(path_))) fail(code, path_, size_);
}

void write_file_atomically(const fs::path& path, std::string_view content) {
    Replacement file(path);
    file.add(content);
    file.finish();
}

void append_line(const fs::path& path, std::string_view line) {
    if (line.find('\n') != std::string_view::npos) {
        throw std::invalid_argument("append_line: a line must not hold a newline");
    }
    const bool is_new = ::access(path.c_str(), F_OK) != 0;
    Descriptor file(path, O_RDWR | O_CREAT | O_APPEND, 0644);
    if (!file.is_open()) fail(errno, path, line.size() + 1);
    struct stat before {};
    if (::fstat(file.value(), &before) != 0) fail(errno, path, line.size() + 1);
    std::string record(line);
    record += '\n';
    if (ends_in_torn_line(file.value(), before.st_size)) record.insert(0, 1, '\n');
    int code = write_all(file.value(), record);
    if (code == 0 && ::fsync(file.value()) != 0) code = errno;
    if (code != 0) {
        // Best effort: a torn line that stays is closed by the next append.
        if (S_ISREG(before.st_mode) && ::ftruncate(file.value(), before.st_size) != 0) errno = 0;
        fail(code, path, record.size());
    }
    if (const int close_code = file.close()) fail(close_code, path, record.size());
    if (is_new) {
        if (const int sync_code = sync_folder(folder_of(path))) fail(sync_code, path, 0);
    }
}

void create_folder(const fs::path& path) {
    std::error_code error;
    fs::create_directories(path, error);
    if (error) {
        if (error.value() == ENOSPC || error.value() == EDQUOT) fail(error.value(), path, 0);
        throw IoError(fmt::format("cannot create folder '{}': {}", path.string(), error.message()));
    }
    if (const int code = sync_folder(folder_of(path))) fail(code, path, 0);
}

std::string read_whole_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file || fs::is_directory(path)) {
        throw IoError(fmt::format("cannot read '{}'", path.string()));
    }
    std::string content{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (file.bad()) throw IoError(fmt::format("cannot read '{}' to its end", path.string()));
    return content;
}

}  // namespace caravel::report
