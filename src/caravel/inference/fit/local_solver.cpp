#include "caravel/inference/fit/local_solver.hpp"

#include "caravel/inference/quasi_newton.hpp"

namespace caravel::inference::fit {
namespace {

LeastSquaresOptions least_squares_options(const std::atomic<bool>* cancel) {
    LeastSquaresOptions options;
    options.most_iterations = 400;
    options.cost_tolerance = 1e-12;
    options.gradient_tolerance = 1e-9;
    options.cancel = cancel;
    return options;
}

}  // namespace

LocalFit solve_locally(const FitObjective& objective, const LeastSquaresProblem& squares,
                       FitMethod method, const std::vector<double>& start,
                       const std::atomic<bool>* cancel, int newton_iterations) {
    LocalFit fit;
    if (method == FitMethod::quasi_newton) {
        QuasiNewtonOptions options;
        options.most_iterations = newton_iterations;
        options.cancel = cancel;
        const Objective f = [&](std::span<const double> theta, std::span<double> gradient) {
            return objective.value(theta, gradient);
        };
        const QuasiNewtonState state = minimise(f, objective.box(), start, options);
        fit.theta = state.theta;
        fit.stop = state.stop;
        fit.evaluations = state.evaluations;
    } else {
        const LeastSquaresState state =
            minimise_squares(squares, start, least_squares_options(cancel));
        fit.theta = state.theta;
        fit.stop = state.stop;
        fit.evaluations = state.evaluations;
    }
    fit.value = objective.value(fit.theta);
    return fit;
}

}  // namespace caravel::inference::fit
