#include "caravel/formulation/luminescence/brus.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/constants.hpp"

#include <numbers>

namespace caravel::formulation::luminescence {
namespace {

double reduced_mass(const Semiconductor& matter) {
    require_positive(matter.electron_mass, "the electron's mass", "electron masses");
    require_positive(matter.hole_mass, "the hole's mass", "electron masses");
    return electron_mass / (1.0 / matter.electron_mass + 1.0 / matter.hole_mass);
}

double coulomb(const Semiconductor& matter) {
    require_positive(matter.permittivity, "the permittivity", "");
    return elementary_charge * elementary_charge /
           (4.0 * std::numbers::pi * vacuum_permittivity * matter.permittivity);
}

}  // namespace

double exciton_radius(const Semiconductor& matter) {
    return reduced_planck * reduced_planck / (reduced_mass(matter) * coulomb(matter));
}

double exciton_energy(const Semiconductor& matter) {
    return 0.5 * coulomb(matter) / exciton_radius(matter);
}

double brus_gap(const Semiconductor& matter, double diameter) {
    require_positive(diameter, "the dot's diameter", "m");
    const double radius = 0.5 * diameter;
    return matter.gap + planck * planck / (8.0 * reduced_mass(matter) * radius * radius) -
           1.786 * coulomb(matter) / radius - 0.248 * exciton_energy(matter);
}

}  // namespace caravel::formulation::luminescence
