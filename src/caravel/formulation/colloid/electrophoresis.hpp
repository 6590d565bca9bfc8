// Drift of a charged sphere in an electric field.
#pragma once

#include "caravel/formulation/colloid/double_layer.hpp"

namespace caravel::formulation::colloid {

/// Henry's function, 1 for kappa a -> 0 (Hueckel) to 1.5 for large kappa a (Smoluchowski), within
/// 1 %. Source: H. Ohshima, J Colloid Interface Sci 168 (1994) 269.
double henry_function(double kappa_radius);

/// Electrophoretic mobility (m2/(V s)) of a sphere, 2 eps zeta f(kappa a)/(3 eta). Without the
/// relaxation of the double layer: good for |zeta| below 50 mV, or any kappa a below 0.1 or above
/// 300.
double electrophoretic_mobility(double zeta, double radius, const Electrolyte& electrolyte,
                                double viscosity);

}  // namespace caravel::formulation::colloid
