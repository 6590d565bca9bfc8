#include "population_command.hpp"

#include "long_work.hpp"

#include "caravel/base/error.hpp"

#include <filesystem>
#include <iostream>

namespace caravel::apps {
namespace {

namespace population = inference::population;

}  // namespace

population::ManyRunOptions many_run_options(const Options& o) {
    population::ManyRunOptions options;
    options.plan = o.study;
    options.assignments = o.assignments;
    options.outputs = o.outputs;
    options.count = o.count;
    options.seed = o.seed;
    options.out = o.out;
    options.threads = o.threads;
    options.resume = o.resume;
    options.version = o.version;
    return options;
}

void run_interruptible(const Options& o,
                       const std::function<void(const population::ManyRunOptions&)>& work) {
    stop_on_signals();
    report::Progress progress =
        make_progress(o, std::filesystem::path(o.study).stem().string(), "runs");
    auto options = many_run_options(o);
    options.cancel = &stop_requested;
    options.progress = [&](const inference::Progress& p) {
        progress.update(static_cast<double>(p.done), static_cast<double>(p.total), "runs");
    };
    try {
        work(options);
    } catch (const Interrupted&) {
        progress.finish("interrupted");
        throw;
    }
    progress.finish();
}

void command_population(const Options& o) {
    const auto data = study::default_data_paths();
    const auto models = population::study_models(data);
    if (o.only) {
        std::cout << population::show_individual(many_run_options(o), *o.only, data, models);
        return;
    }
    population::PopulationOutcome outcome;
    run_interruptible(o, [&](const population::ManyRunOptions& options) {
        outcome = population::run_population(options, data, models);
    });
    std::cout << (o.quiet ? outcome.id + "\n" : outcome.summary);
}

}  // namespace caravel::apps
