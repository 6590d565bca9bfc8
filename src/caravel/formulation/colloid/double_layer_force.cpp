#include "caravel/formulation/colloid/double_layer_force.hpp"

#include "caravel/base/constants.hpp"

#include <cmath>
#include <numbers>

namespace caravel::formulation::colloid {

double hogg_healy_fuerstenau(double psi1, double psi2, double r1, double r2, double gap,
                             const Electrolyte& e, Approach approach) {
    const double x = std::exp(-gap / debye_length(e));
    const double strength =
        std::numbers::pi * e.relative_permittivity * vacuum_permittivity * r1 * r2 / (r1 + r2);
    // Grouped so that equal potentials at contact give no infinity minus infinity.
    const bool keeps_potential = approach == Approach::constant_potential;
    const double sum = (psi1 + psi2) * (psi1 + psi2);
    const double difference = (psi1 - psi2) * (psi1 - psi2);
    const double near = keeps_potential ? difference : -sum;
    const double far = keeps_potential ? sum : -difference;
    return strength * (far * std::log1p(x) + (near == 0.0 ? 0.0 : near * std::log1p(-x)));
}

double linear_superposition(double psi1, double psi2, double r1, double r2, double gap,
                            const Electrolyte& e) {
    const double kappa = 1.0 / debye_length(e);
    return 4.0 * std::numbers::pi * e.relative_permittivity * vacuum_permittivity * r1 * r2 /
           (r1 + r2) * effective_potential(psi1, e) * effective_potential(psi2, e) *
           std::exp(-kappa * gap);
}

double effective_potential(double potential, const Electrolyte& e) {
    const double unit = 4.0 * thermal_voltage(e.temperature) / e.valence;
    return unit * std::tanh(potential / unit);
}

}  // namespace caravel::formulation::colloid
