// The diffuse double layer around one sphere in a symmetric electrolyte.
#pragma once

namespace caravel::formulation::colloid {

/// Salt water: a symmetric z:z electrolyte.
struct Electrolyte {
    double ionic_strength = 154.0;        // mol/m3
    double temperature = 310.15;          // K
    double relative_permittivity = 74.0;  // of the solvent
    int valence = 1;                      // z of both ions
};

/// Water with a 1:1 salt. Its ions are never fewer than those of water at that pH.
Electrolyte salt_water(double ionic_strength, double temperature, double ph = 7.0);

/// kT/e (V).
double thermal_voltage(double temperature);

/// Debye length (m), sqrt(eps eps0 kT / (2 NA e2 I)). Throws InputError without ions.
double debye_length(const Electrolyte& electrolyte);

/// Surface charge density (C/m2) of a sphere of `radius` (m) whose surface is at `potential` (V):
/// the Grahame equation with the curvature terms of H. Ohshima, T. W. Healy, L. R. White, J Colloid
/// Interface Sci 90 (1982) 17, eq. 3.21; exact for a plane and for small potentials, within 1 % for
/// kappa a > 0.5.
double surface_charge(double potential, double radius, const Electrolyte& electrolyte);

/// Inverse of surface_charge (V), exact to rounding; |potential| below 56 kT/e. Throws InputError
/// for a charge that needs more.
double surface_potential(double charge, double radius, const Electrolyte& electrolyte);

/// Potential (V) at `distance` (m) from a sphere whose surface is at `potential` (V), by the same
/// authors' eq. 4.10; exact for a plane and for small potentials.
double potential_at(double distance, double potential, double radius,
                    const Electrolyte& electrolyte);

/// Potential (V) at the outer edge of a layer that ions enter, of `thickness` (m) and fixed charge
/// `charge_density` (C/m3), on a wall at `wall_potential` (V): Donnan layer of H. Ohshima, J
/// Colloid Interface Sci 233 (2001) 142, with the finite thickness of the linear theory. Thick
/// layers only (kappa d > 1) when the charge is high.
double soft_layer_potential(double charge_density, double thickness, double wall_potential,
                            const Electrolyte& electrolyte);

}  // namespace caravel::formulation::colloid
