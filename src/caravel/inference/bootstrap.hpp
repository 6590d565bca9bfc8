// Error bars of an estimate by resampling what it was made from.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace caravel::inference {

struct BootstrapOptions {
    int resamples = 1000;
    double confidence = 0.95;
    std::uint64_t seed = 0;
};

/// A number with its standard error and interval.
struct Estimate {
    double value = 0.0;
    double standard_error = 0.0;
    double low = 0.0;
    double high = 0.0;
};

/// Estimates from the rows chosen: as many row numbers as there are rows, with repetition.
using RowStatistic = std::function<std::vector<double>(std::span<const std::size_t> rows)>;

/// Value of the statistic on all rows, standard deviation and percentile interval over resamples.
/// Resample b draws its rows from stream (seed, b). Throws InputError for fewer than 2 rows, 10
/// resamples or a confidence outside (0, 1), NumericalError when an estimate is not finite.
/// Source: B. Efron, Ann. Statist. 7 (1979) 1.
std::vector<Estimate> bootstrap(std::size_t rows, const RowStatistic& statistic,
                                const BootstrapOptions& options = {});

}  // namespace caravel::inference
