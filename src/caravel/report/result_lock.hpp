// One process at a time writes a result.
#pragma once

#include <filesystem>

namespace caravel::report {

/// Name of the lock file inside of a result's folder; no part of the result.
inline constexpr const char* result_lock_name = "writing.lock";

/// Holds a result's folder (made when missing) for this process until destruction. The lock is
/// advisory (flock) and ends with the process, however that ends: a file left by a killed process
/// locks nothing. On file systems that know no locks nothing is locked.
class ResultLock {
  public:
    /// Throws IoError naming the other process when another one holds the folder, or when the
    /// lock file cannot be made; ResourceError when the disk is full.
    explicit ResultLock(const std::filesystem::path& folder);
    ~ResultLock();
    ResultLock(const ResultLock&) = delete;
    ResultLock& operator=(const ResultLock&) = delete;

  private:
    std::filesystem::path file_;
    int descriptor_ = -1;
};

}  // namespace caravel::report
