// Nonlinear least squares in a box by a projected Levenberg-Marquardt method.
#pragma once

#include "caravel/inference/differences.hpp"
#include "caravel/inference/solver.hpp"

#include <atomic>

namespace caravel::inference {

/// Residuals of theta and, unless `jacobian` is nullptr, their derivatives (residuals x
/// parameters).
using ResidualFunction = std::function<void(std::span<const double> theta,
                                            std::span<double> residuals, Matrix* jacobian)>;

struct LeastSquaresProblem {
    std::size_t residuals = 0;
    Box box;
    ResidualFunction evaluate;
};

/// A problem whose Jacobian is taken by difference quotients inside the box.
LeastSquaresProblem with_difference_jacobian(std::size_t residuals, Box box, VectorFunction f);

struct LeastSquaresOptions {
    int most_iterations = 200;
    double gradient_tolerance = 1e-10;  // greatest cosine between residuals and a free column
    double cost_tolerance = 1e-14;      // relative, of both predicted and actual reduction
    double step_tolerance = 1e-10;      // relative to theta
    double first_damping = 1e-3;
    IterationCallback progress;
    const std::atomic<bool>* cancel = nullptr;
};

/// Everything the solver knows between two iterations: copied, stored and continued, it gives the
/// same bits as an uninterrupted run.
struct LeastSquaresState {
    std::vector<double> theta;
    std::vector<double> residuals;
    std::vector<double> scale;  // greatest norm so far of each column of the Jacobian
    double cost = 0.0;          // |residuals|^2 / 2
    double damping = 0.0;
    double damping_growth = 2.0;
    int iteration = 0;
    long evaluations = 0;         // of residuals; each iteration also takes one Jacobian
    long failed_evaluations = 0;  // trial points where the model failed; they were not taken
    Stop stop = Stop::running;
};

/// The state at the start. Throws InputError for a start outside of the box and NumericalError when
/// the residuals there are not finite.
LeastSquaresState start_least_squares(const LeastSquaresProblem& problem,
                                      std::span<const double> start,
                                      const LeastSquaresOptions& options = {});

/// Iterates until a tolerance is met, the allowance is used up or the caller cancels.
///
/// Each iteration takes the Jacobian, leaves out parameters that a bound holds, solves
/// (J^T J + damping D^2) step = -J^T r by Householder reflections of the stacked matrix, projects
/// onto the box and accepts a sufficient decrease, else raises the damping (Nielsen's rule). A
/// trial point where `evaluate` throws NumericalError or gives a value that is not finite counts as
/// worse. Throws NumericalError when the Jacobian at an accepted point is not finite. Sources: D.
/// W. Marquardt, SIAM J. 11 (1963) 431; J. J. More, LNM 630 (1978) 105; H. B. Nielsen,
/// IMM-REP-1999-05; C. Kanzow, N. Yamashita, M. Fukushima, J. Comp. Appl. Math. 172 (2004) 375.
void continue_least_squares(const LeastSquaresProblem& problem, LeastSquaresState& state,
                            const LeastSquaresOptions& options = {});

/// start_least_squares and continue_least_squares.
LeastSquaresState minimise_squares(const LeastSquaresProblem& problem,
                                   std::span<const double> start,
                                   const LeastSquaresOptions& options = {});

}  // namespace caravel::inference
