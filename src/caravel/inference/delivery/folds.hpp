// Folds of a cross-validation that never part an article.
#pragma once

#include "caravel/inference/delivery/delivery_case.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace caravel::inference::delivery {

/// Fold 0 ... count - 1 of every article.
using Folds = std::map<std::string, int>;

/// Deals the articles of the tested cases to folds: the largest article first (equal ones in an
/// order drawn from the seed), each to the fold with the fewest cases so far. The same cases and
/// seed give the same folds, in whatever order the cases stand. Throws InputError for fewer than 2
/// folds or more folds than articles.
Folds make_folds(std::span<const DeliveryCase* const> tested, int count, std::uint64_t seed);

/// All cases whose article is not in fold `fold`; articles without a fold are always there.
std::vector<DeliveryCase> training_cases(std::span<const DeliveryCase> cases, const Folds& folds,
                                         int fold);

}  // namespace caravel::inference::delivery
