// Does a dispersion stay apart, and for how long: barrier, stability ratio, aggregation.
#pragma once

#include <functional>

namespace caravel::formulation::colloid {

/// Closest approach (m) of two surfaces, where repulsion of electron clouds stops them (van Oss;
/// Elimelech, Particle Deposition and Aggregation, 1995).
inline constexpr double contact_gap = 0.158e-9;

/// Energy (J) of a pair as a function of the gap between the surfaces (m).
using PairEnergy = std::function<double(double gap)>;

/// What the energy curve of a pair looks like, gaps in m, energies in J.
struct EnergyProfile {
    double barrier = 0.0;            // highest energy on the way in, from the minimum outside; >= 0
    double barrier_gap = 0.0;        // where; 0 without a barrier
    double secondary_minimum = 0.0;  // lowest energy outside the barrier; <= 0
    double secondary_gap = 0.0;      // where; 0 without one
    double contact = 0.0;            // energy at the closest approach
};

/// Scans the energy from `closest` (m) to ten times `reach` (m) and refines the extremes.
EnergyProfile profile_of(const PairEnergy& energy, double closest, double reach);

/// Factor by which the water between two equal spheres slows their approach,
/// (6u2 + 13u + 2)/(6u2 + 4u), u = gap/radius: E. P. Honig, G. J. Roebersen, P. H. Wiersema,
/// J Colloid Interface Sci 36 (1971) 97.
double approach_hindrance(double gap, double radius);

/// Natural logarithm of the integral 2 int beta exp(V/kT)/(2 + u)2 du from `closest` to infinity,
/// which divides the Smoluchowski rate; relative accuracy 1e-8, or what rounding leaves of
/// energies above 1e7 kT; about 1e5 energies at most. Throws NotAvailable when the energy or the
/// result is not finite.
double log_collision_integral(const PairEnergy& energy, double radius, double closest,
                              double temperature);

/// Natural logarithm of the Fuchs stability ratio of two equal spheres of `radius` (m): the rate of
/// collisions under `attraction` alone over that under `energy`. 0: fast aggregation. Source:
/// N. Fuchs, Z Phys 89 (1934) 736; McGown and Parfitt 1967 for the attraction below.
double log_stability_ratio(const PairEnergy& energy, const PairEnergy& attraction, double radius,
                           double closest, double temperature);

/// Rate constant (m3/s) 8 kT/(3 eta) / exp(log_collision_integral) of two equal spheres.
double aggregation_rate(double log_integral, double temperature, double viscosity);

/// Time (s) in which the number of free particles halves, 2/(k n), at `concentration` n (1/m3).
double aggregation_half_time(double rate, double concentration);

}  // namespace caravel::formulation::colloid
