// The outcome of recipes in a liquid, from the burst model.
#pragma once

#include "caravel/formulation/synthesis/outcome.hpp"

namespace caravel::formulation::synthesis {

/// Runs the reaction and, when the recipe has one, the ageing.
SynthesisOutcome burst_outcome(const BurstSystem& system, const Solution& solution);

}  // namespace caravel::formulation::synthesis
