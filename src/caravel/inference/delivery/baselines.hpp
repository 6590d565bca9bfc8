// Learners without mechanism, which any other must beat on the same folds.
#pragma once

#include "caravel/inference/delivery/baselines_regressors.hpp"
#include "caravel/inference/delivery/predictor.hpp"

#include <string>
#include <vector>

namespace caravel::inference::delivery {

/// Makes a learner of a regression: one for the greatest fraction of a series and one for points,
/// of every place with at least 2 articles; a question with several times asks for the greatest.
///
/// Intervals are the 5 % and 95 % quantiles of residuals on inner folds (5, articles whole) of the
/// training cases. With a known point the forecast of another moves by slope * residual of the
/// known one; slope and intervals come from those inner residuals, for each pair of places with 20
/// pairs of points or more. Censored values are not learned from. A question about a place without
/// training data throws InputError.
Learner regression_learner(std::string name, Regression regression);

Learner null_learner();       // "null"
Learner ridge_learner();      // "ridge"
Learner neighbour_learner();  // "5-NN"

std::vector<Learner> baseline_learners();

}  // namespace caravel::inference::delivery
