#include "caravel/formulation/colloid/magnetic_pair.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/quadrature.hpp"

#include <cmath>
#include <numbers>

namespace caravel::formulation::colloid {
namespace {

constexpr double strong_coupling = 10.0;
constexpr std::size_t points = 16;  // of the quadrature over each orientation

/// Mean of exp(l cos phi) over the angle between the planes of both moments.
double bessel(double l) { return std::cyl_bessel_i(0.0, l); }

/// Mean of exp(l (2 x y - sqrt(1-x2) sqrt(1-y2) cos phi)) over both orientations.
double mean_boltzmann(double l) {
    static const QuadratureRule rule = gauss_legendre(static_cast<int>(points));
    double sum = 0.0;
    for (std::size_t i = points / 2; i < points; ++i)  // the other halves mirror these
        for (std::size_t j = points / 2; j < points; ++j) {
            const double x = rule.node[i];
            const double y = rule.node[j];
            const double across = bessel(l * std::sqrt((1.0 - x * x) * (1.0 - y * y)));
            sum += rule.weight[i] * rule.weight[j] * across * std::cosh(2.0 * l * x * y);
        }
    return sum;
}

}  // namespace

double dipole_coupling(double moment, double distance, double temperature) {
    return vacuum_permeability * moment * moment /
           (4.0 * std::numbers::pi * boltzmann * temperature * std::pow(distance, 3));
}

double aligned_dipole_energy(double moment, double distance) {
    return -vacuum_permeability * moment * moment /
           (2.0 * std::numbers::pi * std::pow(distance, 3));
}

double rotating_dipole_energy(double moment, double distance, double temperature) {
    const double l = dipole_coupling(moment, distance, temperature);
    const double kt = boltzmann * temperature;
    if (l < 1e-4) return -kt * l * l / 3.0;
    if (l > strong_coupling) return -kt * (2.0 * l - std::log(6.0 * l * l));
    return -kt * std::log(mean_boltzmann(l));
}

}  // namespace caravel::formulation::colloid
