// Attraction of two spheres, solid or layered.
#pragma once

#include <span>

namespace caravel::formulation::colloid {

/// Wavelength (m) of the London dispersion of common materials, after which attraction is retarded
/// (J. Gregory, J Colloid Interface Sci 83 (1981) 138).
inline constexpr double dispersion_wavelength = 100e-9;

/// Energy over -A of two spheres of radii `r1`, `r2` whose surfaces are `gap` apart (m), the exact
/// sum over pairs of H. C. Hamaker, Physica 4 (1937) 1058; no cancellation at large gaps. Throws
/// InputError for a gap or radius that is not positive.
double hamaker_geometry(double r1, double r2, double gap);

/// Factor 1 - u ln(1 + 1/u), u = 5.32 gap/wavelength, by which retardation weakens the attraction
/// of spheres (Gregory 1981); derived for gaps far below the radius, applied to all.
double retardation(double gap, double wavelength = dispersion_wavelength);

/// Energy (J) of two solid spheres with Hamaker constant `hamaker` (J).
double van_der_waals(double hamaker, double r1, double r2, double gap,
                     double wavelength = dispersion_wavelength);

/// One layer of a sphere, from the centre outwards.
struct AttractionLayer {
    double outer_radius = 0.0;  // m
    double root_hamaker = 0.0;  // sqrt(J): signed square root of the Hamaker constant across the
                                // medium, negative for matter thinner than it (gas)
};

/// Energy (J) of two equal layered spheres whose outermost surfaces are `gap` apart (m): sum over
/// the spheres of each layer's excess over the next one, exact for additive pair forces
/// (M. J. Vold, J Colloid Sci 16 (1961) 1). Throws InputError without layers.
double layered_attraction(std::span<const AttractionLayer> layers, double gap,
                          double wavelength = dispersion_wavelength);

/// Hamaker constant (J) of a material with refractive index `n` and static permittivity `eps`
/// across a medium, by one ultraviolet absorption at 3e15 Hz common to both. Transparent
/// dielectrics only, within about a factor 2 across water; no metals. Source: D. Tabor, R. H. S.
/// Winterton, Proc R Soc A 312 (1969) 435, in the form of Israelachvili, Intermolecular and Surface
/// Forces.
double tabor_winterton(double n, double eps, double medium_n, double medium_eps,
                       double temperature);

}  // namespace caravel::formulation::colloid
