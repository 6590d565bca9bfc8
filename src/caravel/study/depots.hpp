// Doses that reach the blood through a depot: under the skin, in the peritoneum, in the gut.
#pragma once

#include "caravel/study/study_input.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace caravel::study {

inline constexpr std::string_view depot_routes[] = {"subcutaneous", "intraperitoneal", "oral"};

/// Whether doses of this route go into a depot.
bool needs_depot(std::string_view route);

/// Whether some dose goes this way.
bool uses_route(const StudyInput& study, std::string_view route);

/// Half-life (s) in the depot of a route: that of its doses, else a default of the model
/// (assumed: oral 1 h, intraperitoneal 30 min, subcutaneous 4 h).
double absorption_half_life(const StudyInput& study, std::string_view route);

/// What is taken of absorption, for the report: shares and half-lives, and which are assumed.
std::vector<std::string> depot_assumptions(const StudyInput& study);

}  // namespace caravel::study
