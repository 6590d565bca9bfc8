// Keys of a study that its other keys leave without effect.
#pragma once

#include "caravel/study/study_input.hpp"

#include <string>
#include <vector>

namespace caravel::study {

/// Sentences about tables and keys that are filled in and not used. They are no mistakes: a study
/// that switches between models, or a scan over numbers of doses, keeps them.
std::vector<std::string> idle_keys(const StudyInput& study);

}  // namespace caravel::study
