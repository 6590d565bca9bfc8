// From a user's words to the rows and constants of the damage model.
#pragma once

#include "caravel/response/damage/damage_block.hpp"
#include "caravel/response/damage/tissue_damage.hpp"

#include <string>
#include <vector>

namespace caravel::response {

struct DamagePlan {
    DamageConstants constants{};
    std::vector<std::string> names{};  // of the rows
};

/// Throws InputError for unknown models and processes (suggestions), a lethal dose that is not
/// positive, a lethal temperature above freezing, a gain of perfusion outside 0 to 20.
DamagePlan plan_damage(const DamageInput& input, matter::Library& library);

}  // namespace caravel::response
