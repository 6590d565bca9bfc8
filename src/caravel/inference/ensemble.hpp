// Many individuals: each a pure function of its number, kept in a RecordStore; one that fails is
// put aside and the others go on.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/inference/guards.hpp"
#include "caravel/inference/record_store.hpp"

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace caravel::inference {

struct EnsemblePlan {
    std::vector<std::string> outputs;  // names, in the order in which `job` gives them
    /// Outputs of individual i, a pure function of i; called by several threads at once.
    std::function<std::vector<double>(std::uint64_t i)> job;
    /// The parameters of individual i by name, and the command that repeats it alone.
    std::function<std::string(std::uint64_t i)> describe;
    std::uint64_t shard = 256;  // individuals for each write to the store
};

/// An individual without outputs.
struct Quarantined {
    std::uint64_t index = 0;
    std::string parameters;  // what `describe` said
    std::string reason;
};

struct EnsembleReport {
    std::uint64_t computed = 0;            // in this call
    std::uint64_t missing = 0;             // after it, when cancelled
    std::vector<Quarantined> quarantined;  // all in the store, by index
};

/// Computes what the store does not have, in shards handed to whichever thread is idle. A job that
/// throws NumericalError or InputError, or gives an output that is not finite, is stored as
/// quarantined with its parameters and reason. Other exceptions stop the run after the shards in
/// hand; what is stored stays. A store that is complete is in order: it has the same bytes for
/// every number of threads and any sequence of interruptions. `progress` counts finished
/// individuals of the whole plan.
EnsembleReport run_ensemble(const EnsemblePlan& plan, RecordStore& store, exec::ThreadTeam& team,
                            const ProgressCallback& progress = {},
                            const std::atomic<bool>* cancel = nullptr);

/// Outputs in a stored payload; empty for a quarantined individual. Throws IoError for any other
/// text.
std::optional<std::vector<double>> outputs_of(const std::string& payload);

/// The quarantined individual in a stored payload; empty for one with outputs.
std::optional<Quarantined> quarantined_of(std::uint64_t index, const std::string& payload);

}  // namespace caravel::inference
