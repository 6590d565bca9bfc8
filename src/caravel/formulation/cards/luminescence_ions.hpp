// Lanthanides and their host crystals as the tables give them.
#pragma once

#include "caravel/formulation/luminescence/upconversion.hpp"
#include "caravel/matter/table.hpp"

#include <string>
#include <string_view>

namespace caravel::formulation {

/// Levels and lines of `symbol` from data/lanthanides.csv. Throws InputError ("did you mean") for
/// an unknown ion and NotAvailable for one without line strengths.
luminescence::Ion read_ion(matter::Library& library, const std::string& symbol);

/// The crystal's numbers.
luminescence::HostCrystal read_host(matter::Library& library, const std::string& name);

/// The host that a layer's material is made of ("NaYF4_Yb_Er" is NaYF4); throws NotAvailable when
/// the table knows none.
std::string host_name(matter::Library& library, std::string_view material);
bool is_host(matter::Library& library, std::string_view material);

}  // namespace caravel::formulation
