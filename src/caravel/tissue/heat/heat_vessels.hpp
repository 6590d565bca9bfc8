// Large vessels as sinks of heat: cylinders of blood that exchange with the voxels they pass.
#pragma once

#include "caravel/base/grid.hpp"

#include <vector>

namespace caravel::tissue {

/// A straight piece of a vessel with blood at one temperature.
struct HeatVessel {
    Vector3 start{};              // m
    Vector3 end{};                // m
    double radius = 0.0;          // m
    double temperature = 310.15;  // K, of the blood
    double nusselt = 4.36;        // 4.36 at constant flux, 3.66 at constant wall temperature
    double conductivity = 0.52;   // W/m/K, of the blood
};

/// Conductance over the wall (W/K): k Nu/(2 R) times 2 pi R L = pi k Nu L. Throws InputError for
/// numbers that are not positive.
double vessel_conductance(double length, double nusselt, double conductivity);

/// Contacts for a HeatDrive, one value per voxel.
struct HeatContacts {
    std::vector<double> conductance;  // W/m3/K
    std::vector<double> temperature;  // K
};

/// Cuts the vessels into pieces of at most a tenth of a voxel; the wall's conductance goes to the
/// voxels within the radius (at least the one on the axis) in equal shares. Where vessels meet, the
/// temperature is the mean by conductance. Pieces outside the grid are left out.
HeatContacts vessel_contacts(const Grid& grid, const std::vector<HeatVessel>& vessels);

}  // namespace caravel::tissue
