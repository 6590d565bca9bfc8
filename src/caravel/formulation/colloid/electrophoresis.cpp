#include "caravel/formulation/colloid/electrophoresis.hpp"

#include "caravel/base/constants.hpp"

#include <cmath>

namespace caravel::formulation::colloid {

double henry_function(double ka) {
    if (ka <= 0.0) return 1.0;
    const double delta = 2.5 / (ka * (1.0 + 2.0 * std::exp(-ka)));
    return 1.0 + 0.5 / std::pow(1.0 + delta, 3);
}

double electrophoretic_mobility(double zeta, double radius, const Electrolyte& e,
                                double viscosity) {
    return 2.0 * e.relative_permittivity * vacuum_permittivity * zeta / (3.0 * viscosity) *
           henry_function(radius / debye_length(e));
}

}  // namespace caravel::formulation::colloid
