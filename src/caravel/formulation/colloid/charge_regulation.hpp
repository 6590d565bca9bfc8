// Charge of ionisable groups that answer to the pH at their own surface.
#pragma once

#include "caravel/formulation/colloid/double_layer.hpp"
#include "caravel/formulation/colloid/surface_group.hpp"

#include <span>
#include <vector>

namespace caravel::formulation::colloid {

/// An ion that adsorbs on sites of its own (surfactant, ligand), in competition with the others.
struct AdsorbingIon {
    double valence = 0.0;        // signed
    double concentration = 0.0;  // mol/m3 in the bulk
    double affinity = 0.0;       // m3/mol, Langmuir constant at zero potential
    double sites = 0.0;          // 1/m2, full layer
};

/// Charge density (C/m2) of the groups at the pH of their surroundings:
/// acids -e G/(1 + 10^(pKa - pH)), bases +e G/(1 + 10^(pH - pKa)).
double group_charge(std::span<const SurfaceGroup> groups, double ph);

/// Coverage (0..1) of each adsorbing ion on a surface at `potential` (V): competitive Langmuir with
/// affinity exp(-z e psi/kT).
std::vector<double> ion_coverage(std::span<const AdsorbingIon> ions, double potential,
                                 double temperature);

/// Surface potential (V) at which the diffuse layer balances groups and adsorbed ions, the surface
/// pH being pH + e psi/(kT ln 10). One root always exists: the layer's charge rises with the
/// potential, that of the groups falls. Exact to rounding. Source: B. W. Ninham, V. A. Parsegian,
/// J Theor Biol 31 (1971) 405. Throws InputError for more charge than a double layer holds.
double regulated_potential(std::span<const SurfaceGroup> groups, std::span<const AdsorbingIon> ions,
                           double radius, double ph, const Electrolyte& electrolyte);

/// pH at which the groups carry no net charge. Throws NotAvailable when no pH from -5 to 20 does
/// (only acids, only bases, or more fixed charge than groups that could balance it).
double isoelectric_point(std::span<const SurfaceGroup> groups);

/// Zeta potential (V): the regulated potential seen at the slip plane `slip` (m) off the surface.
double zeta_potential(std::span<const SurfaceGroup> groups, double radius, double slip, double ph,
                      const Electrolyte& electrolyte);

}  // namespace caravel::formulation::colloid
