// One study's part of the arrow-shaped normal equations of a hierarchical fit.
#pragma once

#include "caravel/inference/delivery/hierarchical.hpp"

namespace caravel::inference::delivery {

/// Effects of a study: the study's own, then those of its cases.
struct StudyEffects {
    std::size_t first_case = 0;
    std::size_t cases = 0;
    std::vector<double> value;  // (1 + cases) * effects
};

/// Normal equations of a study with its effects eliminated.
struct StudyEquations {
    Matrix theta;                  // Schur complement, p x p, full
    std::vector<double> gradient;  // p, reduced
    Matrix lower;                  // Cholesky factor of the effects' block
    Matrix cross;                  // effects x p
    std::vector<double> effect_gradient;
    std::vector<double> effect_variance;  // conditional on theta
};

/// What one study says of the residuals' scales.
struct ResidualSums {
    std::vector<double> squares;  // weighted
    std::vector<double> count;
};

/// Minus log posterior of the study at theta and its effects.
double study_cost(const HierarchicalProblem& problem, const VarianceComponents& components,
                  const StudyEffects& study, std::span<const double> theta);

StudyEquations study_equations(const HierarchicalProblem& problem,
                               const VarianceComponents& components, const StudyEffects& study,
                               std::span<const double> theta, ResidualSums& sums);

/// Step of the study's effects for a step of theta.
std::vector<double> effect_step(const StudyEquations& equations,
                                std::span<const double> theta_step);

}  // namespace caravel::inference::delivery
