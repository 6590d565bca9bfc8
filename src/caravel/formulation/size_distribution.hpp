// Sizes of particles and their shares.
#pragma once

#include <vector>

namespace caravel::formulation {

/// A size and its share of the number of particles, or of their volume.
struct SizeNode {
    double diameter = 0.0;  // m
    double weight = 0.0;    // shares add up to 1
};

/// Shares of the number in a log-normal distribution with median `median` (m) and sigma of the
/// logarithm `spread`, ascending: with `count` nodes polynomials in ln d up to the degree
/// 2 count - 1 are averaged exactly (Gauss-Hermite). A zero spread gives one size. Throws
/// InputError for a median that is not positive, a spread outside 0..2 or nodes outside 1..200.
std::vector<SizeNode> log_normal_sizes(double median, double spread, int count);

/// Shares of the volume in the same distribution, given by its number median: the volume's median
/// is exp(3 spread^2) times larger.
std::vector<SizeNode> volume_log_normal_sizes(double median, double spread, int count);

}  // namespace caravel::formulation
