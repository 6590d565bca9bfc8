// Molecules that settle on a surface or are coupled to it.
#pragma once

#include <span>
#include <vector>

namespace caravel::formulation::colloid {

/// Langmuir coverage K c/(1 + K c).
double langmuir_coverage(double affinity, double concentration);

/// One of several molecules that compete for the same places.
struct Adsorbate {
    double affinity = 0.0;       // m3/mol
    double concentration = 0.0;  // mol/m3
};

/// Coverages at equilibrium, K_i c_i/(1 + sum K c).
std::vector<double> competitive_coverage(std::span<const Adsorbate> adsorbates);

/// Langmuir constant (m3/mol) of a molecule whose free energy of adsorption from a 1 mol/L standard
/// state is the sum of `chain_segments` times `per_segment` (J), `specific` (J, head group) and the
/// work z e psi of its charge at the surface potential `potential` (V).
double adsorption_constant(double chain_segments, double per_segment, double specific,
                           double valence, double potential, double temperature);

/// Molecules coupled to groups on a particle.
struct Coupling {
    double area = 0.0;       // m2 of the particle
    double groups = 0.0;     // 1/m2, reactive groups on it
    double offered = 0.0;    // molecules per particle in the reaction
    double yield = 1.0;      // of molecules that meet a free group
    double footprint = 0.0;  // m2 of one molecule
};

/// Molecules per particle: the least of what is offered (times yield), of the groups, and of the
/// random packing that their footprint allows (jamming coverage 0.547). Throws InputError for
/// negative values or a yield above 1.
double coupled_count(const Coupling& coupling);

/// Fraction of molecules coupled by a random side whose binding site points away from the surface
/// by more than `blocked_angle` (rad) from straight down: (1 + cos blocked_angle)/2.
double oriented_fraction(double blocked_angle);

}  // namespace caravel::formulation::colloid
