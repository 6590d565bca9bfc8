// Distributions over a RandomStream. They are our own, because those of the standard library differ
// from one library to the next.
#pragma once

#include "caravel/exec/normal_quantile.hpp"
#include "caravel/exec/philox.hpp"

#include <cmath>
#include <cstdint>

namespace caravel::exec {

/// Uniform in [0, 1): a multiple of 2^-53.
CARAVEL_FN inline double uniform(RandomStream& stream) {
    return static_cast<double>(stream.next_64() >> 11U) * 0x1p-53;
}

/// Uniform in (0, 1): an odd multiple of 2^-53, so that u and 1 - u are equally likely and exact.
CARAVEL_FN inline double uniform_open(RandomStream& stream) {
    return (static_cast<double>(stream.next_64() >> 12U) + 0.5) * 0x1p-52;
}

/// Normal with mean 0 and standard deviation 1, by the inverse distribution function: one number of
/// 64 bits each. The uniform grid ends it at |z| = 8.2.
CARAVEL_FN inline double normal(RandomStream& stream) {
    return normal_quantile(uniform_open(stream));
}

/// Lognormal: median * exp(sigma * z); `sigma` is the standard deviation of the logarithm.
CARAVEL_FN inline double lognormal(RandomStream& stream, double median, double sigma) {
    return median * std::exp(sigma * normal(stream));
}

/// Exponential with the given mean (the unit of the mean).
CARAVEL_FN inline double exponential(RandomStream& stream, double mean) {
    return -mean * std::log(uniform_open(stream));
}

/// log of the Poisson probability exp(-mean) mean^k / k! for mean > 0 and k >= 0, in Loader's
/// form without cancellation between large terms.
/// Source: C. Loader, Fast and accurate computation of binomial probabilities (2000).
double log_poisson(std::int64_t k, double mean);

/// Poisson number for 0 <= mean <= 1e9: inversion below 10, above it transformed rejection with
/// squeeze (PTRS). Throws std::logic_error for another mean.
/// Source: W. Hoermann, Insurance: Mathematics and Economics 12 (1993) 39.
std::int64_t poisson(RandomStream& stream, double mean);

}  // namespace caravel::exec
