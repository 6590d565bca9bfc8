// From the protocol's doses to absolute amounts at absolute times.
#pragma once

#include "caravel/study/model_builder.hpp"

namespace caravel::study {

/// Spells out repeats and converts every dose. Throws InputError (located at the dose) when an
/// agent is not carried, a formulation or tumour does not exist, a dose comes after the end, or two
/// infusions of one line overlap.
std::vector<PlannedDose> plan_doses(const StudyInput& study, const BuiltModel& built,
                                    matter::Library& library);

/// Index of the formulation a dose means; -1 for dissolved drug.
int formulation_of(const StudyInput& study, const Administration& dose);

}  // namespace caravel::study
