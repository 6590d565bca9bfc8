#include "caravel/report/result_lock.hpp"

#include "caravel/base/error.hpp"
#include "caravel/report/atomic_file.hpp"

#include <array>
#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace caravel::report {

namespace {

constexpr int most_tries = 100;  // each lost to a holder that ended between opening and locking

/// "pid 123" as the holder wrote it, or "another process" where it has not yet.
std::string holder_in(int descriptor) {
    std::array<char, 24> text{};
    const ssize_t count = ::pread(descriptor, text.data(), text.size(), 0);
    std::string digits;
    for (ssize_t i = 0; i < count && text[static_cast<std::size_t>(i)] >= '0' &&
                        text[static_cast<std::size_t>(i)] <= '9';
         ++i)
        digits += text[static_cast<std::size_t>(i)];
    return digits.empty() ? "another process" : "pid " + digits;
}

/// Whether the open file is still the one of that name: a holder that ends removes it.
bool is_in_place(int descriptor, const std::filesystem::path& file) {
    struct stat open {};
    struct stat named {};
    return ::fstat(descriptor, &open) == 0 && ::stat(file.c_str(), &named) == 0 &&
           open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

bool knows_no_locks(int code) {
    return code == ENOLCK || code == ENOSYS || code == EOPNOTSUPP || code == EINVAL;
}

int lock(int descriptor) {
    while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EINTR) return errno;
    }
    return 0;
}

}  // namespace

ResultLock::ResultLock(const std::filesystem::path& folder) : file_(folder / result_lock_name) {
    create_folder(folder);
    for (int i = 0; i < most_tries; ++i) {
        const int file = ::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (file < 0) {
            const std::string text = fmt::format("cannot lock '{}': {}", folder.string(),
                                                 std::generic_category().message(errno));
            if (errno == ENOSPC || errno == EDQUOT) throw ResourceError(text);
            throw IoError(text);
        }
        const int code = lock(file);
        if (code != 0 && !knows_no_locks(code)) {
            const std::string holder = holder_in(file);
            ::close(file);
            throw IoError(
                fmt::format("another caravel is writing this result ({}) in '{}'; wait until it "
                            "has ended, or use --out for another folder",
                            holder, folder.string()));
        }
        if (is_in_place(file, file_)) {
            descriptor_ = file;
            // Who holds it is told to people only: on a full disk the lock holds all the same.
            const std::string pid = fmt::format("{}\n", ::getpid());
            [[maybe_unused]] const bool is_empty = ::ftruncate(file, 0) == 0;
            [[maybe_unused]] const ssize_t written = ::pwrite(file, pid.data(), pid.size(), 0);
            return;
        }
        ::close(file);
    }
    throw IoError(
        fmt::format("cannot lock '{}': its lock file changes all the time", folder.string()));
}

ResultLock::~ResultLock() {
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);  // while it is still held
    ::close(descriptor_);
}

}  // namespace caravel::report
