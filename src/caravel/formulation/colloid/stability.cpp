#include "caravel/formulation/colloid/stability.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/base/quadrature.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace caravel::formulation::colloid {
namespace {

constexpr int scan_points = 400;
constexpr int panels = 48;
constexpr int deepest_split = 30;
constexpr double tolerance = 1e-10;  // of the integral, per panel
constexpr double far_ratio = 1e4;    // gap over radius beyond which the energy is nothing

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

template <class F>
double adaptive(const F& f, double a, double b, double whole, double allowed, int depth) {
    const double middle = 0.5 * (a + b);
    const double left = gauss(f, a, middle);
    const double right = gauss(f, middle, b);
    const double better = left + right;
    if (depth == 0 || std::abs(better - whole) <= allowed + 1e-9 * std::abs(better)) return better;
    return adaptive(f, a, middle, left, 0.5 * allowed, depth - 1) +
           adaptive(f, middle, b, right, 0.5 * allowed, depth - 1);
}

std::vector<double> log_grid(double from, double to, int count) {
    std::vector<double> grid;
    for (int i = 0; i < count; ++i)
        grid.push_back(from * std::pow(to / from, static_cast<double>(i) / (count - 1)));
    return grid;
}

/// Place of the largest value of `f` between two gaps, by golden section in the logarithm.
template <class F>
double golden_maximum(const F& f, double low, double high) {
    constexpr double ratio = 0.6180339887498949;
    double a = std::log(low);
    double b = std::log(high);
    for (int i = 0; i < 60; ++i) {
        const double x = b - ratio * (b - a);
        const double y = a + ratio * (b - a);
        (f(std::exp(x)) > f(std::exp(y)) ? b : a) = f(std::exp(x)) > f(std::exp(y)) ? y : x;
    }
    return std::exp(0.5 * (a + b));
}

void fail(double gap) {
    NumericalFailure failure;
    failure.process = "stability ratio";
    failure.quantity = "the energy of a pair";
    failure.problem = "is not a number at a gap of " + std::to_string(gap * 1e9) + " nm";
    failure.advice = "check the Hamaker constant, potentials and coating.";
    throw NumericalError(std::move(failure));
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
        if (std::isnan(value)) fail(gap);
        const double u = gap / radius;
        return value / kt + std::log(approach_hindrance(gap, radius) * u) - 2.0 * std::log(2.0 + u);
    };
    const double a = std::log(closest);
    const double b = std::log(far_ratio * radius);
    double top = exponent(a);
    for (int i = 1; i <= scan_points; ++i)
        top = std::max(top, exponent(a + (b - a) * i / scan_points));
    const auto integrand = [&](double t) { return std::exp(exponent(t) - top); };
    double sum = 0.0;
    for (int i = 0; i < panels; ++i) {
        const double from = a + (b - a) * i / panels;
        const double to = a + (b - a) * (i + 1) / panels;
        sum += adaptive(integrand, from, to, gauss(integrand, from, to), tolerance, deepest_split);
    }
    const double tail = std::exp(-std::log(2.0 + far_ratio) - top);
    return std::log(2.0) + top + std::log(sum + tail);
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
