// The property laws as a learner of delivery.
#pragma once

#include "caravel/inference/delivery/mechanism_forecast.hpp"
#include "caravel/inference/delivery/predictor.hpp"

namespace caravel::inference::delivery {

struct MechanismOptions {
    HierarchicalOptions fit;
    int calibration_folds = 3;       // by article, inside the training cases; 0: no calibration
    int calibration_iterations = 8;  // of the refits
};

/// Fits the property laws to training cases and learns on them what articles measure: the articles
/// are split into folds, each fold forecast by laws fitted to the others; the discrepancies are
/// fitted to these forecasts.
MechanismForecaster fit_mechanism(std::span<const DeliveryCase> training,
                                  const MechanismOptions& options = {});

/// The learner "mechanism".
Learner mechanism_learner(const MechanismOptions& options = {});

}  // namespace caravel::inference::delivery
