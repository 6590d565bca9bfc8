// What a study says twice, or names like something else: mistakes that no single table shows.
#pragma once

#include "caravel/study/study_input.hpp"

namespace caravel::study {

/// Throws InputError with every clash of names, every sample of an unknown place, and run settings
/// whose cost has no bound.
void check_consistency(const StudyInput& study);

}  // namespace caravel::study
