// Fewer points for a drawing without losing its shape.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace caravel::report {

/// Indices of at most `limit` (>= 3) points that keep the shape of the line, first and last
/// included: largest triangle three buckets (S. Steinarsson, "Downsampling time series for visual
/// representation", University of Iceland, 2013). All indices when there are no more than `limit`.
std::vector<std::size_t> decimate(std::span<const double> x, std::span<const double> y,
                                  std::size_t limit);

}  // namespace caravel::report
