// Many variants of one study: job i is a pure function of i, results stand in a RecordStore that
// survives a killed process.
#pragma once

#include "caravel/inference/ensemble.hpp"
#include "caravel/inference/population/study_family.hpp"

#include <filesystem>
#include <functional>
#include <string>

namespace caravel::inference::population {

/// What is computed: `count` variants of a family.
struct StudyJobs {
    std::uint64_t count = 0;
    /// Writes the values of the family's keys in job i; a pure function of i, called by several
    /// threads at once.
    std::function<void(std::uint64_t i, std::span<double> values)> values;
    /// What the values depend on beside the family (axes, seed, distributions), in any text.
    std::string identity;
    std::uint64_t shard = 256;  // jobs for each write to the store
};

struct StudyEnsembleReport {
    std::uint64_t computed = 0;  // in this call
    std::uint64_t finished = 0;  // in the store
    std::uint64_t missing = 0;   // when cancelled
};

/// The results of an ensemble in a file.
class StudyEnsemble {
  public:
    /// Opens `file` or creates it. `family` must outlive the ensemble. Throws IoError when the file
    /// belongs to another ensemble.
    StudyEnsemble(const StudyFamily& family, StudyJobs jobs, std::filesystem::path file);

    /// Computes what the file lacks, in shards handed to whichever thread is idle, and brings it
    /// into the order of the jobs once it is complete: its bytes are then the same for every
    /// number of threads and any sequence of interruptions. A variant that fails is stored with
    /// its parameters, its reason and the command that repeats it, and the others go on. Memory:
    /// 16 bytes for each job. `progress` counts finished jobs of all.
    StudyEnsembleReport run(exec::ThreadTeam& team, const ProgressCallback& progress = {},
                            const std::atomic<bool>* cancel = nullptr);

    std::uint64_t count() const { return jobs_.count; }
    /// The values of the keys in job i.
    std::vector<double> values(std::uint64_t i) const;

    /// Calls `result` for each finished job in ascending order, one in memory at a time: with its
    /// outputs, or with its failure.
    using Visitor = std::function<void(std::uint64_t i, const std::vector<double>* outputs,
                                       const Quarantined* failure)>;
    void visit(const Visitor& result) const;

  private:
    std::vector<Record> compute(std::span<const std::uint64_t> jobs) const;

    const StudyFamily& family_;
    StudyJobs jobs_;
    RecordStore store_;
};

}  // namespace caravel::inference::population
