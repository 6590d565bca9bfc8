// Equilibrium magnetisation of single-domain particles that turn freely.
#pragma once

#include <utility>
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

/// Volume (m3) of a sphere of diameter `diameter` (m).
double sphere_volume(double diameter);

/// xi = mu0 Ms V H / (kB T), the magnetic over the thermal energy. V in m3, Ms and H in A/m, T in
/// K. Throws InputError unless V, Ms and T are positive.
double langevin_argument(double volume, double saturation, double field, double temperature);

/// One size of an ensemble.
struct SizeClass {
    double diameter = 0.0;  // m
    double weight = 0.0;    // fraction of the magnetic volume
};

/// Sizes and volume fractions of a log-normal distribution with number median `median` (m) and
/// sigma of the logarithm `spread`: Gauss-Hermite nodes of the volume-weighted distribution, whose
/// median is exp(3 spread^2) times larger. A zero spread gives one class. Throws InputError for a
/// median that is not positive, a spread outside 0..2 or nodes outside 1..128.
std::vector<SizeClass> log_normal_sizes(double median, double spread, int nodes);

/// Nodes and weights of Gauss-Hermite quadrature for the weight exp(-x^2).
std::vector<std::pair<double, double>> gauss_hermite(int nodes);

/// M/Ms of the ensemble in the field H (A/m): volume-weighted mean of L(xi), axes averaged out by
/// free rotation (superparamagnetic or in a liquid), no interaction between particles.
double equilibrium_magnetisation(const std::vector<SizeClass>& sizes, double saturation,
                                 double field, double temperature);

/// Initial susceptibility M/H per volume of magnetic matter: mu0 Ms^2 <V>/(3 kB T), <V> weighted by
/// volume (Rosensweig 1985, Ferrohydrodynamics).
double initial_susceptibility(const std::vector<SizeClass>& sizes, double saturation,
                              double temperature);

}  // namespace caravel::formulation::magnetism
