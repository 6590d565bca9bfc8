// A forecast that survives training on shuffled outcomes knows what it should not.
#pragma once

#include "caravel/inference/delivery/scores.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace caravel::inference::delivery {

/// The cases with their measured points dealt to cases of other articles, within each table (the
/// part of the id before ':'): whatever a learner finds in them is chance. Facts stay. Throws
/// InputError when one article holds more than half of a table's cases.
std::vector<DeliveryCase> shuffle_outcomes(std::span<const DeliveryCase> cases, std::uint64_t seed);

/// What a learner trained on shuffled outcomes still explains.
struct LeakResult {
    std::string learner;
    Estimate r2;
    bool lost_all_skill = false;  // R2 is at most 0 within two standard errors
};

LeakResult judge_leak(const Score& shuffled);

}  // namespace caravel::inference::delivery
