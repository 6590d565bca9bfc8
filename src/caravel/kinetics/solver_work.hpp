// What a Solver keeps between calls, and one call of it.
#pragma once

#include "caravel/kinetics/rosenbrock_step.hpp"
#include "caravel/kinetics/solver.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <variant>
#include <vector>

namespace caravel::kinetics {

/// Absolute tolerance of a species of this scale.
inline double absolute_tolerance(double scale, const SolverOptions& options) {
    return scale * options.relative_tolerance * options.absolute_factor;
}

/// The smallest value accepted: a species that may not be negative, down to 10 absolute tolerances.
inline double least_value(double absolute, bool non_negative) {
    return non_negative ? -10.0 * absolute : -std::numeric_limits<double>::infinity();
}

/// Rejected steps after which an integration ends.
inline constexpr int rejections_in_a_row = 100;

// The largest first step for which an explicit Euler step stays within 1% of the weighted state
// and its second derivative within the tolerance (Hairer, Norsett, Wanner 1993, II.4).

/// Step (s) of the trial, from the weighted norms of y and dy/dt.
inline double euler_step(double speed, double extent, double span) {
    return std::min(extent > 1e-5 && speed > 1e-5 ? 0.01 * extent / speed : 1e-6 * span, span);
}

/// First step (s) from the norms of dy/dt and of its change per time over the trial step h.
inline double first_step(double speed, double change, double h, double span, int order) {
    const double bend = std::max(speed, change);
    const double smooth = bend > 1e-15 ? std::pow(0.01 / bend, 1.0 / order) : span;
    const double step = std::min({100.0 * h, smooth, span});
    return step > 0.0 && std::isfinite(step) ? step : 1e-6 * span;
}

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
    /// Root of the mean of squares (in tolerances) over the species that steer the step.
    double root_mean(double squares) const {
        return std::sqrt(squares / static_cast<double>(steering));
    }
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
    std::vector<double> output;            // in model order
    std::size_t steering = output.size();  // species of finite scale
    SolverStatistics statistics;
    Stepper stepper;
};

}  // namespace caravel::kinetics
