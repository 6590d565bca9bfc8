// From outcomes to scores, goals and the verdict of the leak test.
#pragma once

#include "caravel/inference/delivery/qualification.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace caravel::inference::delivery {

/// Sorts the outcomes and fills scores, organ_scores, goals and leaks (from the outcomes of the
/// learners trained on shuffled data). A question without 2 articles gets no score.
void score_all(Qualification& result, const std::vector<Outcome>& shuffled, int resamples,
               std::uint64_t seed);

/// Outcomes of one question and learner, by case and time.
std::vector<Outcome> outcomes_of(const Qualification& result, std::string_view question,
                                 std::string_view learner);

/// The score of a question and learner; null when there is none.
const Score* find_score(const Qualification& result, std::string_view question,
                        std::string_view learner);

}  // namespace caravel::inference::delivery
