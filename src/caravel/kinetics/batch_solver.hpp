// Many individuals of one model at once: vector lanes within a thread, tiles on the threads.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/kinetics/batch_individual.hpp"
#include "caravel/kinetics/batch_lanes.hpp"
#include "caravel/kinetics/solver.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace caravel::kinetics {

/// When a batch starts and ends, is recorded and is interrupted (s); common to its individuals.
struct BatchPlan {
    double start = 0.0;
    double end = 0.0;
    std::vector<double> output_times{};  // ascending in [start, end]
    std::vector<double> stops{};         // ascending inside (start, end), e.g. of doses
};

/// What a batch asks its caller for. All are called on any thread of the team, one at a time for
/// the same individual; what they write must belong to that individual.
struct BatchCallbacks {
    /// Changes the model's own numbers to those of an individual; a pure function of the index.
    std::function<void(std::int64_t individual, Individual& numbers)> prepare{};
    /// Takes the states at the output times, row after row in model order, of an individual that
    /// reached the end.
    std::function<void(std::int64_t individual, std::span<const double> states)> finish{};
    /// Changes an individual at a stop, whose outputs come before; may be empty without stops. A
    /// pure function of its arguments.
    std::function<void(std::int64_t individual, std::size_t stop, std::span<double> coefficients,
                       std::span<double> y)>
        at_stop{};
};

struct BatchFailure {
    std::int64_t individual = 0;
    std::string what{};
};

struct BatchResult {
    std::int64_t finished = 0;
    std::vector<BatchFailure> failures{};  // by individual, ascending
    std::int64_t accepted = 0;             // steps in lanes
    std::int64_t rejected = 0;
};

/// Rodas5P on blocks of individuals. Every lane has its own steps, and a lane that is done takes
/// the next individual. An individual's result has the bits of Solver with the individual's model,
/// whatever the others, the lanes, the order or the number of threads.
class BatchSolver {
  public:
    /// The model must outlive the solver. Throws std::invalid_argument for tolerances that are not
    /// positive, for methods other than rodas5p and for models with expressions.
    explicit BatchSolver(const CompiledModel& model, SolverOptions options = {},
                         const LaneKernels& kernels = usable_lane_kernels().back());

    /// Integrates individuals first to first + count - 1. One that Solver would refuse is left out
    /// and named in the result with the reason; the others go on. Throws std::invalid_argument for
    /// a plan that is out of order; rethrows what the callbacks throw, but for InputError,
    /// NumericalError and std::invalid_argument, which fail their individual alone.
    BatchResult run(exec::ThreadTeam& team, std::int64_t first, std::int64_t count,
                    const BatchPlan& plan, const BatchCallbacks& callbacks) const;

  private:
    const CompiledModel& model_;
    SolverOptions options_;
    const LaneKernels& kernels_;
    BatchProgram program_;
    Individual defaults_;
};

/// States at the output times of one individual by Solver: what a batch gives, one by one. Throws
/// what Solver throws. `index` is passed on to the callbacks.
std::vector<double> integrate_alone(const KineticModel& model, const SolverOptions& options,
                                    std::int64_t index, const BatchPlan& plan,
                                    const BatchCallbacks& callbacks);

}  // namespace caravel::kinetics
