// Thermal constants of tissues by name, from data/tissue_thermal.csv.
#pragma once

#include "caravel/matter/table.hpp"
#include "caravel/tissue/heat/heat_medium.hpp"

#include <string>

namespace caravel::tissue {

/// Constants of a tissue, gel or metal ("liver", "tumour", "water"). What cannot freeze, or has no
/// frozen properties in the table, has a latent heat of 0. Throws InputError for an unknown name
/// ("did you mean") and for one without density, heat capacity or conductivity.
ThermalTissue find_thermal_tissue(matter::Library& library, const std::string& name);

/// The same with the conductivity's slope with temperature where the table has one; a step of the
/// solver then costs about half as much again.
ThermalTissue find_heated_tissue(matter::Library& library, const std::string& name);

}  // namespace caravel::tissue
