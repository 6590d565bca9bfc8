// Studies and their measured values as the problem of a fit.
#pragma once

#include "caravel/inference/fit/fit_input.hpp"
#include "caravel/study/study_run.hpp"

namespace caravel::inference::fit {

/// The problem, and the way back from estimates to studies.
struct StudyFit {
    FitProblem problem;
    /// TOML with the assignments (--set) of every experiment at these values.
    std::function<std::string(std::span<const double> values)> assignments;
};

/// Builds the problem of a plan: one StudyFamily for each experiment, whose outputs are the
/// observables at the measured times; derivatives are quotients over values_around, all in one
/// block. Studies are integrated with a relative tolerance of 1e-8 unless their `set`
/// says otherwise. `assignments` hold for all experiments. Throws InputError with everything found:
/// unknown keys, observables or experiments, bounds without unit or of another dimension, units of
/// data that do not convert, negative times, an experiment without measured values, values without
/// noise, values after the end of the study.
StudyFit make_study_fit(const FitInput& input, const std::vector<std::string>& assignments,
                        const study::DataPaths& data);

}  // namespace caravel::inference::fit
