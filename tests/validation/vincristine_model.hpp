// The published equations of vincristine, free and in PLA-PEG particles, in a mouse: as they stand,
// for a fit of their parameters from scratch.
#pragma once

#include "caravel/inference/fit/fit_problem.hpp"

#include <filesystem>

namespace caravel::test {

/// Means of the animals of one scenario and what they got; the keys are those of scenarios.csv.
struct NanoScenario {
    std::string name;
    double burst, release, exponent;     // 1, 1/h^(1 - exponent), 1
    double body, tumour;                 // g
    double liver, spleen, kidney, lung;  // fractions of body mass
    double carrier, drug;                // ug/g
};

/// Free drug and U16c: measured values of single mice, six tissues, one sigma of the natural
/// logarithm each. Parameters are the 24 of the published structure (fitted_parameters.csv) and the
/// six sigmas; bounds a factor 20 to either side of the published values, but for blood fractions
/// (0.9) and blood (0.3 of body mass). `folder` holds the four tables.
inference::fit::FitProblem vincristine_problem(const std::filesystem::path& folder);

/// Published values of all parameters of the problem; the six sigmas, which the publication's file
/// does not hold, are those that fit best.
std::vector<double> published_vincristine(const inference::fit::FitProblem& problem);

/// `values` with every sigma at the root mean square of its tissue's residuals.
std::vector<double> with_best_sigmas(const inference::fit::FitProblem& problem,
                                     std::vector<double> values);

}  // namespace caravel::test
