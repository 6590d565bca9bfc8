// A forecast that survives training on shuffled outcomes knows what it should not; a particle on
// both sides of a split is an article told twice.
#pragma once

#include "caravel/inference/delivery/folds.hpp"
#include "caravel/inference/delivery/scores.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace caravel::inference::delivery {

/// The cases with their measured points dealt to cases of other articles, within each table (the
/// part of the id before ':'): whatever a learner finds in them is chance. Facts stay. Throws
/// InputError when one article holds more than half of a table's cases. Finds learners that carry
/// outcomes with them, not outcomes that a split leaves in the training cases (find_split_leaks).
std::vector<DeliveryCase> shuffle_outcomes(std::span<const DeliveryCase> cases, std::uint64_t seed);

/// A particle that stands in a test fold and, under another article, among its training cases.
struct SplitLeak {
    std::string tested;  // ids of cases
    std::string trained;
};

/// Where the folds part one particle (match_particles): the leak test cannot see it, as a copy
/// under another article loses its outcome with all others. One pair of cases for two articles.
std::vector<SplitLeak> find_split_leaks(std::span<const DeliveryCase> cases, const Folds& folds);

/// What a learner trained on shuffled outcomes still explains.
struct LeakResult {
    std::string learner;
    Estimate r2;
    bool lost_all_skill = false;  // R2 is at most 0 within two standard errors
};

LeakResult judge_leak(const Score& shuffled);

}  // namespace caravel::inference::delivery
