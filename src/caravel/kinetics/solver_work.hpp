// What a Solver keeps between calls, and one call of it.
#pragma once

#include "caravel/kinetics/rosenbrock_step.hpp"
#include "caravel/kinetics/solver.hpp"

#include <cstddef>
#include <span>
#include <variant>
#include <vector>

namespace caravel::kinetics {

/// The arguments of Solver::advance.
struct Call {
    std::span<double> y;
    double start;
    double end;
    double& next_step;
    const Forcing& forcing;
    std::span<const double> output_times;
    const OutputSink& sink;
    std::span<const CrossingEvent> events;
};

/// Work space; arrays without a remark are in elimination order.
struct Solver::Work {
    using Stepper =
        std::variant<RosenbrockStep<Rodas4>, RosenbrockStep<Rodas4P>, RosenbrockStep<Rodas5P>>;

    /// Throws std::invalid_argument when a tolerance is not positive.
    Work(const CompiledModel& compiled, const SolverOptions& chosen);

    std::size_t size() const { return output.size(); }
    StepLimits limits() const {
        return {absolute.data(), least.data(), options.relative_tolerance};
    }
    /// Takes over a state in model order.
    void load(std::span<const double> values);
    /// Gives a state back in model order.
    void store(const double* from, std::span<double> values) const;
    /// Root mean square of the values in tolerances of the state y.
    double weighted_norm(const double* values, const double* y) const;
    /// A first step (s) from y for an interval `span` (s), with a method of this order.
    double automatic_step(double span, int order);

    const CompiledModel& model;
    SolverOptions options;
    BoundModel bound;
    std::vector<double> coefficients;        // of the user
    std::vector<double> start_coefficients;  // at the start of the step
    std::vector<double> stage_coefficients;  // at a stage, less those at the start
    std::vector<double> slope_coefficients;  // their time derivative
    PaddedArray y;
    PaddedArray absolute;
    PaddedArray least;
    PaddedArray between;      // inside a step
    PaddedArray first_rates;  // of automatic_step
    PaddedArray second_rates;
    std::vector<double> output;  // in model order
    SolverStatistics statistics;
    Stepper stepper;
};

}  // namespace caravel::kinetics
