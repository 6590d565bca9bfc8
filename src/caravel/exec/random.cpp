#include "caravel/exec/random.hpp"

#include <numbers>

namespace caravel::exec {
namespace {

// One uniform number walked down the distribution function. The walk ends at 200, where the
// probability for mean < 10 is below 1e-170, in case rounding keeps the sum under the number.
std::int64_t poisson_by_inversion(RandomStream& stream, double mean) {
    const double u = uniform(stream);
    double probability = std::exp(-mean);
    double sum = probability;
    std::int64_t k = 0;
    while (u >= sum && k < 200) {
        ++k;
        probability *= mean / static_cast<double>(k);
        sum += probability;
    }
    return k;
}

std::int64_t poisson_by_rejection(RandomStream& stream, double mean) {
    const double b = 0.931 + 2.53 * std::sqrt(mean);
    const double a = -0.059 + 0.02483 * b;
    const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
    const double squeeze = 0.9277 - 3.6224 / (b - 2.0);
    while (true) {
        const double u = uniform_open(stream) - 0.5;
        const double v = uniform_open(stream);
        const double us = 0.5 - std::abs(u);
        const double k = std::floor((2.0 * a / us + b) * u + mean + 0.43);
        if (us >= 0.07 && v <= squeeze) return static_cast<std::int64_t>(k);
        // Far outside, where k would not fit into an integer, the probability is 0.
        if (!(k >= 0.0 && k < 1e18) || (us < 0.013 && v > us)) continue;
        const auto count = static_cast<std::int64_t>(k);
        if (std::log(v * inverse_alpha / (a / (us * us) + b)) <= log_poisson(count, mean)) {
            return count;
        }
    }
}

// log(k!) minus the logarithm of Stirling's formula, k >= 1: directly below 16, above it by the
// asymptotic series, whose first neglected term 1/(1188 k^9) is 1e-14 at 16.
double stirling_error(std::int64_t k) {
    const auto x = static_cast<double>(k);
    if (k < 16) {
        double factorial = 1.0;
        for (std::int64_t i = 2; i <= k; ++i) factorial *= static_cast<double>(i);
        return std::log(factorial) - (x + 0.5) * std::log(x) + x -
               0.5 * std::log(2.0 * std::numbers::pi);
    }
    const double y = 1.0 / (x * x);
    return (1.0 / 12.0 - y * (1.0 / 360.0 - y * (1.0 / 1260.0 - y / 1680.0))) / x;
}

}  // namespace

double log_poisson(std::int64_t k, double mean) {
    CARAVEL_EXPECTS(k >= 0 && mean > 0.0);
    if (k == 0) return -mean;
    const auto x = static_cast<double>(k);
    const double excess = (x - mean) / mean;
    const double deviance = mean * ((1.0 + excess) * std::log1p(excess) - excess);
    return -deviance - stirling_error(k) - 0.5 * std::log(2.0 * std::numbers::pi * x);
}

std::int64_t poisson(RandomStream& stream, double mean) {
    CARAVEL_EXPECTS(mean >= 0.0 && mean <= 1e9);
    return mean < 10.0 ? poisson_by_inversion(stream, mean) : poisson_by_rejection(stream, mean);
}

}  // namespace caravel::exec
