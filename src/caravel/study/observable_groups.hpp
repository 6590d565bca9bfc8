// Groups of observables: what belongs to an agent, and what belongs to a carrier.
#pragma once

#include "caravel/study/observables.hpp"

namespace caravel::study {

/// Curves of an agent in blood, organs, tumours and excreta, inside carriers and released. Those of
/// tumours in space are predicted whatever the body's kinetics were calibrated with.
std::vector<Observable> agent_observables(const BuiltModel& built, const std::string& agent,
                                          const body::DrugBlock& drug);

/// Curves of a formulation's carriers; none where it is never given. In space as those of agents.
std::vector<Observable> carrier_observables(const BuiltModel& built, const StudyInput& study,
                                            int formulation);

}  // namespace caravel::study
