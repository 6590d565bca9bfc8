// Forward sensitivities of the stiff solver: the state y(t) and S(t) = dy/dp for any number of
// parameters, by differentiating each step of the solver.
#pragma once

#include "caravel/kinetics/sensitivity_lanes.hpp"
#include "caravel/kinetics/solver.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace caravel::kinetics {

/// d coefficient / d p.
struct CoefficientWeight {
    CoefficientId coefficient;
    double weight = 1.0;
};

/// d constant / d p of a factor; `place` as in Individual::factor_a (see factor_place).
struct FactorWeight {
    std::size_t place = 0;
    double weight = 1.0;
};

/// A parameter p and what it changes, each with its derivative by p.
struct SensitivityParameter {
    std::string name{};
    std::vector<CoefficientWeight> coefficients{};
    std::vector<Term> initial{};  // d y(t0) / d p
    std::vector<FactorWeight> factor_a{};
    std::vector<FactorWeight> factor_b{};
    /// Typical magnitude of p, greater than 0: the absolute tolerance of dy/dp is that of y
    /// divided by it. Used where the sensitivities are in the error test.
    double scale = 1.0;
};

struct SensitivityOptions {
    /// Whether a step must also meet the tolerances of y for each column of S. Without it the
    /// steps, and the bits of y, are those of Solver.
    bool in_error_test = false;
    /// The vector instructions; the bits of S do not depend on them.
    SensitivityKernels kernels = usable_sensitivity_kernels().back();
};

/// Sets the coefficients at time t (s) and the derivatives d coefficient / d p there, those of all
/// parameters one after the other in the order of SensitivityParameter::coefficients (what is not
/// set keeps its value). Must be a smooth function of t inside one call of `advance`.
using SensitivityForcing =
    std::function<void(double t, std::span<double> coefficients, std::span<double> weights)>;

/// Called at each output time, in order; S row after row: S[species * parameters + parameter].
using SensitivitySink = std::function<void(std::size_t index, double t, std::span<const double> y,
                                           std::span<const double> sensitivities)>;

/// What happens to the state at one time, e.g. a bolus dose.
struct SensitivityJump {
    struct Change {
        std::size_t parameter = 0;
        SpeciesId species;
        double weight = 0.0;  // d amount / d p
    };
    struct Delay {
        std::size_t parameter = 0;
        double weight = 0.0;  // d time / d p (s per unit of p)
    };
    std::vector<Term> amounts{};  // added to y
    std::vector<Change> changes{};
    std::vector<Delay> delays{};  // where the time itself depends on a parameter, e.g. a lag
};

/// Solver with sensitivities. S is the derivative of the numerical solution at fixed steps, so it
/// has the order of the method; a factor or formula with a kink (capacity, min, piecewise) takes
/// the branch of the state.
class SensitivitySolver {
  public:
    /// The model must outlive the solver; the solver owns its work space (one per thread). Throws
    /// InputError naming the parameter for a species, coefficient or factor the model does not
    /// have, a weight that is not finite or a scale that is not positive;
    /// std::invalid_argument for tolerances that are not positive.
    SensitivitySolver(const CompiledModel& model, SolverOptions options,
                      std::vector<SensitivityParameter> parameters,
                      SensitivityOptions sensitivity = {});
    ~SensitivitySolver();
    SensitivitySolver(SensitivitySolver&&) noexcept;
    SensitivitySolver& operator=(SensitivitySolver&&) noexcept;

    std::size_t species_count() const;
    std::size_t parameter_count() const;

    /// S at the start: the parameters' `initial`, all else 0. Size: species x parameters.
    void start(std::span<double> sensitivities) const;

    /// Integrates y and S (in/out, S as in SensitivitySink) from t0 to t1 (s); otherwise as
    /// Solver::advance. Throws NotAvailable when `events` is not empty: the time of a crossing
    /// depends on the parameters. Throws NumericalError naming species and parameter when a
    /// sensitivity is not finite, and what Solver throws.
    double advance(std::span<double> y, std::span<double> sensitivities, double t0, double t1,
                   double& next_step, const SensitivityForcing& forcing = {},
                   std::span<const double> output_times = {}, const SensitivitySink& sink = {},
                   std::span<const CrossingEvent> events = {});

    /// Applies a jump at time t (s) to y and S; where its time depends on p,
    /// S += (f(before) - f(after)) dt/dp. Throws InputError for an unknown parameter or species.
    void jump(const SensitivityJump& jump, double t, std::span<double> y,
              std::span<double> sensitivities, const SensitivityForcing& forcing = {});

    /// Coefficients used (constants at compile time; may be overwritten between calls).
    std::span<double> coefficients();
    /// d coefficient / d p, as SensitivityForcing has them; may be overwritten between calls, e.g.
    /// where they depend on p.
    std::span<double> coefficient_weights();
    const SolverStatistics& statistics() const;

    struct Work;

  private:
    std::unique_ptr<Work> work_;
};

}  // namespace caravel::kinetics
