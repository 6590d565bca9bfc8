// Regressions that know nothing of mechanism: median, ridge, nearest neighbours.
#pragma once

#include "caravel/inference/delivery/delivery_case.hpp"
#include "caravel/inference/delivery/folds.hpp"

#include <functional>
#include <span>
#include <vector>

namespace caravel::inference::delivery {

/// One training value.
struct Sample {
    const DeliveryCase* owner = nullptr;
    double log_time = 0.0;  // log10 of h; 0 where time does not matter
    double value = 0.0;     // log10 of a fraction
};

/// log10 of the fraction of a case at a time.
using Regressor = std::function<double(const DeliveryCase& c, double log_time)>;

/// Learns from samples of at least 2 articles; `has_time` tells whether their times matter.
using Regression = std::function<Regressor(std::span<const Sample> samples, bool has_time)>;

/// Median of the samples, of those nearest in time where it matters (within 1.4-fold, or further
/// until there are 25).
Regressor median_regression(std::span<const Sample> samples, bool has_time);

/// Linear in the features of FeatureMap and, where time matters, in log t and its square; penalty
/// on the squared slopes of standardised columns, chosen on 5 inner folds that keep articles whole.
Regressor ridge_regression(std::span<const Sample> samples, bool has_time);

/// Mean of the `neighbours` cases nearest in the standardised features, each read at the time asked
/// (linear in log t between its points, its end points beyond).
Regressor neighbour_regression(std::span<const Sample> samples, bool has_time, int neighbours);

/// Folds of the articles of these samples for inner validation, at most 5.
Folds inner_folds(std::span<const Sample> samples);

}  // namespace caravel::inference::delivery
