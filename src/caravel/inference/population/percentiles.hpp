// What a sample of individuals says about a number: mean, spread and percentiles with errors.
#pragma once

#include "caravel/inference/bootstrap.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace caravel::inference::population {

/// A population is this many independent randomisations of the Sobol sequence, one individual of
/// each in turn: the scatter between them is the error of what all of them say.
inline constexpr std::uint64_t replicates = 8;

inline constexpr std::array<double, 5> percentile_levels{0.05, 0.25, 0.5, 0.75, 0.95};

/// One number of a population.
struct Spread {
    std::uint64_t count = 0;
    Estimate mean;
    double standard_deviation = 0.0;
    double coefficient_of_variation = 0.0;  // NaN where the mean is 0
    double lowest = 0.0;
    double highest = 0.0;
    std::array<Estimate, 5> percentiles;  // 5, 25, 50, 75, 95 %
};

/// Percentile of ascending values, linear between them (Hyndman and Fan 1996, type 7).
double percentile(std::span<const double> ascending, double level);

/// Spread of the values of individuals `index`. Errors: from 512 individuals on by the scatter of
/// the replicates (Student interval, 95 %), below by bootstrap, which takes the points as
/// independent and so is on the wide side. With one value the errors are 0. Throws InputError for
/// no value or one that is not finite.
Spread spread_of(std::span<const double> values, std::span<const std::uint64_t> index,
                 std::uint64_t seed);

/// What a number that no individual has says: count 0, all else NaN.
Spread no_spread();

/// How many of a group fulfil a condition, with the 95 % interval of Wilson (J. Am. Stat. Assoc. 22
/// (1927) 209).
struct Share {
    std::uint64_t hits = 0;
    std::uint64_t of = 0;
    double value = 0.0;  // NaN for none
    double low = 0.0;
    double high = 1.0;
};
Share wilson(std::uint64_t hits, std::uint64_t of);

}  // namespace caravel::inference::population
