#include "commands.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/report/progress.hpp"
#include "caravel/report/terminal_summary.hpp"
#include "caravel/study/study_run.hpp"

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace caravel::apps {
namespace {

std::atomic<bool> stop_requested = false;  // read by every thread
static_assert(std::atomic<bool>::is_always_lock_free, "set by a signal handler");

void request_stop(int) { stop_requested = true; }

/// SIGTERM, SIGINT and SIGUSR1 end the run after the current window with a checkpoint.
void install_signals() {
    struct sigaction action {};
    action.sa_handler = request_stop;
    for (const int signal : {SIGTERM, SIGINT, SIGUSR1}) sigaction(signal, &action, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    // A file that grows over the limit is then an error of write(), which is told like a full disk.
    std::signal(SIGXFSZ, SIG_IGN);
}

double checkpoint_spacing(const std::string& text) {
    const std::string expected = "--checkpoint-every: expected a time such as \"10 s\", not '";
    try {
        const auto time = parse_quantity(text);
        if (time.unit.dimension == dimension::time && time.si >= 0.0) return time.si;
    } catch (const UnitError& error) {
        throw UsageError(expected + text + "': " + error.what());
    }
    throw UsageError(expected + text + "'");
}

double monotonic_seconds() {
    using clock = std::chrono::steady_clock;
    return std::chrono::duration<double>(clock::now().time_since_epoch()).count();
}

}  // namespace

std::string message(const std::exception& error) {
    if (dynamic_cast<const std::bad_alloc*>(&error)) return "error: out of memory";
    if (dynamic_cast<const Interrupted*>(&error))
        return std::string(error.what()) + "; run the same command again to go on";
    if (dynamic_cast<const InputError*>(&error)) return error.what();
    return std::string("error: ") + error.what();
}

void command_run(const Options& o) {
    if (o.study.empty() && o.resume.empty())
        throw UsageError("which study? caravel run STUDY, or caravel run --resume RUN");
    install_signals();
    report::Progress progress(
        std::cerr, monotonic_seconds,
        report::progress_style(o.quiet ? "quiet" : o.progress,
                               report::terminal_facts(STDERR_FILENO)),
        o.study.empty() ? o.resume : std::filesystem::path(o.study).stem().string());
    study::RunOptions options;
    const auto data = study::default_data_paths();
    options.study = o.study;
    options.assignments = o.assignments;
    options.out = o.out;
    options.seed = o.seed;
    options.resume = o.resume;
    options.parent = o.parent;
    options.threads = o.threads;
    options.checkpoint_spacing = checkpoint_spacing(o.checkpoint_every);
    options.version = o.version;
    options.progress = [&](double now, double end) { progress.update(now, end); };
    options.interrupted = [] { return stop_requested.load(); };
    study::RunResult result;
    try {
        result = study::run_study(options, data);
    } catch (const Interrupted&) {
        progress.finish("interrupted");
        throw;
    }
    progress.finish();
    if (o.quiet) {
        std::cout << result.record.run_id << '\n';
        return;
    }
    std::cout << report::terminal_summary(result.record, result.folder);
    if (result.earlier == study::Earlier::same_results)
        std::cout << "This study was run before: computed again, the curves are the same bits.\n";
    if (result.earlier == study::Earlier::other_results)
        std::cout
            << "This study was run before with other results (another build or other tables); "
               "they were replaced.\n";
}

}  // namespace caravel::apps
