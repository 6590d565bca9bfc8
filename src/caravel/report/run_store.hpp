// The folder of runs: one folder per run, a journal in each, and an index over all.
#pragma once

#include "caravel/report/run_index.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace caravel::report {

/// What to do when the same study, version and seed were run to the end before.
enum class Existing { refuse, reuse };

/// What identifies a run. The echo is the complete study file with every default written out.
struct NewRun {
    std::string name;
    std::string study_echo;
    std::string version;
    std::uint64_t seed = 0;
    std::string parent;
};

/// 26 characters [0-9a-z without i, l, o, u] from SHA-256 over study echo, version and seed: the
/// same study gives the same id on every machine.
std::string run_id(std::string_view study_echo, std::string_view version, std::uint64_t seed);

/// A folder that `create` made or found.
struct RunFolder {
    std::string id;
    std::filesystem::path path;
    bool finished = false;  // found finished and to be reused
    bool resumed = false;   // found unfinished, e.g. after an interruption
};

/// Journal lines that are whole, and how many were torn or altered.
struct Journal {
    std::vector<std::string> entries;
    int damaged = 0;
};

/// What rebuild_index found.
struct Rebuilt {
    int runs = 0;
    std::vector<std::string> skipped;  // folders without a readable manifest, with the reason
};

/// Runs below one root folder. Errors: IoError (path and reason), ResourceError (disk full).
class RunStore {
  public:
    explicit RunStore(std::filesystem::path root);

    /// Makes or finds `<root>/<id>/` with its manifest and index row. A finished run of the same id
    /// is an error (UsageError) with Existing::refuse and is left untouched with reuse.
    RunFolder create(const NewRun& run, Existing existing) const;

    /// Writes the final manifest (with SHA-256 and size of every file in the folder) and marks the
    /// run. `facts` are versions, seed, host class ...; `timings` in s.
    void finish(const std::string& id, const std::map<std::string, std::string>& facts,
                const std::map<std::string, double>& timings) const;
    /// "failed", "interrupted", "paused: no space" ...
    void set_state(const std::string& id, const std::string& state) const;

    /// Appends one finished piece to `<id>/journal.jsonl`; `entry_json` is one JSON value on one
    /// line and gets a CRC-32.
    void append_journal(const std::string& id, std::string_view entry_json) const;
    Journal read_journal(const std::string& id) const;

    std::vector<RunEntry> list() const;
    /// The run whose id starts with `prefix`; throws UsageError when none or several do.
    RunEntry find(std::string_view prefix) const;
    /// Makes the index anew from `<root>/*/manifest.json`; the old one is replaced.
    Rebuilt rebuild_index() const;

    const std::filesystem::path& root() const { return root_; }

  private:
    RunIndex open_index() const;
    Rebuilt rebuild_locked() const;
    void write_manifest(const RunEntry& entry, const std::map<std::string, std::string>& facts,
                        const std::map<std::string, double>& timings, bool with_files) const;

    std::filesystem::path root_;
};

}  // namespace caravel::report
