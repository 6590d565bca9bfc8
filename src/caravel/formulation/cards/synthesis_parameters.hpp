// The constants of a recipe's chemistry, from data/synthesis.csv.
#pragma once

#include "caravel/formulation/synthesis/outcome.hpp"
#include "caravel/matter/table.hpp"

namespace caravel::formulation {

/// What synthesis::make() needs besides the recipe. Throws InputError ("unknown ...", did you mean)
/// for a chemistry, polymer, solvent or stabiliser that the table does not know.
synthesis::Parameters synthesis_parameters(const synthesis::Recipe& recipe,
                                           matter::Library& library);

}  // namespace caravel::formulation
