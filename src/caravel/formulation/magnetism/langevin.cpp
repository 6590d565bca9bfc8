#include "caravel/formulation/magnetism/langevin.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/formulation/magnetism/checks.hpp"

#include <cmath>
#include <numbers>

namespace caravel::formulation::magnetism {
namespace {

constexpr double series_below = 2.0;
constexpr int fraction_depth = 16;  // error below 1e-17 at x = 2

/// Value and slope of the orthonormal Hermite function polynomial of degree n (without exp).
std::pair<double, double> hermite(int n, double x) {
    double before = 0.0;
    double value = 1.0 / std::pow(std::numbers::pi, 0.25);
    for (int k = 1; k <= n; ++k) {
        const double next =
            x * std::sqrt(2.0 / k) * value - std::sqrt((k - 1.0) / static_cast<double>(k)) * before;
        before = value;
        value = next;
    }
    return {value, std::sqrt(2.0 * n) * before};
}

/// The next root below: Newton on the polynomial divided by the roots already found.
double hermite_root(int n, double start, const std::vector<std::pair<double, double>>& found) {
    double x = start;
    for (int step = 0; step < 100; ++step) {
        const auto [value, slope] = hermite(n, x);
        double others = 0.0;
        for (const auto& root : found) others += 1.0 / (x - root.first) + 1.0 / (x + root.first);
        const double change = value / (slope - value * others);
        x -= change;
        if (std::abs(change) < 1e-15 * (1.0 + std::abs(x))) break;
    }
    return x;
}

}  // namespace

double langevin_over_argument(double x) {
    const double a = std::abs(x);
    if (a >= series_below) return (1.0 / std::tanh(a) - 1.0 / a) / a;
    double denominator = 2.0 * fraction_depth + 1.0;
    for (int k = fraction_depth - 1; k >= 1; --k) denominator = 2.0 * k + 1.0 + a * a / denominator;
    return 1.0 / denominator;
}

double langevin(double x) { return x * langevin_over_argument(x); }

double langevin_derivative(double x) {
    const double a = std::abs(x);
    if (a < series_below) {
        const double q = langevin_over_argument(a);
        return 1.0 - a * a * q * q - 2.0 * q;
    }
    const double decay = std::exp(-a);
    const double inverse_sinh = 2.0 * decay / (1.0 - decay * decay);
    return 1.0 / (a * a) - inverse_sinh * inverse_sinh;
}

double langevin_derivative_width() {
    double low = 1.0;
    double high = 3.0;
    for (int i = 0; i < 60; ++i) {
        const double middle = 0.5 * (low + high);
        (langevin_derivative(middle) > 1.0 / 6.0 ? low : high) = middle;
    }
    return low + high;
}

double sphere_volume(double diameter) {
    return std::numbers::pi / 6.0 * diameter * diameter * diameter;
}

double langevin_argument(double volume, double saturation, double field, double temperature) {
    require_positive(volume, "the magnetic volume", "m3");
    require_positive(saturation, "the saturation magnetisation", "A/m");
    require_positive(temperature, "the temperature", "K");
    return vacuum_permeability * saturation * volume * field / (boltzmann * temperature);
}

std::vector<std::pair<double, double>> gauss_hermite(int nodes) {
    require_between(nodes, 1, 128, "the number of nodes", "1");
    std::vector<std::pair<double, double>> positive;
    const int half = nodes / 2;
    double start = std::sqrt(2.0 * nodes + 1.0);
    for (int i = 0; i < half; ++i) {
        const double x = hermite_root(nodes, start, positive);
        const double slope = hermite(nodes, x).second;
        positive.emplace_back(x, 2.0 / (slope * slope));
        start = x;  // deflation pushes the search below the roots already found
        start -= 1e-3;
    }
    std::vector<std::pair<double, double>> all;
    for (const auto& node : positive) all.emplace_back(-node.first, node.second);
    if (nodes % 2 == 1) {
        const double slope = hermite(nodes, 0.0).second;
        all.emplace_back(0.0, 2.0 / (slope * slope));
    }
    all.insert(all.end(), positive.rbegin(), positive.rend());
    return all;
}

std::vector<SizeClass> log_normal_sizes(double median, double spread, int nodes) {
    require_positive(median, "the median diameter", "m");
    require_between(spread, 0.0, 2.0, "the spread of the logarithm of the diameter", "1");
    if (spread == 0.0) return {{median, 1.0}};
    const double volume_median = median * std::exp(3.0 * spread * spread);
    std::vector<SizeClass> sizes;
    for (const auto& [x, w] : gauss_hermite(nodes))
        sizes.push_back({volume_median * std::exp(std::numbers::sqrt2 * spread * x),
                         w / std::sqrt(std::numbers::pi)});
    return sizes;
}

double equilibrium_magnetisation(const std::vector<SizeClass>& sizes, double saturation,
                                 double field, double temperature) {
    double sum = 0.0;
    for (const SizeClass& size : sizes)
        sum += size.weight * langevin(langevin_argument(sphere_volume(size.diameter), saturation,
                                                        field, temperature));
    return sum;
}

double initial_susceptibility(const std::vector<SizeClass>& sizes, double saturation,
                              double temperature) {
    double sum = 0.0;
    for (const SizeClass& size : sizes)
        sum += size.weight * saturation *
               langevin_argument(sphere_volume(size.diameter), saturation, 1.0, temperature) / 3.0;
    return sum;
}

}  // namespace caravel::formulation::magnetism
