// The complete state of a run in one file that is either whole or absent.
#pragma once

#include "caravel/couple/state.hpp"

#include <filesystem>
#include <span>
#include <string>

namespace caravel::study {

/// How far a run has come, and what it has seen on the way.
struct RunProgress {
    double now = 0.0;  // s
    std::size_t next_window = 0;
    double field_residual = 0.0;  // largest so far, as in RunOutcome
};

/// Replaces the checkpoint atomically. Throws ResourceError (disk full) or IoError.
void write_checkpoint(const std::filesystem::path& path, const std::string& identity,
                      const couple::State& state, std::span<const double> record,
                      const RunProgress& progress);

/// Restores from a checkpoint; false, and nothing changed, when there is none. Throws IoError when
/// it is damaged or belongs to other inputs.
bool read_checkpoint(const std::filesystem::path& path, const std::string& identity,
                     couple::State& state, std::span<double> record, RunProgress& progress);

}  // namespace caravel::study
