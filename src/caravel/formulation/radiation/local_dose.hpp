// Dose around one particle from the electrons that X-rays set free in it.
#pragma once

#include "caravel/formulation/radiation/vacancy_cascade.hpp"

#include <span>
#include <vector>

namespace caravel::formulation::radiation {

/// Continuous-slowing-down range (m) of an electron of `energy` (J) in water, from
/// E = 5.9 (R + 0.007)^0.565 - 0.367 with R in um and E in keV (Cole 1969; 20 eV to 20 MeV).
double electron_range(double energy);

/// Energy (J) of an electron with the residual range `range` (m); the inverse of electron_range.
double electron_energy(double range);

/// A sphere in which electrons start evenly and in all directions.
struct ElectronSource {
    double radius = 0.0;              // m
    double stopping_ratio = 1.0;      // energy loss per path in the sphere over that in water
    std::vector<Emission> electrons;  // per event
};

/// Dose to water (Gy per event) at the distances `r` (m) from the centre, all outside the sphere.
/// Electrons fly straight and slow down continuously, in the sphere `stopping_ratio` times faster
/// than in water: no scattering, so close to the end of a range the real dose is spread out.
/// Throws InputError for a distance inside the sphere.
std::vector<double> radial_dose(const ElectronSource& source, std::span<const double> r);

/// Part of the electrons' energy that leaves the sphere.
double escaping_energy_fraction(const ElectronSource& source);

}  // namespace caravel::formulation::radiation
