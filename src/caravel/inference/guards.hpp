// Refusals shared by the numerics of inference: a NaN is named where it first appears.
#pragma once

#include "caravel/base/error.hpp"
#include "caravel/base/view.hpp"

#include <atomic>
#include <functional>
#include <span>
#include <string>

namespace caravel::inference {

/// Throws InputError naming the first value that is not finite: "`what` 3 is nan".
void require_finite(std::span<const double> values, const std::string& what);

/// Throws NumericalError unless every value is finite; `process` names the solver, `what` the
/// quantity, `place` the point at which it was computed (see describe_point).
void guard_finite(std::span<const double> values, const std::string& process,
                  const std::string& what, const std::string& place);
void guard_finite(double value, const std::string& process, const std::string& what,
                  const std::string& place);

/// "(1, 0.25, 3e-07)" in shortest exact form; after 12 values "... 34 in all".
std::string describe_point(std::span<const double> point);

/// How far a long computation is.
struct Progress {
    index_t done = 0;
    index_t total = 0;
    double best = 0.0;  // best objective so far; NaN where there is none
};

/// Called now and then, one call at a time, from whichever thread did the work.
using ProgressCallback = std::function<void(const Progress&)>;

/// Whether the caller asked to stop; nullptr never asks.
inline bool is_cancelled(const std::atomic<bool>* cancel) {
    return cancel != nullptr && cancel->load(std::memory_order_relaxed);
}

}  // namespace caravel::inference
