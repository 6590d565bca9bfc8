// One descent from one start.
#pragma once

#include "caravel/inference/fit/run.hpp"

namespace caravel::inference::fit {

/// The minimum that `method` reaches from `start`; `squares` are those of the objective. The value
/// is that of the objective, whatever the method. Throws NumericalError where the model fails at
/// the start.
LocalFit solve_locally(const FitObjective& objective, const LeastSquaresProblem& squares,
                       FitMethod method, const std::vector<double>& start,
                       const std::atomic<bool>* cancel, int newton_iterations = 500);

}  // namespace caravel::inference::fit
