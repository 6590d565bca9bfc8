#include "caravel/formulation/magnetism/langevin.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/constants.hpp"
#include "caravel/base/roots.hpp"
#include "caravel/base/sphere.hpp"

#include <cmath>

namespace caravel::formulation::magnetism {
namespace {

constexpr double series_below = 2.0;
constexpr int fraction_depth = 16;  // error below 1e-17 at x = 2

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
    const auto above_half = [](double x) { return langevin_derivative(x) - 1.0 / 6.0; };
    return 2.0 * find_root(above_half, 1.0, 3.0);
}

double langevin_argument(double volume, double saturation, double field, double temperature) {
    require_positive(volume, "the magnetic volume", "m3");
    require_positive(saturation, "the saturation magnetisation", "A/m");
    require_positive(temperature, "the temperature", "K");
    return vacuum_permeability * saturation * volume * field / (boltzmann * temperature);
}

double equilibrium_magnetisation(const std::vector<SizeNode>& sizes, double saturation,
                                 double field, double temperature) {
    double sum = 0.0;
    for (const SizeNode& size : sizes)
        sum += size.weight * langevin(langevin_argument(sphere_volume(size.diameter), saturation,
                                                        field, temperature));
    return sum;
}

double initial_susceptibility(const std::vector<SizeNode>& sizes, double saturation,
                              double temperature) {
    double sum = 0.0;
    for (const SizeNode& size : sizes)
        sum += size.weight * saturation *
               langevin_argument(sphere_volume(size.diameter), saturation, 1.0, temperature) / 3.0;
    return sum;
}

}  // namespace caravel::formulation::magnetism
