#include "caravel/inference/differences.hpp"

#include "caravel/inference/guards.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace caravel::inference {

DifferencePair difference_pair(std::span<const double> theta, std::size_t i,
                               std::span<const double> lower, std::span<const double> upper) {
    const double width = upper[i] - lower[i];
    const double smallest = std::isfinite(width) ? 1e-3 * width : 1e-3;
    const double step = 6e-6 * std::max(std::abs(theta[i]), smallest);
    return {std::max(theta[i] - step, lower[i]), std::min(theta[i] + step, upper[i])};
}

void difference_gradient(const ScalarFunction& f, std::span<const double> theta,
                         std::span<const double> lower, std::span<const double> upper,
                         std::span<double> gradient) {
    CARAVEL_EXPECTS(gradient.size() == theta.size());
    std::vector<double> at(theta.begin(), theta.end());
    for (std::size_t i = 0; i < theta.size(); ++i) {
        const DifferencePair pair = difference_pair(theta, i, lower, upper);
        at[i] = pair.high;
        const double above = f(at);
        at[i] = pair.low;
        const double below = f(at);
        at[i] = theta[i];
        gradient[i] = (above - below) / (pair.high - pair.low);
    }
}

Matrix difference_jacobian(const VectorFunction& f, std::size_t residuals,
                           std::span<const double> theta, std::span<const double> lower,
                           std::span<const double> upper) {
    Matrix jacobian(residuals, theta.size());
    std::vector<double> at(theta.begin(), theta.end());
    std::vector<double> above(residuals);
    std::vector<double> below(residuals);
    for (std::size_t j = 0; j < theta.size(); ++j) {
        const DifferencePair pair = difference_pair(theta, j, lower, upper);
        at[j] = pair.high;
        f(at, above);
        at[j] = pair.low;
        f(at, below);
        at[j] = theta[j];
        for (std::size_t i = 0; i < residuals; ++i) {
            jacobian(i, j) = (above[i] - below[i]) / (pair.high - pair.low);
        }
    }
    return jacobian;
}

Objective with_differences(ScalarFunction f, std::vector<double> lower, std::vector<double> upper) {
    return [f = std::move(f), lower = std::move(lower), upper = std::move(upper)](
               std::span<const double> theta, std::span<double> gradient) {
        if (!gradient.empty()) difference_gradient(f, theta, lower, upper, gradient);
        return f(theta);
    };
}

Matrix difference_hessian(const Objective& f, std::span<const double> theta,
                          std::span<const double> lower, std::span<const double> upper) {
    const std::size_t n = theta.size();
    const VectorFunction gradient = [&](std::span<const double> at, std::span<double> out) {
        f(at, out);
        guard_finite(out, "second derivatives", "gradient", describe_point(at));
    };
    const Matrix raw = difference_jacobian(gradient, n, theta, lower, upper);
    Matrix hessian(n, n);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) hessian(i, j) = 0.5 * (raw(i, j) + raw(j, i));
    }
    return hessian;
}

}  // namespace caravel::inference
