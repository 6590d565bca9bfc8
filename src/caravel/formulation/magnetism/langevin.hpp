// Equilibrium magnetisation of single-domain particles that turn freely.
#pragma once

#include "caravel/formulation/size_distribution.hpp"

#include <vector>

namespace caravel::formulation::magnetism {

/// Langevin function coth x - 1/x, to rounding for every x (continued fraction below |x| = 2).
double langevin(double x);

/// L(x)/x; 1/3 at 0.
double langevin_over_argument(double x);

/// dL/dx; 1/3 at 0.
double langevin_derivative(double x);

/// Full width at half maximum of dL/dx in x (4.161048): the point spread of ideal magnetic particle
/// imaging, Rahmer et al. 2009, BMC Med Imaging 9:4.
double langevin_derivative_width();

/// xi = mu0 Ms V H / (kB T), the magnetic over the thermal energy. V in m3, Ms and H in A/m, T in
/// K. Throws InputError unless V, Ms and T are positive.
double langevin_argument(double volume, double saturation, double field, double temperature);

/// M/Ms of the ensemble, with its shares of the volume, in the field H (A/m): mean of L(xi), axes
/// averaged out by free rotation (superparamagnetic or in a liquid), no interaction between
/// particles.
double equilibrium_magnetisation(const std::vector<SizeNode>& sizes, double saturation,
                                 double field, double temperature);

/// Initial susceptibility M/H per volume of magnetic matter: mu0 Ms^2 V/(3 kB T), mean V weighted
/// by volume (Rosensweig 1985, Ferrohydrodynamics).
double initial_susceptibility(const std::vector<SizeNode>& sizes, double saturation,
                              double temperature);

}  // namespace caravel::formulation::magnetism
