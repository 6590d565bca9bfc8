// Predictions of a model, such as concentrations at times, with their derivatives by parameters.
#pragma once

#include "caravel/kinetics/sensitivity.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace caravel::kinetics {

/// (sum of terms + constant) / volume at one of the times of a course.
struct Prediction {
    struct VolumeWeight {
        std::size_t parameter = 0;
        double weight = 0.0;  // d volume / d p
    };
    std::vector<Term> terms{};
    double constant = 0.0;
    double volume = 1.0;
    std::vector<VolumeWeight> volume_weights{};
    std::size_t time = 0;  // place in SensitivityCourse::times
};

/// A run from `initial` at `start` over the times, with jumps between.
struct SensitivityCourse {
    struct TimedJump {
        double time = 0.0;  // s
        SensitivityJump jump{};
    };
    double start = 0.0;  // s
    std::vector<double> initial{};
    std::vector<double> times{};     // s, ascending
    std::vector<TimedJump> jumps{};  // ascending; an output at its time comes before it
    SensitivityForcing forcing{};
};

/// Row i, column j: d prediction i / d parameter j.
struct PredictionJacobian {
    std::vector<double> values{};
    std::vector<double> derivatives{};  // row after row
};

/// Runs the course once. Throws InputError for a prediction or a jump that the course or the
/// solver does not have, and what SensitivitySolver throws.
PredictionJacobian predict(SensitivitySolver& solver, const SensitivityCourse& course,
                           std::span<const Prediction> predictions);

}  // namespace caravel::kinetics
