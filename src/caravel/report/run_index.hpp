// The table of runs, an SQLite file. It is a cache of the manifests and can always be rebuilt.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;

namespace caravel::report {

/// One run as the index lists it.
struct RunEntry {
    std::string id;
    std::string name;
    std::string study_hash;
    std::string parent;  // id of the parent run, may be empty
    std::string state;   // "running", "finished", "failed", "interrupted", "paused: no space"
    std::int64_t created_sequence = 0;  // 1, 2, 3 ... in order of creation; 0 lets the index choose
    std::filesystem::path path;
};

/// An open index (WAL, synchronous=FULL, 5 s busy timeout). Every call is one transaction; several
/// processes may use the same file. All calls throw ResourceError when the disk is full, else
/// IoError; a corrupt file is named together with the way to rebuild it.
class RunIndex {
  public:
    explicit RunIndex(std::filesystem::path file);
    ~RunIndex();
    RunIndex(const RunIndex&) = delete;
    RunIndex& operator=(const RunIndex&) = delete;

    /// Adds the run or replaces the one of the same id (whose sequence it keeps); returns the
    /// sequence.
    std::int64_t add(const RunEntry& entry);
    void set_state(const std::string& id, const std::string& state);
    /// All runs in order of creation.
    std::vector<RunEntry> list() const;
    /// Runs whose id starts with `prefix`.
    std::vector<RunEntry> find(std::string_view prefix) const;

  private:
    std::filesystem::path file_;
    sqlite3* database_ = nullptr;
};

}  // namespace caravel::report
