// Distributions of one quantity: priors, variability, and their truncation.
#pragma once

#include <string>
#include <variant>

namespace caravel::inference {

struct Uniform {
    double low = 0.0;
    double high = 1.0;
};
/// Uniform in the logarithm; low above 0.
struct LogUniform {
    double low = 0.1;
    double high = 1.0;
};
struct Normal {
    double mean = 0.0;
    double standard_deviation = 1.0;
};
/// Normal in the natural logarithm.
struct LogNormal {
    double median = 1.0;
    double sigma = 1.0;  // standard deviation of the logarithm
};
/// Density exp(-|x - location| / scale) / (2 scale).
struct Laplace {
    double location = 0.0;
    double scale = 1.0;
};
using Distribution = std::variant<Uniform, LogUniform, Normal, LogNormal, Laplace>;

/// Throws InputError naming `owner` when a number of the distribution is not finite or out of its
/// range.
void require_valid(const Distribution& distribution, const std::string& owner);

/// log of the density at x; -infinity where it is 0. Throws std::logic_error for NaN.
double log_density(const Distribution& distribution, double x);

/// d log density / dx; 0 outside of the support and at the cusp of the Laplace density.
double log_density_slope(const Distribution& distribution, double x);

/// Probability of a value up to x.
double cumulative(const Distribution& distribution, double x);

/// x with cumulative(x) = p for 0 < p < 1 (ends of the support at 0 and 1). Throws
/// std::logic_error outside 0 to 1.
double quantile(const Distribution& distribution, double p);

/// Quantile of the distribution cut to [low, high], either of which may be infinite; accurate in
/// either tail. Throws InputError when low >= high or no probability (1e-300) is left between.
double truncated_quantile(const Distribution& distribution, double low, double high, double p);

/// LogNormal of this mean and coefficient of variation. Throws InputError unless both are above 0.
LogNormal log_normal_from_mean(double mean, double coefficient_of_variation);

}  // namespace caravel::inference
