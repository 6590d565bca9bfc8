#include "caravel/inference/population/percentiles.hpp"

#include "caravel/base/error.hpp"
#include "caravel/inference/guards.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace caravel::inference::population {
namespace {

constexpr std::size_t enough_for_replicates = 512;
constexpr int resamples = 200;
constexpr double student_7 = 2.3646242515927;  // 97.5 % quantile of t with 7 degrees of freedom
constexpr double normal_95 = 1.9599639845400545;

using Statistics = std::array<double, 6>;  // mean, percentiles

/// Sorts its copy.
Statistics statistics(std::vector<double> values) {
    Statistics result{};
    double sum = 0.0;
    for (const double x : values) sum += x;
    result[0] = sum / static_cast<double>(values.size());
    std::sort(values.begin(), values.end());
    for (std::size_t k = 0; k < percentile_levels.size(); ++k)
        result[k + 1] = percentile(values, percentile_levels[k]);
    return result;
}

std::array<Estimate, 6> by_replicates(std::span<const double> values,
                                      std::span<const std::uint64_t> index, const Statistics& all) {
    std::array<std::vector<double>, replicates> parts;
    for (std::size_t i = 0; i < values.size(); ++i)
        parts[index[i] % replicates].push_back(values[i]);
    std::array<double, 6> square{};
    std::array<double, 6> mean{};
    std::vector<Statistics> each;
    for (auto& part : parts) each.push_back(statistics(std::move(part)));
    for (std::size_t k = 0; k < 6; ++k) {
        for (const auto& s : each) mean[k] += s[k] / static_cast<double>(replicates);
        for (const auto& s : each) square[k] += (s[k] - mean[k]) * (s[k] - mean[k]);
    }
    std::array<Estimate, 6> result;
    constexpr double r = static_cast<double>(replicates);
    for (std::size_t k = 0; k < 6; ++k) {
        const double error = std::sqrt(square[k] / (r - 1.0) / r);
        result[k] = {all[k], error, all[k] - student_7 * error, all[k] + student_7 * error};
    }
    return result;
}

/// Whether every replicate has an individual: not so where most have no value.
bool has_all_replicates(std::span<const std::uint64_t> index) {
    std::array<bool, replicates> has{};
    for (const std::uint64_t i : index) has[i % replicates] = true;
    return std::all_of(has.begin(), has.end(), [](bool one) { return one; });
}

std::array<Estimate, 6> by_bootstrap(std::span<const double> values, std::uint64_t seed) {
    const auto statistic = [&](std::span<const std::size_t> rows) {
        std::vector<double> chosen;
        for (const std::size_t i : rows) chosen.push_back(values[i]);
        const Statistics s = statistics(std::move(chosen));
        return std::vector<double>(s.begin(), s.end());
    };
    const auto estimates = bootstrap(values.size(), statistic, {resamples, 0.95, seed});
    std::array<Estimate, 6> result;
    std::copy(estimates.begin(), estimates.end(), result.begin());
    return result;
}

}  // namespace

double percentile(std::span<const double> ascending, double level) {
    const double place = level * static_cast<double>(ascending.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, ascending.size() - 1);
    return ascending[below] +
           (place - static_cast<double>(below)) * (ascending[above] - ascending[below]);
}

Spread spread_of(std::span<const double> values, std::span<const std::uint64_t> index,
                 std::uint64_t seed) {
    if (values.empty()) throw InputError(Diagnostic{{}, "a group has no individual", "", ""});
    require_finite(values, "value");
    const Statistics all = statistics({values.begin(), values.end()});
    std::array<Estimate, 6> estimates;
    for (std::size_t k = 0; k < 6; ++k) estimates[k] = {all[k], 0.0, all[k], all[k]};
    if (values.size() >= enough_for_replicates && has_all_replicates(index))
        estimates = by_replicates(values, index, all);
    else if (values.size() > 1)
        estimates = by_bootstrap(values, seed);
    Spread spread;
    spread.count = values.size();
    spread.mean = estimates[0];
    for (std::size_t k = 0; k < 5; ++k) spread.percentiles[k] = estimates[k + 1];
    double square = 0.0;
    for (const double x : values) square += (x - all[0]) * (x - all[0]);
    const double freedom = std::max(1.0, static_cast<double>(values.size()) - 1.0);
    spread.standard_deviation = std::sqrt(square / freedom);
    spread.coefficient_of_variation = all[0] == 0.0 ? std::numeric_limits<double>::quiet_NaN()
                                                    : spread.standard_deviation / std::abs(all[0]);
    spread.lowest = *std::min_element(values.begin(), values.end());
    spread.highest = *std::max_element(values.begin(), values.end());
    return spread;
}

Spread no_spread() {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    Spread spread;
    spread.mean = {none, none, none, none};
    spread.percentiles.fill(spread.mean);
    spread.standard_deviation = spread.coefficient_of_variation = none;
    spread.lowest = spread.highest = none;
    return spread;
}

Share wilson(std::uint64_t hits, std::uint64_t of) {
    Share share{hits, of, std::numeric_limits<double>::quiet_NaN(), 0.0, 1.0};
    if (of == 0) return share;
    const double n = static_cast<double>(of);
    const double p = static_cast<double>(hits) / n;
    const double z2 = normal_95 * normal_95;
    const double centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    const double half =
        normal_95 / (1.0 + z2 / n) * std::sqrt(p * (1.0 - p) / n + z2 / (4.0 * n * n));
    share.value = p;
    share.low = hits == 0 ? 0.0 : centre - half;
    share.high = hits == of ? 1.0 : centre + half;
    return share;
}

}  // namespace caravel::inference::population
