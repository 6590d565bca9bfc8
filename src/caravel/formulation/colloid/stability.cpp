#include "caravel/formulation/colloid/stability.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/base/quadrature.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace caravel::formulation::colloid {
namespace {

constexpr int scan_points = 400;
constexpr int panels = 48;
constexpr int deepest_split = 30;
constexpr int most_splits = 4096;    // of all panels together: bounds the work
constexpr int grading = 40;          // halvings of the panels towards a maximum
constexpr double tolerance = 1e-10;  // of the integral, per panel
constexpr double relevant = 50.0;    // exponents further below the top count for nothing
constexpr double far_ratio =
    1e4;  // gap over radius and closest gap beyond which the energy is nothing

template <class F>
double gauss(const F& f, double a, double b) {
    static const QuadratureRule rule = gauss_legendre(8);
    const double middle = 0.5 * (a + b);
    const double half = 0.5 * (b - a);
    double sum = 0.0;
    for (std::size_t i = 0; i < rule.size(); ++i)
        sum += rule.weight[i] * f(middle + half * rule.node[i]);
    return half * sum;
}

/// Adaptive quadrature of many panels that share one budget of splits.
template <class F>
struct Adaptive {
    const F& f;
    double relative = 1e-9;
    int splits_left = most_splits;

    double operator()(double a, double b, double whole, double allowed, int depth) {
        const double middle = 0.5 * (a + b);
        const double left = gauss(f, a, middle);
        const double right = gauss(f, middle, b);
        const double better = left + right;
        const bool is_close = std::abs(better - whole) <= allowed + relative * std::abs(better);
        if (is_close || depth == 0 || splits_left <= 0) return better;
        --splits_left;
        return (*this)(a, middle, left, 0.5 * allowed, depth - 1) +
               (*this)(middle, b, right, 0.5 * allowed, depth - 1);
    }
};

std::vector<double> log_grid(double from, double to, int count) {
    std::vector<double> grid;
    for (int i = 0; i < count; ++i)
        grid.push_back(from * std::pow(to / from, static_cast<double>(i) / (count - 1)));
    return grid;
}

/// Place of the largest value of `f` between `a` and `b`, by golden section.
template <class F>
double golden_section(const F& f, double a, double b) {
    constexpr double ratio = 0.6180339887498949;
    for (int i = 0; i < 60; ++i) {
        const double x = b - ratio * (b - a);
        const double y = a + ratio * (b - a);
        const bool is_left = f(x) > f(y);
        (is_left ? b : a) = is_left ? y : x;
    }
    return 0.5 * (a + b);
}

/// Place of the largest value of `f` between two gaps, in their logarithm.
template <class F>
double golden_maximum(const F& f, double low, double high) {
    return std::exp(
        golden_section([&](double t) { return f(std::exp(t)); }, std::log(low), std::log(high)));
}

/// Maxima of `f` between `a` and `b` that reach near the highest, refined, with their values.
struct Peaks {
    std::vector<double> places;
    double top = 0.0;
};

template <class F>
Peaks peaks_of(const F& f, double a, double b) {
    std::vector<double> t;
    std::vector<double> values;
    for (int i = 0; i <= scan_points; ++i) {
        t.push_back(a + (b - a) * i / scan_points);
        values.push_back(f(t.back()));
    }
    std::vector<std::pair<double, double>> found;  // place, value
    for (std::size_t i = 0; i < t.size(); ++i) {
        const bool rises = i == 0 || values[i] > values[i - 1];
        const bool falls = i + 1 == t.size() || values[i] >= values[i + 1];
        if (!rises || !falls) continue;
        found.emplace_back(t[i], values[i]);
        const double from = t[i == 0 ? 0 : i - 1];
        const double to = t[std::min(i + 1, t.size() - 1)];
        const double place = golden_section(f, from, to);
        if (const double value = f(place); value > values[i]) found.back() = {place, value};
    }
    Peaks peaks;
    peaks.top = found.front().second;
    for (const auto& peak : found) peaks.top = std::max(peaks.top, peak.second);
    for (const auto& peak : found)
        if (peak.second > peaks.top - relevant) peaks.places.push_back(peak.first);
    return peaks;
}

/// Ends of panels: even ones, and ever shorter ones towards each peak, however sharp it is.
std::vector<double> panel_ends(const std::vector<double>& peaks, double a, double b) {
    std::vector<double> ends;
    for (int i = 0; i <= panels; ++i) ends.push_back(a + (b - a) * i / panels);
    for (const double peak : peaks) {
        ends.push_back(peak);
        double step = (b - a) / panels;
        for (int i = 0; i < grading; ++i, step *= 0.5)
            for (const double end : {peak - step, peak + step})
                if (end > a && end < b) ends.push_back(end);
    }
    std::sort(ends.begin(), ends.end());
    return ends;
}

[[noreturn]] void fail(double gap) {
    throw NotAvailable(
        fmt::format("the energy of a pair is not finite at a gap of {:.4g} nm", gap * 1e9));
}

}  // namespace

