// What every command that computes for long shares: signals that stop it, and its progress.
#pragma once

#include "caravel/report/progress.hpp"
#include "commands.hpp"

#include <atomic>
#include <string>

namespace caravel::apps {

/// Whether SIGTERM, SIGINT or SIGUSR1 came since stop_on_signals; read by every thread.
extern std::atomic<bool> stop_requested;

/// From now on SIGTERM, SIGINT and SIGUSR1 ask the work to stop and keep what it has (exit code
/// 75); a closed pipe and a file-size limit become errors of writing.
void stop_on_signals();

/// Progress of a job on standard error as the options want it. `counted` names what is counted, in
/// the plural; empty: simulated time.
report::Progress make_progress(const Options& options, const std::string& job,
                               const std::string& counted = "");

}  // namespace caravel::apps
