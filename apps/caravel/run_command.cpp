#include "long_work.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/inference/delivery/study_interval.hpp"
#include "caravel/report/terminal_summary.hpp"
#include "caravel/study/study_run.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>

namespace caravel::apps {
namespace {

using inference::delivery::StudyIntervalOptions;

StudyIntervalOptions interval_options(const Options& o) {
    StudyIntervalOptions options;
    options.draws = o.draws;
    if (!o.known_until.empty() && o.draws == 0)
        throw UsageError("--known-until updates draws, and --draws 0 asks for none");
    if (!o.known_until.empty()) options.known_until = time_of("--known-until", o.known_until);
    options.threads = o.threads;
    options.interrupted = [] { return stop_requested.load(); };
    return options;
}

/// Intervals of a finished run, from the study that its folder keeps.
void compute_intervals(const Options& o, StudyIntervalOptions options, study::RunResult& result,
                       const study::DataPaths& data) {
    report::Progress progress = make_progress(o, "intervals", "draws");
    options.progress = [&](double done, double all) { progress.update(done, all); };
    inference::delivery::add_intervals(result.record, result.folder / "study.toml", {}, data,
                                       o.version, options);
    inference::delivery::store_intervals(result, o.out);
    progress.finish();
}

}  // namespace

double time_of(const std::string& option, const std::string& text) {
    const std::string expected = option + ": expected a time such as \"10 s\", not '";
    try {
        const auto time = parse_quantity(text);
        if (time.unit.dimension == dimension::time && time.si >= 0.0) return time.si;
    } catch (const UnitError& error) {
        throw UsageError(expected + text + "': " + error.what());
    }
    throw UsageError(expected + text + "'");
}

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
    stop_on_signals();
    report::Progress progress = make_progress(
        o, o.study.empty() ? o.resume : std::filesystem::path(o.study).stem().string());
    study::RunOptions options;
    const auto data = study::default_data_paths();
    options.study = o.study;
    options.assignments = o.assignments;
    options.out = o.out;
    options.seed = o.seed;
    options.resume = o.resume;
    options.parent = o.parent;
    options.threads = o.threads;
    options.checkpoint_spacing = time_of("--checkpoint-every", o.checkpoint_every);
    options.version = o.version;
    options.progress = [&](double now, double end) { progress.update(now, end); };
    options.interrupted = [] { return stop_requested.load(); };
    const StudyIntervalOptions intervals = interval_options(o);
    study::RunResult result;
    try {
        result = study::run_study(options, data);
    } catch (const Interrupted&) {
        progress.finish("interrupted");
        throw;
    }
    progress.finish();
    // A phantom has nobody to vary.
    const auto& models = result.record.models;
    const auto uses = [&](const char* model) {
        return std::find(models.begin(), models.end(), model) != models.end();
    };
    if (!uses("phantom")) compute_intervals(o, intervals, result, data);
    const auto kept = inference::delivery::keep_other_intervals(result);
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
    if (kept)
        std::cout << "Its intervals were of other draws or other measured points; they are kept in "
                  << kept->string() << ".\n";
}

}  // namespace caravel::apps
