// Nonlinear regression with shared parameters, effects of study and case, and heavy tails: the
// most probable parameters, their covariance and the variance components.
#pragma once

#include "caravel/inference/matrix.hpp"
#include "caravel/inference/noise.hpp"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace caravel::inference::delivery {

/// A shared parameter: normal prior, or member of a family with mean 0 whose standard deviation is
/// estimated with the rest.
struct SharedParameter {
    std::string name;
    double prior_mean = 0.0;
    double prior_sd = 1.0;
    int family = -1;  // -1: none
};

/// The points of one case; cases of one study are consecutive.
struct HierarchicalCase {
    std::size_t study = 0;
    std::vector<Observation> observations;  // on the scale of the prediction (log10)
    std::vector<std::size_t> noise;         // class of residual of each point
};

/// Predictions of a case for shared parameters theta and the sum of study and case effects; fills
/// derivatives (points x parameters, points x effects) unless the pointers are null. A pure
/// function.
using CasePrediction = std::function<void(
    std::size_t index, std::span<const double> theta, std::span<const double> effects,
    std::span<double> prediction, Matrix* by_theta, Matrix* by_effects)>;

struct HierarchicalProblem {
    std::vector<SharedParameter> parameters;
    std::size_t families = 0;
    std::vector<std::string> effects;
    std::size_t noise_classes = 1;
    double freedom = 4.0;  // of Student's law of the residuals
    std::vector<HierarchicalCase> cases;
    CasePrediction predict;
};

/// Standard deviations of all that varies.
struct VarianceComponents {
    std::vector<double> study;     // per effect
    std::vector<double> case_;     // per effect
    std::vector<double> residual;  // per noise class: scale of Student's law
    std::vector<double> family;    // per family
};

struct HierarchicalFit {
    std::vector<double> theta;
    Matrix covariance;  // of theta, Laplace approximation
    VarianceComponents components;
    double objective = 0.0;  // minus log posterior density at the mode, constants left out
    int iterations = 0;
    bool converged = false;
};

struct HierarchicalOptions {
    int most_iterations = 25;
    double tolerance = 1e-3;  // greatest change of theta in its standard deviations and of ln sd
    double study_start = 0.5;
    double case_start = 0.3;
    double residual_start = 0.2;
    double least_sd = 0.02;
    double greatest_sd = 1.2;
    double greatest_family_sd = 0.5;  // categories stay shrunken
    double sd_prior_weight = 1.0;     // pseudo-studies at the start values
    const HierarchicalFit* start = nullptr;
};

/// Gauss-Newton steps on the joint density of theta and all effects, study by study eliminated from
/// the arrow-shaped normal equations, with Student residuals as weights and exact left or right
/// censoring; after each step the variance components take their expectation-maximisation values
/// in MacKay's form (sum of squares over effective number). Deterministic. Throws InputError for a
/// problem without cases and NumericalError when a prediction is not finite at the start.
/// Sources: J. C. Pinheiro, D. M. Bates, Mixed-Effects Models in S and S-PLUS, Springer 2000;
/// D. J. C. MacKay, Neural Comput. 4 (1992) 415; K. L. Lange et al., JASA 84 (1989) 881.
HierarchicalFit fit_hierarchical(const HierarchicalProblem& problem,
                                 const HierarchicalOptions& options = {});

/// A point as Gauss-Newton sees it: minus log likelihood = constant + half^2 of `residual` near the
/// prediction, with slope and weight (curvature, not negative).
struct PointWeight {
    double cost = 0.0;    // minus log density, constants left out
    double slope = 0.0;   // d cost / d prediction
    double weight = 0.0;  // curvature
};
PointWeight weigh(const Observation& observation, double prediction, double sigma, double freedom);

}  // namespace caravel::inference::delivery
