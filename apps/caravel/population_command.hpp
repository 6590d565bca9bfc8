// What the commands for many runs share: options, signals, progress.
#pragma once

#include "caravel/inference/population/population_run.hpp"
#include "commands.hpp"

#include <functional>

namespace caravel::apps {

inference::population::ManyRunOptions many_run_options(const Options& o);

/// Calls `work` with options that show progress and stop at SIGTERM, SIGINT and SIGUSR1 (exit code
/// 75, what is stored stays).
void run_interruptible(
    const Options& o,
    const std::function<void(const inference::population::ManyRunOptions&)>& work);

}  // namespace caravel::apps
