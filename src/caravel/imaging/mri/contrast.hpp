// Relaxivity of an agent where it is: flowing, bound, packed in endosomes.
#pragma once

#include "caravel/imaging/agent.hpp"

#include <array>

namespace caravel::imaging {

/// How magnetic particles lie in tissue, and the water around them.
struct ClusteredParticles {
    double magnetic_volume = 0.0;       // m3 of magnetic matter per unit of concentration
    double magnetisation = 0.0;         // A/m of that matter at the scanner's field, along it
    double packing = 0.05;              // 1, share of an endosome's volume that is magnetic matter
    double endosome_diameter = 300e-9;  // m
    double permeability = 3e-5;         // m/s, of the endosome's membrane for water
    double water_diffusion = 2e-9;      // m2/s, in tissue
    double half_echo = 5e-3;            // s, half of the echo spacing
    double bound_group = 1.0;           // particles next to each other when bound to a cell
};

/// Share of r1 that is left when the agent is shut in vesicles of `diameter` (m) within which it
/// relaxes at the rate `inside` (1/s): water must cross the membrane, 1/(1 + inside tau) with the
/// time tau = diameter/(6 permeability) that a molecule stays inside.
double shut_in_share(double inside, double diameter, double permeability);

/// Relaxivities per compartment from those of the free particle (`base`, per unit, r2* not below
/// r2). Blood and free: as they are. Bound: r2 grows as the number of particles in a group to 0.44,
/// up to the static plateau. Endosome: r1 by shut_in_share(); r2 and r2* of the endosome as one
/// magnetised sphere (transverse_rates()): r2* the static plateau where the sphere is large, r2
/// what echoes leave of it, never below what the free particles' r1 left. Assumes volume fractions
/// of endosomes below 1e-3 and evenly packed spheres. Throws InputError for values out of range.
std::array<Relaxivity, compartment_count> compartment_relaxivities(
    const Relaxivity& base, const ClusteredParticles& particles);

}  // namespace caravel::imaging
