// Piecewise linear interpolation in a table of points.
#pragma once

#include <span>

namespace caravel {

/// Whether every value is finite and greater than the one before.
bool is_strictly_ascending(std::span<const double> values);

/// Whether no value is NaN or smaller than the one before.
bool is_ascending(std::span<const double> values);

/// y at `at` on the straight line between the neighbours x[i] <= at <= x[i+1]; exact at the points.
/// `x` is strictly ascending and as long as `y` (the caller checks once with
/// is_strictly_ascending). Outside the table: the value at the nearer end. NaN gives NaN. Throws
/// std::logic_error when the table is empty or the lengths differ.
double interpolate_clamped(std::span<const double> x, std::span<const double> y, double at);

/// As interpolate_clamped; outside the table (or NaN) throws std::out_of_range naming the range.
double interpolate(std::span<const double> x, std::span<const double> y, double at);

}  // namespace caravel
