// Minimum of a smooth function in a box by a projected BFGS method, for likelihoods that are no sum
// of squares.
#pragma once

#include "caravel/inference/differences.hpp"
#include "caravel/inference/solver.hpp"

#include <atomic>

namespace caravel::inference {

struct QuasiNewtonOptions {
    int most_iterations = 500;
    double gradient_tolerance = 1e-9;  // of |slope| x width of the box, relative to 1 + |value|
    double value_tolerance = 1e-14;    // relative change, twice in a row
    double first_step = 0.05;          // of the width of the box
    IterationCallback progress;
    const std::atomic<bool>* cancel = nullptr;
};

/// Everything the solver knows between two iterations (as LeastSquaresState).
struct QuasiNewtonState {
    std::vector<double> theta;
    std::vector<double> gradient;
    double value = 0.0;
    Matrix hessian;           // approximation, positive definite; empty before the first step
    bool is_scaled = false;   // the approximation has seen a step
    bool was_little = false;  // the last change was below the tolerance
    int iteration = 0;
    long evaluations = 0;
    long failed_evaluations = 0;
    Stop stop = Stop::running;
};

/// The state at the start. Throws InputError for a start outside of the box and NumericalError when
/// the value or gradient there is not finite.
QuasiNewtonState start_quasi_newton(const Objective& objective, const Box& box,
                                    std::span<const double> start);

/// Iterates until a tolerance is met, the allowance is used up or the caller cancels.
///
/// Direction: -B^-1 g in the parameters that no bound holds, B by damped BFGS updates; search along
/// the projected path by Armijo's rule with quadratic interpolation, doubled while the slope stays
/// steep. A trial point where the objective throws NumericalError or is not finite counts as worse.
/// Sources: D. P. Bertsekas, SIAM J. Control Optim. 20 (1982) 221; M. J. D. Powell, LNM 630 (1978)
/// 144 (damping).
void continue_quasi_newton(const Objective& objective, const Box& box, QuasiNewtonState& state,
                           const QuasiNewtonOptions& options = {});

/// start_quasi_newton and continue_quasi_newton.
QuasiNewtonState minimise(const Objective& objective, const Box& box, std::span<const double> start,
                          const QuasiNewtonOptions& options = {});

}  // namespace caravel::inference
