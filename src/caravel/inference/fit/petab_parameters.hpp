// The table of parameters of a PEtab problem.
#pragma once

#include "caravel/inference/parameter_space.hpp"
#include "caravel/input/csv.hpp"
#include "caravel/input/reader.hpp"

#include <vector>

namespace caravel::inference::fit {

/// Parameters with bounds, scale and objective prior; mistakes go to `mistakes`.
std::vector<Parameter> read_petab_parameters(const input::CsvTable& table,
                                             input::Diagnostics& mistakes);

}  // namespace caravel::inference::fit