EnergyProfile profile_of(const PairEnergy& energy, double closest, double reach) {
    const std::vector<double> gaps = log_grid(closest, 10.0 * reach, scan_points);
    std::vector<double> values;
    for (const double gap : gaps) values.push_back(energy(gap));
    EnergyProfile profile;
    profile.contact = values.front();
    const auto top = std::max_element(values.begin(), values.end());
    const auto i = static_cast<std::size_t>(top - values.begin());
    const auto bottom = std::min_element(top, values.end());
    const auto j = static_cast<std::size_t>(bottom - values.begin());
    if (j > i && *bottom < 0.0 && j + 1 < gaps.size()) {
        profile.secondary_gap =
            golden_maximum([&](double h) { return -energy(h); }, gaps[j - 1], gaps[j + 1]);
        profile.secondary_minimum = std::min(*bottom, energy(profile.secondary_gap));
    }
    if (*top <= 0.0) return profile;
    profile.barrier_gap =
        i == 0 || i + 1 == gaps.size() ? gaps[i] : golden_maximum(energy, gaps[i - 1], gaps[i + 1]);
    profile.barrier = std::max(*top, energy(profile.barrier_gap)) - profile.secondary_minimum;
    return profile;
}

double approach_hindrance(double gap, double radius) {
    const double u = gap / radius;
    return (6.0 * u * u + 13.0 * u + 2.0) / (6.0 * u * u + 4.0 * u);
}

double log_collision_integral(const PairEnergy& energy, double radius, double closest,
                              double temperature) {
    const double kt = boltzmann * temperature;
    const auto exponent = [&](double t) {
        const double gap = std::exp(t);
        const double value = energy(gap);
        if (!std::isfinite(value)) fail(gap);
        const double u = gap / radius;
        return value / kt + std::log(approach_hindrance(gap, radius) * u) - 2.0 * std::log(2.0 + u);
    };
    const double a = std::log(closest);
    const double end = far_ratio * std::max(radius, closest);
    const double b = std::log(end);
    const Peaks peaks = peaks_of(exponent, a, b);
    const auto integrand = [&](double t) { return std::exp(exponent(t) - peaks.top); };
    // Large energies leave few digits to their differences: asking for more would never end.
    const double rounding = std::numeric_limits<double>::epsilon() * std::abs(peaks.top);
    Adaptive<decltype(integrand)> integral{integrand, 1e-9 + 8.0 * rounding};
    const std::vector<double> ends = panel_ends(peaks.places, a, b);
    double sum = 0.0;
    for (std::size_t i = 0; i + 1 < ends.size(); ++i) {
        const double whole = gauss(integrand, ends[i], ends[i + 1]);
        sum += integral(ends[i], ends[i + 1], whole, tolerance, deepest_split);
    }
    const double tail = std::exp(-std::log(2.0 + end / radius) - peaks.top);
    const double result = std::log(2.0) + peaks.top + std::log(sum + tail);
    if (!std::isfinite(result)) fail(closest);
    return result;
}

double log_stability_ratio(const PairEnergy& energy, const PairEnergy& attraction, double radius,
                           double closest, double temperature) {
    return log_collision_integral(energy, radius, closest, temperature) -
           log_collision_integral(attraction, radius, closest, temperature);
}

double aggregation_rate(double log_integral, double temperature, double viscosity) {
    return 8.0 * boltzmann * temperature / (3.0 * viscosity) * std::exp(-log_integral);
}

double aggregation_half_time(double rate, double concentration) {
    return 2.0 / (rate * concentration);
}

}  // namespace caravel::formulation::colloid
