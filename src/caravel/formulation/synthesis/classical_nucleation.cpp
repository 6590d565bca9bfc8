#include "caravel/formulation/synthesis/classical_nucleation.hpp"

#include "caravel/base/constants.hpp"

#include <cmath>
#include <limits>
#include <numbers>

namespace caravel::formulation::synthesis {

double critical_radius(double gamma, double molar_volume, double temperature, double log_s) {
    if (!(log_s > 0.0)) return std::numeric_limits<double>::infinity();
    return 2.0 * gamma * molar_volume / (gas_constant * temperature * log_s);
}

double nucleation_barrier(double gamma, double molar_volume, double temperature, double log_s,
                          double heterogeneous_factor) {
    if (!(log_s > 0.0)) return std::numeric_limits<double>::infinity();
    const double radius = critical_radius(gamma, molar_volume, temperature, log_s);
    return heterogeneous_factor * 4.0 * std::numbers::pi / 3.0 * gamma * radius * radius /
           (boltzmann * temperature);
}

double nucleation_rate(double prefactor, double barrier) { return prefactor * std::exp(-barrier); }

double nucleus_radius(double critical_radius, double gamma, double temperature) {
    return critical_radius + std::sqrt(boltzmann * temperature / (4.0 * std::numbers::pi * gamma));
}

double contact_angle_factor(double angle) {
    const double c = std::cos(angle);
    return (2.0 + c) * (1.0 - c) * (1.0 - c) / 4.0;
}

}  // namespace caravel::formulation::synthesis
