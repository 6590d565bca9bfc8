// What any predictor of delivery does, so that mechanism, ridge regression, neighbours and the null
// model face the same folds.
#pragma once

#include "caravel/inference/delivery/delivery_case.hpp"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace caravel::inference::delivery {

/// A question about a case: the fraction at one place and time, or (times of several points) the
/// greatest fraction over `times`.
struct Question {
    Place place = Place::tumour;
    std::vector<double> times;  // s, one or more; ascending
};

/// log10 of the fraction of the injected dose.
struct Forecast {
    double median = 0.0;
    double lower = 0.0;  // 5 %
    double upper = 0.0;  // 95 %
};

/// A trained predictor. `asked` carries facts only (its points are empty); `known` are points of
/// the same case measured early, for an update (empty: none).
using Predict = std::function<std::vector<Forecast>(
    const DeliveryCase& asked, std::span<const Point> known, std::span<const Question> questions)>;

/// Learns from training cases. Deterministic.
struct Learner {
    std::string name;  // "mechanism", "ridge", "5-NN", "null"
    std::function<Predict(std::span<const DeliveryCase> training)> train;
};

}  // namespace caravel::inference::delivery
