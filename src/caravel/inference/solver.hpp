// What the local solvers share: why they stop, and the box they stay in.
#pragma once

#include "caravel/inference/guards.hpp"

#include <span>
#include <string>
#include <vector>

namespace caravel::inference {

enum class Stop {
    running,
    gradient,    // no direction inside the bounds leads down
    cost,        // the objective no longer changes
    step,        // the parameters no longer change
    stuck,       // rounding or a rough objective allows no further descent
    iterations,  // the allowance is used up; may be continued
    cancelled,   // by the caller; may be continued
};
const char* name_of(Stop stop);

/// Whether the solver ended at a minimum (gradient, cost or step).
bool has_converged(Stop stop);

/// Called after every iteration: iteration, objective, parameters.
using IterationCallback =
    std::function<void(int iteration, double value, std::span<const double> theta)>;

/// Bounds, which may be infinite.
struct Box {
    std::vector<double> lower;
    std::vector<double> upper;

    std::size_t size() const { return lower.size(); }
    double width(std::size_t i) const { return upper[i] - lower[i]; }
    void project(std::span<double> theta) const;
    /// Whether theta_i is on a bound that the descent direction -slope would cross.
    bool holds(std::size_t i, double theta, double slope) const;
};

/// A box without ends.
Box unbounded(std::size_t size);

/// Throws InputError unless the start has the size of the box, is finite and inside it, and every
/// lower bound is below the upper one; `solver` is named.
void require_start(const Box& box, std::span<const double> start, const std::string& solver);

}  // namespace caravel::inference
