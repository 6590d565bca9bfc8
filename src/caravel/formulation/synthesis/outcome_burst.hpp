// What a recipe in a liquid makes, by burst nucleation and growth.
#pragma once

#include "caravel/formulation/synthesis/outcome.hpp"

namespace caravel::formulation::synthesis {

/// Reaction and ageing. Without dissolution by moments, else by `classes` to twice as many size
/// classes. Throws what run_burst_moments() throws, and NumericalError after 3,000 steps by moments
/// or 2,000 by classes.
SynthesisOutcome burst_outcome(const BurstSystem& system, const Solution& solution, int classes);

}  // namespace caravel::formulation::synthesis
