// Derivatives by difference quotients that stay inside the bounds.
#pragma once

#include "caravel/inference/matrix.hpp"

#include <functional>
#include <span>
#include <vector>

namespace caravel::inference {

/// A value of theta; non-finite values are refused by whoever asked.
using ScalarFunction = std::function<double(std::span<const double> theta)>;

/// Residuals of theta.
using VectorFunction = std::function<void(std::span<const double> theta, std::span<double> out)>;

/// A value and, unless `gradient` is empty, its derivatives.
using Objective = std::function<double(std::span<const double> theta, std::span<double> gradient)>;

/// Two points around theta_i, `step` apart on either side where the bounds leave room, else one
/// side. step = cube root of rounding (6e-6) times max(|theta_i|, 1e-3 of the width or 1e-3).
struct DifferencePair {
    double low;
    double high;
};
DifferencePair difference_pair(std::span<const double> theta, std::size_t i,
                               std::span<const double> lower, std::span<const double> upper);

/// (f(high) - f(low)) / (high - low) for every parameter; error of order step^2 inside.
void difference_gradient(const ScalarFunction& f, std::span<const double> theta,
                         std::span<const double> lower, std::span<const double> upper,
                         std::span<double> gradient);

/// The same for residuals: one column per parameter.
Matrix difference_jacobian(const VectorFunction& f, std::size_t residuals,
                           std::span<const double> theta, std::span<const double> lower,
                           std::span<const double> upper);

/// An Objective whose gradient is difference_gradient.
Objective with_differences(ScalarFunction f, std::vector<double> lower, std::vector<double> upper);

/// Second derivatives from differences of the gradient of `f`, made symmetric. Throws
/// NumericalError when a gradient is not finite.
Matrix difference_hessian(const Objective& f, std::span<const double> theta,
                          std::span<const double> lower, std::span<const double> upper);

}  // namespace caravel::inference
