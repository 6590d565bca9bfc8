#include "caravel/inference/population/sensitivity_run.hpp"
#include "population_command.hpp"

#include <iostream>

namespace caravel::apps {

namespace population = inference::population;

void command_sensitivity(const Options& o) {
    const auto data = study::default_data_paths();
    const auto models = population::study_models(data);
    const auto plan = population::sensitivity_input(many_run_options(o), o.method, o.vary);
    if (o.only) {
        std::cout << population::show_point(plan, *o.only, data, models);
        return;
    }
    population::SensitivityOutcome outcome;
    run_interruptible(o, [&](const population::ManyRunOptions& options) {
        outcome = population::run_sensitivity(options, plan, data, models);
    });
    std::cout << (o.quiet ? outcome.id + "\n" : outcome.summary);
}

}  // namespace caravel::apps
