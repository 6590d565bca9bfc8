// Ice on particles in supercooled water: classical heterogeneous nucleation.
#pragma once

namespace caravel::formulation::thermal {

/// Fraction of the homogeneous barrier that is left on a sphere: f(m, x), m the cosine of the
/// contact angle of ice in water on it, x its radius over that of the critical germ (N. H. Fletcher
/// 1958, J Chem Phys 29:572). Stable for any x; (2 + m)(1 - m)^2/4 on a plane, 1 for x to 0. Throws
/// InputError unless |m| <= 1 and x >= 0.
double fletcher_factor(double cosine, double size_ratio);

/// Supercooled water and its ice at one temperature.
struct SupercooledWater {
    double driving_force = 0.0;     // J per molecule, k T ln(p_liquid/p_ice)
    double interface_energy = 0.0;  // J/m2
    double germ_radius = 0.0;       // m
    double barrier = 0.0;           // J, homogeneous
    double transfer = 0.0;          // 1/s, k T/h exp(-dF/kT) of a molecule into the ice
};

/// Vapour pressures of Murphy and Koop 2005 (Q J R Meteorol Soc 131:1539), activation of transfer
/// 892 K T^2/(T - 118 K)^2 (Zobrist et al. 2007, J Phys Chem C 111:2149). Interface energy 31.7 +
/// 0.232 t(Cel) mJ/m2: the value of the Gibbs-Thomson law at 0 Cel, its slope fitted to one rate of
/// clean water, 1e12/(m3 s) at 237 K. Throws InputError outside 200 K to 273.1 K.
SupercooledWater supercooled_water(double temperature);

/// Freezing events per second and area (1/(m2 s)) of particles with radius `radius` (m); n_s = 1e19
/// molecules touch a square metre.
double heterogeneous_rate(double temperature, double radius, double cosine);

/// Freezing events per second and volume (1/(m3 s)) of clean water.
double homogeneous_rate(double temperature);

/// Temperature (K) at which half of many equal volumes have frozen on cooling at `cooling_rate`
/// (K/s) from 273.1 K, each holding `count` particles of radius `radius`. Throws NotAvailable when
/// that lies below 230 K (clean water freezes first).
double nucleation_temperature(double radius, double cosine, double count, double cooling_rate);

/// The same for clean water in volumes of `volume` (m3).
double homogeneous_nucleation_temperature(double volume, double cooling_rate);

}  // namespace caravel::formulation::thermal
