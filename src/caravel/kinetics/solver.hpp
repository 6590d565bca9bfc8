// Stiff integrator for a CompiledModel: L-stable Rosenbrock method with dense output, error control
// and exact restart (one-step, its only memory is the next step size).
#pragma once

#include "caravel/kinetics/model.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

namespace caravel::kinetics {

/// Sets the time-dependent coefficients at time t (s); called with the whole coefficient vector.
/// Must be a smooth function of t inside one call of `advance`.
using Forcing = std::function<void(double t, std::span<double> coefficients)>;

/// Rosenbrock methods of the Rodas class (stages, order): rodas4 (6, 4), rodas4p (6, 4), rodas5p
/// (8, 5). All are L-stable and stiffly accurate; rodas5p was the fastest at every tolerance below
/// 1e-3 on the whole-body models it was chosen for (bench/work_precision.cpp).
enum class Method { rodas4, rodas4p, rodas5p };

struct SolverOptions {
    double relative_tolerance = 1e-6;
    double absolute_factor = 1e-3;  // absolute tolerance = scale * relative * absolute_factor
    double first_step = 0.0;        // s, 0: chosen automatically
    double longest_step = 0.0;      // s, 0: unlimited
    std::int64_t step_limit = 1'000'000;
    Method method = Method::rodas5p;
};

struct SolverStatistics {
    std::int64_t accepted = 0;
    std::int64_t rejected = 0;
    std::int64_t rate_evaluations = 0;
    std::int64_t factorisations = 0;
    std::int64_t solves = 0;
};

/// Called at each output time, in order; `y` is the dense-output solution.
using OutputSink = std::function<void(std::size_t index, double t, std::span<const double> y)>;

/// A threshold crossing of a sum, or of a function of time and state where one is given (either
/// direction): integration stops there, just behind the crossing.
struct CrossingEvent {
    SumId sum;
    double threshold = 0.0;
    std::function<double(double t, std::span<const double> y)> function{};
};

class Solver {
  public:
    /// The model must outlive the solver; the solver owns its work space (one per thread).
    explicit Solver(const CompiledModel& model, SolverOptions options = {});
    ~Solver();
    Solver(Solver&&) noexcept;
    Solver& operator=(Solver&&) noexcept;

    /// Integrates y from t0 to exactly t1 (s). Output times must lie in [t0, t1], ascending.
    /// `next_step` (in/out) is the only memory between calls; 0 means automatic.
    /// Returns t1, or the time of the first event crossing (y is then the state there).
    /// Throws NumericalError naming the species when a value is not finite, a conserved species
    /// goes negative beyond tolerance, or the step size collapses.
    double advance(std::span<double> y, double t0, double t1, double& next_step,
                   const Forcing& forcing = {}, std::span<const double> output_times = {},
                   const OutputSink& sink = {}, std::span<const CrossingEvent> events = {});

    /// Coefficients used (constants at compile time; may be overwritten between calls).
    std::span<double> coefficients();
    const SolverStatistics& statistics() const;

    struct Work;

  private:
    std::unique_ptr<Work> work_;
};

}  // namespace caravel::kinetics
