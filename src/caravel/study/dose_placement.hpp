// Puts the planned doses into the model: boluses as jumps, infusions as sources.
#pragma once

#include "caravel/study/model_builder.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace caravel::study {

/// Name of the depot of a route in drugs and carriers.
std::string depot_place(std::string_view route);

/// `cohorts[i]` lists the cohorts of dose i, one per part; empty for dissolved drugs.
/// Throws InputError for an intratumoural injection without its tumour.
void place_doses(BuiltModel& built, const StudyInput& study,
                 const std::vector<std::vector<int>>& cohorts);

}  // namespace caravel::study
