// Release of payloads from carriers, wherever they are.
#pragma once

#include "caravel/study/model_builder.hpp"

namespace caravel::study {

/// Whether no release law of a formulation knows how old the carrier is: then all doses share a
/// cohort.
bool is_memoryless(const formulation::Formulation& f);

/// Adds the release of every payload of a cohort at each of its places to the model, with one
/// driver (BuiltModel::releases) for each kind of surroundings, and the conditions that triggers
/// look at.
void add_release(BuiltModel& built, const StudyInput& study, matter::Library& library,
                 const Cohort& cohort);

}  // namespace caravel::study
