// Attenuation of tissues for X-rays and gamma rays.
#pragma once

#include "caravel/matter/table.hpp"
#include "caravel/matter/xray.hpp"

#include <string_view>

namespace caravel::imaging {

/// Elements of a tissue of data/tissue_xray.csv (mass fractions). Throws InputError with "did you
/// mean".
matter::Composition tissue_composition(matter::Library& library, std::string_view tissue);

/// Density of that tissue (kg/m3).
double tissue_density(matter::Library& library, std::string_view tissue);

/// Linear attenuation coefficient (1/m) of a tissue at a photon energy (J).
double tissue_attenuation(const matter::XrayTables& tables, matter::Library& library,
                          std::string_view tissue, double energy);

}  // namespace caravel::imaging
