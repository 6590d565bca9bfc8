// What the data determine: directions of the parameter space by curvature, flat ones named.
#pragma once

#include "caravel/inference/matrix.hpp"

#include <optional>
#include <string>
#include <vector>

namespace caravel::inference {

struct IdentifiabilityOptions {
    /// A direction counts as flat below this fraction of the greatest curvature.
    double relative_curvature = 1e-9;
    /// ... or when its standard deviation exceeds this many widths of the box.
    double widest = 1.0;
    /// A parameter is undetermined when flat directions hold more than this of its unit vector
    /// (squared).
    double share = 1e-4;
    /// Parameters that a bound holds: they are left out as if they were known, have no standard
    /// error and no message.
    std::vector<std::size_t> held;
};

/// A direction in coordinates theta_i / width_i, of length 1.
struct Direction {
    double curvature = 0.0;                    // eigenvalue of the scaled Hessian; may be negative
    std::optional<double> standard_deviation;  // in widths; none for curvature <= 0
    std::vector<double> components;
    bool is_determined = false;
};

struct IdentifiabilityReport {
    std::vector<Direction> directions;  // from the flattest to the steepest
    Matrix covariance;                  // of theta, within the determined directions
    std::vector<std::optional<double>> standard_error;  // of theta; none when undetermined
    Matrix correlation;      // from `covariance`; 0 where a variance is 0
    double condition = 0.0;  // greatest over smallest curvature; infinite when that is <= 0
    std::vector<std::string> messages;  // one for each direction that is not determined

    std::size_t undetermined() const;  // directions
};

/// Analysis of the Hessian of the negative log-likelihood at its minimum (or of the Fisher matrix
/// J^T J of standardised residuals). `width` are the widths of the bounds: curvatures are compared
/// in these units, so that the verdict does not depend on units. No direction of the parameters
/// that are free is left out: flat and negative ones are listed and named, and the standard errors
/// they spoil are not given. Throws InputError when a number is not finite, a width not above 0 or
/// lengths differ.
IdentifiabilityReport analyse_curvature(const Matrix& hessian,
                                        const std::vector<std::string>& names,
                                        const std::vector<double>& width,
                                        const IdentifiabilityOptions& options = {});

}  // namespace caravel::inference
