#include "commands.hpp"

#include "caravel/base/error.hpp"
#include "caravel/report/progress.hpp"
#include "caravel/report/terminal_summary.hpp"
#include "caravel/study/study_run.hpp"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace caravel::apps {
namespace {

volatile std::sig_atomic_t stop_requested = 0;

void request_stop(int) { stop_requested = 1; }

/// SIGTERM, SIGINT and SIGUSR1 end the run after the current window with a checkpoint.
void install_signals() {
    struct sigaction action {};
    action.sa_handler = request_stop;
    for (const int signal : {SIGTERM, SIGINT, SIGUSR1}) sigaction(signal, &action, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
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
    install_signals();
    report::Progress progress(std::cerr, monotonic_seconds,
                              report::progress_style(o.quiet ? "quiet" : o.progress,
                                                     report::terminal_facts(STDERR_FILENO)),
                              std::filesystem::path(o.study).stem().string());
    study::RunOptions options;
    const auto data = study::default_data_paths();
    options.study = o.study;
    if (!o.resume.empty()) {
        const auto entry = report::RunStore(o.out).find(o.resume);
        if (std::filesystem::absolute(options.study) != entry.path / "study.toml" &&
            !std::filesystem::exists(options.study))
            throw UsageError("no study file '" + o.study + "'");
    }
    options.assignments = o.assignments;
    options.out = o.out;
    options.seed = o.seed;
    options.resume = o.resume;
    options.parent = o.parent;
    options.rerun = o.rerun;
    options.version = o.version;
    options.progress = [&](double now, double end) { progress.update(now, end); };
    options.interrupted = [] { return stop_requested != 0; };
    study::RunResult result;
    try {
        result = study::run_study(options, data);
    } catch (const Interrupted&) {
        progress.finish("interrupted");
        throw;
    }
    progress.finish();
    if (o.quiet)
        std::cout << result.record.run_id << '\n';
    else
        std::cout << report::terminal_summary(result.record, result.folder);
}

}  // namespace caravel::apps
