#include "caravel/inference/fit/study_data.hpp"

#include "caravel/base/suggest.hpp"
#include "caravel/base/unit.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace caravel::inference::fit {
namespace {

constexpr std::size_t nothing = static_cast<std::size_t>(-1);

// The study's own values, or those of the tables that the plan names.
std::vector<study::Measurement> measurements_of(const ExperimentInput& experiment,
                                                const study::Prepared& prepared) {
    if (experiment.data.empty()) return prepared.measurements;
    study::StudyInput tables;
    for (const std::string& file : experiment.data) tables.data.push_back({file, "", "", {}});
    return study::read_measurements(tables, {});
}

// The entry that names the observable, else the one that names none.
std::size_t noise_for(const FitInput& input, const std::string& observable,
                      const std::string& experiment) {
    std::size_t found = nothing;
    for (std::size_t k = 0; k < input.noises.size(); ++k) {
        const NoiseInput& noise = input.noises[k];
        if (!holds(noise.experiments, experiment)) continue;
        if (noise.observable == observable) return k;
        if (noise.observable.empty() && found == nothing) found = k;
    }
    return found;
}

std::vector<std::string> observables_of(const study::Prepared& prepared) {
    std::vector<std::string> names;
    for (const auto& o : study::make_observables(prepared.built, prepared.file.input))
        names.push_back(o.name);
    return names;
}

class Taker {
  public:
    Taker(const FitInput& input, StudyData& result, std::vector<Diagnostic>& mistakes)
        : input_(input), result_(result), mistakes_(mistakes) {}

    void take(std::size_t e) {
        const ExperimentInput& experiment = input_.experiments[e];
        const study::Prepared& prepared = result_.studies[e];
        const std::vector<std::string> names = observables_of(prepared);
        const std::vector<std::string_view> views(names.begin(), names.end());
        const auto measurements = measurements_of(experiment, prepared);
        for (const study::Measurement& m : measurements) {
            if (std::find(names.begin(), names.end(), m.observable) == names.end()) {
                mistakes_.push_back({m.where, "no observable is named '" + m.observable + "'",
                                     "a name from 'caravel list observables'",
                                     did_you_mean(m.observable, views)});
                continue;
            }
            take_value(m, e);
        }
        if (measurements.empty())
            mistakes_.push_back({experiment.where,
                                 "experiment '" + experiment.name + "' has no measured values",
                                 "[[data]] in the study, or data = [\"table.csv\"]", ""});
    }

  private:
    void take_value(const study::Measurement& m, std::size_t e) {
        const ExperimentInput& experiment = input_.experiments[e];
        const double end = result_.studies[e].file.input.run.until;
        if (!(m.point.time >= 0.0))
            mistakes_.push_back({m.where, "the time is " + format_quantity(m.point.time, "h"),
                                 "a time of at least 0", ""});
        else if (m.point.time > end)
            mistakes_.push_back({m.where,
                                 "the time " + format_quantity(m.point.time, "h") +
                                     " lies after the end of the study",
                                 "a time up to " + format_quantity(end, "h"),
                                 "raise run.until, e.g. in `set`"});
        const std::size_t noise = noise_for(input_, m.observable, experiment.name);
        if (noise == nothing) {
            if (told_.insert(m.observable + '\n' + experiment.name).second)
                mistakes_.push_back(
                    {experiment.where,
                     "there is no noise for " + m.observable + " of " + experiment.name,
                     "[[noise]] with observable = \"" + m.observable +
                         "\", or one without observable for all",
                     ""});
            return;
        }
        if (input_.noises[noise].spread && !(m.point.spread.value_or(0.0) > 0.0))
            mistakes_.push_back({m.where,
                                 "the noise of " + m.observable +
                                     " is the table's spread, "
                                     "which is missing here",
                                 "a number above 0 in column spread", ""});
        result_.data.push_back({m, e, noise});
    }

    const FitInput& input_;
    StudyData& result_;
    std::vector<Diagnostic>& mistakes_;
    std::set<std::string> told_;
};

}  // namespace

bool holds(const std::vector<std::string>& experiments, const std::string& name) {
    return experiments.empty() ||
           std::find(experiments.begin(), experiments.end(), name) != experiments.end();
}

void check_experiments(const FitInput& input, const std::vector<std::string>& names,
                       const Location& where, std::vector<Diagnostic>& mistakes) {
    std::vector<std::string_view> known;
    for (const auto& e : input.experiments) known.push_back(e.name);
    for (const std::string& name : names)
        if (std::find(known.begin(), known.end(), name) == known.end())
            mistakes.push_back({where, "no experiment is named '" + name + "'",
                                "the name of an [[experiment]]", did_you_mean(name, known)});
}

StudyData read_study_data(const FitInput& input,
                          const std::vector<std::vector<std::string>>& assignments,
                          const study::DataPaths& data, std::vector<Diagnostic>& mistakes) {
    StudyData result;
    for (std::size_t e = 0; e < input.experiments.size(); ++e)
        result.studies.push_back(study::prepare(input.experiments[e].study, assignments[e], data));
    Taker taker(input, result, mistakes);
    for (std::size_t e = 0; e < input.experiments.size(); ++e) taker.take(e);
    for (const NoiseInput& noise : input.noises) {
        check_experiments(input, noise.experiments, noise.where, mistakes);
        const bool is_used =
            std::any_of(result.data.begin(), result.data.end(),
                        [&](const auto& d) { return &input.noises[d.noise] == &noise; });
        if (!is_used)
            mistakes.push_back(
                {noise.where,
                 noise.observable.empty()
                     ? "no measured value is left for this noise of all observables"
                     : "no measured value has the noise of '" + noise.observable + "'",
                 "an observable that the data name",
                 noise.observable.empty() ? "another [[noise]] before it takes them" : ""});
    }
    return result;
}

}  // namespace caravel::inference::fit
