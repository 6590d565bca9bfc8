// The complete state of a run in one file that is either whole or absent.
#pragma once

#include "caravel/couple/state.hpp"

#include <filesystem>
#include <span>
#include <string>

namespace caravel::study {

/// Replaces the checkpoint atomically. Throws ResourceError (disk full) or IoError.
void write_checkpoint(const std::filesystem::path& path, const std::string& identity,
                      const couple::State& state, std::span<const double> record, double now,
                      std::size_t next_window);

/// Restores from a checkpoint; false when there is none. Throws IoError when it is damaged or
/// belongs to other inputs.
bool read_checkpoint(const std::filesystem::path& path, const std::string& identity,
                     couple::State& state, std::span<double> record, double& now,
                     std::size_t& next_window);

}  // namespace caravel::study
