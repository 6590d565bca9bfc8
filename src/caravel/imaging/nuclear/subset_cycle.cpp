#include "caravel/imaging/nuclear/subset_cycle.hpp"

#include "caravel/imaging/nuclear/emission.hpp"
#include "caravel/imaging/sinc.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

constexpr double pi = std::numbers::pi;
constexpr int coverage_steps = 32;     // per unit of q
constexpr double coverage_end = 64.0;  // of the table
constexpr std::size_t rows = 24;       // of q
constexpr std::size_t columns = 48;    // of lambda
constexpr double least_periods = 0.05;
constexpr double least_removed = 1e-5;

std::size_t at(index_t n) { return static_cast<std::size_t>(n); }

/// Coverage of a wave by each subset, views at multiples of pi/views from `direction`.
std::vector<double> coverage_of_subsets(index_t subsets, index_t views, double periods,
                                        double direction) {
    std::vector<double> coverage(at(subsets), 0.0);
    for (index_t v = 0; v < views; ++v) {
        const double angle = pi * static_cast<double>(v) / static_cast<double>(views) - direction;
        coverage[at(v % subsets)] += std::pow(sinc(periods * std::sin(angle)), 2);
    }
    return coverage;
}

/// Variance after all iterations, times the mean information of all subsets together; `steps` holds
/// the share of an error that each subset removes, `shares` its share in the information.
double cycled_variance(const std::vector<index_t>& order, const std::vector<double>& steps,
                       const std::vector<double>& shares, double iterations) {
    // An iteration multiplies what was by `kept` and adds the same again.
    double kept = 1.0;
    double sum = 0.0;
    for (std::size_t n = order.size(); n-- > 0;) {
        const std::size_t s = at(order[n]);
        if (shares[s] > 0.0) sum += std::pow(steps[s] * kept, 2) / shares[s];
        kept *= 1.0 - steps[s];
    }
    const double times =
        kept > 1.0 - 1e-12 ? iterations : (1.0 - std::pow(kept, iterations)) / (1.0 - kept);
    return sum * times * times;
}

std::vector<double> coverage_values() {
    const int points = static_cast<int>(coverage_end) * coverage_steps;
    std::vector<double> values;
    for (int i = 0; i <= points; ++i)
        values.push_back(coverage_of_views(static_cast<double>(i) / coverage_steps));
    return values;
}

}  // namespace

double coverage_of_views(double q) {
    // periodic and smooth: the sum converges as soon as it resolves the wave
    const int points = 24 + static_cast<int>(8.0 * q);
    double sum = 0.0;
    for (int i = 0; i < points; ++i)
        sum += std::pow(sinc(q * std::sin(pi * (i + 0.5) / points)), 2);
    return sum / points;
}

double tabulated_coverage(double q) {
    static const std::vector<double> values = coverage_values();
    if (q >= coverage_end) return 1.0 / (pi * q);
    const double place = q * coverage_steps;
    const auto i = static_cast<std::size_t>(place);
    const double part = place - static_cast<double>(i);
    return (1.0 - part) * values[i] + part * values[i + 1];
}

SubsetCycle::SubsetCycle(double updates, index_t subsets, index_t views) {
    if (subsets <= 1) return;
    // waves of more periods fall between the views
    most_periods_ = std::max(1.0, static_cast<double>(views) / pi);
    const std::vector<index_t> order = subset_order(subsets);
    const double iterations = updates / static_cast<double>(subsets);
    const index_t directions = std::clamp<index_t>(2 * subsets, 12, 32);
    const double repeat = pi * static_cast<double>(subsets) / static_cast<double>(views);
    table_.assign(rows * columns, 0.0);
    for (std::size_t row = 0; row < rows; ++row) {
        const double periods = least_periods * std::pow(most_periods_ / least_periods,
                                                        static_cast<double>(row) / (rows - 1.0));
        const double mean = static_cast<double>(views) * coverage_of_views(periods);
        for (index_t d = 0; d < directions; ++d) {
            const double direction =
                repeat * (static_cast<double>(d) + 0.5) / static_cast<double>(directions);
            std::vector<double> shares = coverage_of_subsets(subsets, views, periods, direction);
            for (double& share : shares) share /= mean;
            std::vector<double> steps(shares.size());
            for (std::size_t column = 0; column < columns; ++column) {
                const double removed =
                    std::pow(least_removed, 1.0 - static_cast<double>(column) / (columns - 1.0));
                for (std::size_t s = 0; s < steps.size(); ++s)
                    steps[s] = std::min(1.0, removed * static_cast<double>(subsets) * shares[s]);
                const double passed =
                    removed < 1.0 ? -std::expm1(updates * std::log1p(-removed)) : 1.0;
                table_[row * columns + column] +=
                    cycled_variance(order, steps, shares, iterations) /
                    (passed * passed * static_cast<double>(directions));
            }
        }
    }
}

double SubsetCycle::place(double periods) const {
    const double part = std::log(std::max(periods, least_periods) / least_periods) /
                        std::log(most_periods_ / least_periods);
    return std::min(part * (rows - 1.0), rows - 1.000001);
}

double SubsetCycle::excess(double removed, double place) const {
    if (table_.empty()) return 1.0;
    const double along =
        std::clamp((1.0 - std::log(std::max(removed, least_removed)) / std::log(least_removed)) *
                       (columns - 1.0),
                   0.0, columns - 1.000001);
    const auto row = static_cast<std::size_t>(place);
    const auto column = static_cast<std::size_t>(along);
    const double a = place - static_cast<double>(row);
    const double b = along - static_cast<double>(column);
    const double* low = table_.data() + row * columns + column;
    const double* high = low + columns;
    return (1.0 - a) * ((1.0 - b) * low[0] + b * low[1]) + a * ((1.0 - b) * high[0] + b * high[1]);
}

}  // namespace caravel::imaging
