// Many local fits from points spread over the box, in an order that no number of threads changes.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/inference/guards.hpp"
#include "caravel/inference/solver.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace caravel::inference {

/// Start i of a plan is a pure function of (plan, i): point i of a nested-scrambled Sobol sequence,
/// or of a Latin hypercube above 128 parameters.
struct StartPlan {
    std::size_t dimensions = 0;
    std::uint64_t count = 0;
    std::uint64_t seed = 0;
};

/// Point i in the open unit cube (map it by ParameterSpace::from_cube). Throws InputError for an
/// empty plan.
std::vector<double> start_in_cube(const StartPlan& plan, std::uint64_t i);

/// What one local fit found.
struct LocalFit {
    std::vector<double> start;
    std::vector<double> theta;
    double value = 0.0;
    Stop stop = Stop::running;
    long evaluations = 0;
    std::string failure;  // why there is no result; empty when there is one
};

/// A local solver: from a start to a fit; throws NumericalError where the model fails.
using LocalSolver = std::function<LocalFit(const std::vector<double>& start)>;

/// Fits by number of start; those still missing are empty. Plain data: store it, give it to
/// run_multi_start again and only what is missing is computed.
struct MultiStart {
    std::vector<std::optional<LocalFit>> fits;

    bool is_complete() const;
    /// Numbers of the successful fits from the lowest value up (a waterfall), ties by number.
    std::vector<std::size_t> ranking() const;
    /// The best fit; throws NumericalError with the first reason when every start failed.
    const LocalFit& best() const;
    std::size_t failures() const;
    /// How many starts ended within `tolerance` of the best value.
    std::size_t hits(double tolerance) const;
};

struct MultiStartOptions {
    ProgressCallback progress;
    const std::atomic<bool>* cancel = nullptr;
};

/// Runs every missing fit, one per thread at a time. A start whose solver throws NumericalError, or
/// ends at a value that is not finite, is kept with its reason and the others go on.
void run_multi_start(const std::vector<std::vector<double>>& starts, const LocalSolver& solver,
                     exec::ThreadTeam& team, MultiStart& result,
                     const MultiStartOptions& options = {});

}  // namespace caravel::inference
