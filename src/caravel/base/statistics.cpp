#include "caravel/base/statistics.hpp"

#include "caravel/base/expects.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace caravel {

double mean(std::span<const double> values) {
    CARAVEL_EXPECTS(!values.empty());
    double sum = 0.0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
}

double median(std::span<const double> values) { return quantile(values, 0.5); }

double quantile(std::span<const double> values, double probability) {
    CARAVEL_EXPECTS(!values.empty());
    CARAVEL_EXPECTS(probability >= 0.0 && probability <= 1.0);
    CARAVEL_EXPECTS(
        std::none_of(values.begin(), values.end(), [](double value) { return std::isnan(value); }));
    std::vector<double> sorted(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end());
    const double place = static_cast<double>(sorted.size() - 1) * probability;
    const auto below = static_cast<std::size_t>(place);
    const double weight = place - static_cast<double>(below);
    // Without this an infinite neighbour of weight 0 would make the result NaN.
    if (weight == 0.0) return sorted[below];
    return (1.0 - weight) * sorted[below] + weight * sorted[below + 1];
}

double geometric_mean(std::span<const double> values) {
    CARAVEL_EXPECTS(!values.empty());
    double sum = 0.0;
    for (const double value : values) {
        CARAVEL_EXPECTS(value > 0.0);
        sum += std::log(value);
    }
    return std::exp(sum / static_cast<double>(values.size()));
}

}  // namespace caravel
