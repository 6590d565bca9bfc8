// Profile likelihood by least squares: far fewer predictions than by a general minimiser.
#pragma once

#include "caravel/inference/fit/objective.hpp"
#include "caravel/inference/profile.hpp"

namespace caravel::inference::fit {

/// profile_likelihood of parameter `parameter` around `optimum`; the others are refitted by
/// Levenberg-Marquardt from the nearest point that was fitted before. Throws
/// Interrupted when cancelled, NumericalError when the objective fails at a step.
Profile profile_by_squares(const FitObjective& objective, std::span<const double> optimum,
                           std::size_t parameter, const std::atomic<bool>* cancel);

}  // namespace caravel::inference::fit
