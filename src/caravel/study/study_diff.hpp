// Differences between two complete study files, key by key.
#pragma once

#include "caravel/report/record.hpp"

#include <string_view>
#include <vector>

namespace caravel::study {

/// Keys whose values differ, as "protocol.administer[0].dose"; absent values are "(none)".
std::vector<report::InputChange> study_diff(std::string_view before, std::string_view after);

}  // namespace caravel::study
