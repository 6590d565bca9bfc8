// Growth and dissolution of one particle: diffusion and attachment in series, Gibbs-Thomson.
#pragma once

#include <limits>

namespace caravel::formulation::synthesis {

/// Everything about a solid and its solution that sets dr/dt of a particle of radius r.
struct GrowthLaw {
    double molar_volume = 0.0;      // m3/mol
    double diffusivity = 0.0;       // m2/s
    double attachment = 0.0;        // m/s, may be infinite (diffusion-limited)
    double solubility = 0.0;        // mol/m3, flat surface
    double capillary_length = 0.0;  // m, 2 gamma Vm/(R T)
    double deposition = 0.0;        // m/s, growth that does not pass through the monomer
    double largest_radius = std::numeric_limits<double>::infinity();  // m

    /// Concentration (mol/m3) in equilibrium with radius r: solubility exp(capillary_length/r).
    double equilibrium(double radius) const;

    /// dr/dt (m/s) at monomer concentration c (mol/m3):
    /// deposition + Vm D (c - equilibrium(r))/(r + D/attachment),
    /// without growth at and above the largest radius.
    double rate(double radius, double concentration) const;

    /// Derivative of `rate` by the concentration, m4/(mol s).
    double uptake(double radius, double concentration) const;

    /// Derivative of `rate` by the radius below the largest one, 1/s.
    double slope(double radius, double concentration) const;
};

/// dr/dt (m/s) from plain numbers; `capillary_length` (m) is 2 gamma Vm/(R T).
double growth_rate(double radius, double concentration, double solubility, double capillary_length,
                   double molar_volume, double diffusivity, double attachment);

/// Slope (m3/s) of the cube of the mean radius against time in diffusion-limited ripening,
/// 8 gamma Vm^2 c D/(9 R T) (Lifshitz and Slyozov 1961, Wagner 1961); at late times, dilute.
double ripening_slope(double gamma, double molar_volume, double solubility, double diffusivity,
                      double temperature);

}  // namespace caravel::formulation::synthesis
