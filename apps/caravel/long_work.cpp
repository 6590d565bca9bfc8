#include "long_work.hpp"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <iostream>

namespace caravel::apps {
namespace {

void request_stop(int) { stop_requested = true; }

double monotonic_seconds() {
    using clock = std::chrono::steady_clock;
    return std::chrono::duration<double>(clock::now().time_since_epoch()).count();
}

}  // namespace

std::atomic<bool> stop_requested = false;
static_assert(std::atomic<bool>::is_always_lock_free, "set by a signal handler");

void stop_on_signals() {
    struct sigaction action {};
    action.sa_handler = request_stop;
    for (const int signal : {SIGTERM, SIGINT, SIGUSR1}) sigaction(signal, &action, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
}

report::Progress make_progress(const Options& options, const std::string& job,
                               const std::string& counted) {
    auto style = report::progress_style(options.quiet ? "quiet" : options.progress,
                                        report::terminal_facts(STDERR_FILENO));
    style.counted = counted;
    return {std::cerr, monotonic_seconds, style, job};
}

}  // namespace caravel::apps
