// Summaries of a sample.
#pragma once

#include <span>

namespace caravel {

/// Arithmetic mean. Throws std::logic_error when there is no value.
double mean(std::span<const double> values);

/// Middle value, or the mean of the two middle ones. Throws std::logic_error when there is no value
/// or one is NaN.
double median(std::span<const double> values);

/// Quantile for 0 <= probability <= 1, linear between the order statistics at (n - 1) p (type 7 of
/// Hyndman and Fan 1996, the default of R and NumPy). Throws std::logic_error as median does.
double quantile(std::span<const double> values, double probability);

/// exp(mean of log). Throws std::logic_error when there is no value or one is not positive.
double geometric_mean(std::span<const double> values);

}  // namespace caravel
