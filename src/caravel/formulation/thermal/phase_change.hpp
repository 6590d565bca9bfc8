// Melting and freezing of the particle's matter.
#pragma once

namespace caravel::formulation::thermal {

/// What melts, and where.
struct MeltingRange {
    double solidus = 0.0;      // K, melting begins
    double liquidus = 0.0;     // K, melting ends
    double latent_heat = 0.0;  // J/kg (or J/m3: the results then count per volume)
};

/// Molten fraction (1) at temperature T (K): x + 1/2 + sin(2 pi x)/(2 pi) with x from -1/2 to 1/2
/// across the range. Smooth, 0 below and 1 above. Throws InputError unless solidus < liquidus.
double molten_fraction(const MeltingRange& range, double temperature);

/// Excess heat capacity (J/(kg K)) by melting, the slope of latent_heat molten_fraction(): its
/// integral over the range is the latent heat exactly.
double melting_heat_capacity(const MeltingRange& range, double temperature);

/// Heat (J/kg) taken up from `from` to `to` (K), with sensible heat capacity c (J/(kg K)) of both
/// phases; exact.
double heat_taken_up(const MeltingRange& range, double sensible, double from, double to);

/// An interface between a solid and its melt.
struct MeltInterface {
    double energy = 0.0;               // J/m2
    double melting_temperature = 0.0;  // K, of the bulk
    double density = 0.0;              // kg/m3, solid
    double latent_heat = 0.0;          // J/kg
};

/// Ice and water near 273 K.
MeltInterface ice_water();

/// Gibbs-Thomson depression (K) of freezing in a cylindrical pore of the given radius (m), of which
/// a layer `unfrozen` (m) stays liquid: 2 gamma Tm/(rho L (R - t)). Ice grows in with a
/// hemispherical tip. Throws InputError when the pore is no wider than the layer.
double pore_freezing_depression(const MeltInterface& interface, double radius, double unfrozen);

/// The same for melting in the pore, whose front is a cylinder: half of it.
double pore_melting_depression(const MeltInterface& interface, double radius, double unfrozen);

/// Depression (K) of the melting point of a free particle of radius R (m): 2 gamma Tm/(rho L R).
double particle_melting_depression(const MeltInterface& interface, double radius);

}  // namespace caravel::formulation::thermal
