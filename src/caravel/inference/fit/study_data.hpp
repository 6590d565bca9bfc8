// Measured values of the experiments of a plan, with their noise.
#pragma once

#include "caravel/inference/fit/fit_input.hpp"
#include "caravel/study/study_run.hpp"

#include <map>

namespace caravel::inference::fit {

/// A measured value of an experiment in the unit of its table.
struct MeasuredDatum {
    study::Measurement measurement;
    std::size_t experiment = 0;
    std::size_t noise = 0;  // entry of the plan
};

struct StudyData {
    std::vector<study::Prepared> studies;  // of every experiment
    std::vector<MeasuredDatum> data;       // experiment after experiment
};

/// Reads studies and tables. Mistakes that are found are added; a study that cannot be read throws.
StudyData read_study_data(const FitInput& input,
                          const std::vector<std::vector<std::string>>& assignments,
                          const study::DataPaths& data, std::vector<Diagnostic>& mistakes);

/// Whether a list of names of experiments (empty: all) holds this one.
bool holds(const std::vector<std::string>& experiments, const std::string& name);

/// Adds a mistake for every name that is no experiment, with "did you mean".
void check_experiments(const FitInput& input, const std::vector<std::string>& names,
                       const Location& where, std::vector<Diagnostic>& mistakes);

}  // namespace caravel::inference::fit
