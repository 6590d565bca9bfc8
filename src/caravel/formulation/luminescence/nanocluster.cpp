#include "caravel/formulation/luminescence/nanocluster.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/constants.hpp"

#include <cmath>
#include <numbers>

namespace caravel::formulation::luminescence {

double cluster_emission(double fermi_energy, double atoms) {
    require_positive(fermi_energy, "the Fermi energy", "J");
    require_between(atoms, 2.0, largest_emitting_cluster, "the cluster", "atoms",
                    "larger clusters are no free-electron spheres; above 2 nm gold does not emit");
    return fermi_energy / std::cbrt(atoms);
}

double cluster_atoms(double fermi_energy, double energy) {
    require_positive(fermi_energy, "the Fermi energy", "J");
    require_positive(energy, "the emission energy", "J");
    return std::pow(fermi_energy / energy, 3);
}

double atoms_in_sphere(double diameter, double density, double molar_mass) {
    require_positive(diameter, "the cluster's diameter", "m");
    require_positive(molar_mass, "the molar mass", "kg/mol");
    return std::numbers::pi / 6.0 * std::pow(diameter, 3) * density / molar_mass * avogadro;
}

}  // namespace caravel::formulation::luminescence
