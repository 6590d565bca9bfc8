// Repulsion (or attraction) of two charged spheres through their double layers.
#pragma once

#include "caravel/formulation/colloid/double_layer.hpp"

namespace caravel::formulation::colloid {

/// What stays the same while the surfaces approach.
enum class Approach { constant_potential, constant_charge };

/// Energy (J) of two spheres of radii `r1`, `r2` (m) at potentials `psi1`, `psi2` (V) and surfaces
/// `gap` apart (m). Source: R. Hogg, T. W. Healy, D. W. Fuerstenau, Trans Faraday Soc 62 (1966)
/// 1638. Linear theory and Derjaguin's approximation: |psi| below about 60 mV, kappa r above 5.
double hogg_healy_fuerstenau(double psi1, double psi2, double r1, double r2, double gap,
                             const Electrolyte& electrolyte, Approach approach);

/// Energy (J) by linear superposition of the two nonlinear layers, far field at any potential.
/// Source: J. Gregory, J Colloid Interface Sci 51 (1975) 44.
double linear_superposition(double psi1, double psi2, double r1, double r2, double gap,
                            const Electrolyte& electrolyte);

/// Potential (V) that makes the linear theory right in the far field: 4 kT/(ze) tanh(ze psi/4kT).
double effective_potential(double potential, const Electrolyte& electrolyte);

}  // namespace caravel::formulation::colloid
