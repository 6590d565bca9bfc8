// Light of few-atom gold clusters: free electrons in a sphere.
#pragma once

namespace caravel::formulation::luminescence {

/// Atoms up to which the law is used; beyond, the shells of the clusters no longer follow it.
inline constexpr double largest_emitting_cluster = 31.0;

/// Emission energy (J) of a cluster of `atoms`: E_F / N^(1/3), the jellium sphere. `fermi_energy`
/// in J. Throws InputError below 2 or above largest_emitting_cluster. J. Zheng, C. Zhang, R. M.
/// Dickson, Phys. Rev. Lett. 93, 077402 (2004).
double cluster_emission(double fermi_energy, double atoms);

/// Atoms in a cluster that emits at `energy` (J): (E_F/E)^3.
double cluster_atoms(double fermi_energy, double energy);

/// Atoms in a sphere of `diameter` (m) with `density` (kg/m3) and `molar_mass` (kg/mol).
double atoms_in_sphere(double diameter, double density, double molar_mass);

}  // namespace caravel::formulation::luminescence
