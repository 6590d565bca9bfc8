// The complete state of a run in one file that is either whole or absent.
#pragma once

#include "caravel/couple/state.hpp"

#include <algorithm>
#include <chrono>
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

/// Says when the next checkpoint is due: `spacing` (s of wall time) after the last one, and so late
/// that checkpoints take no more than a thirtieth of the run; a spacing of 0: always.
class CheckpointClock {
  public:
    explicit CheckpointClock(double spacing) : spacing_(spacing) {}

    bool is_due() const {
        const std::chrono::duration<double> since = Clock::now() - last_;
        return spacing_ == 0.0 || since.count() >= std::max(spacing_, 30.0 * cost_.count());
    }

    /// Runs `save` and notes what it takes.
    template <class Save>
    void time(const Save& save) {
        const auto begin = Clock::now();
        save();
        last_ = Clock::now();
        cost_ = last_ - begin;
    }

  private:
    using Clock = std::chrono::steady_clock;
    double spacing_;
    Clock::time_point last_ = Clock::now();
    std::chrono::duration<double> cost_{};
};

}  // namespace caravel::study
