// One piece of physics. Processes hold parameters and handles; everything that changes from window
// to window is in State.
#pragma once

#include "caravel/couple/state.hpp"

#include <limits>
#include <string>

namespace caravel::couple {

/// Leaves are final. `advance` takes the process from the window's start to its end with its own
/// sub-steps; called twice for the same window where slots form a cycle.
class Process {
  public:
    virtual ~Process() = default;
    virtual std::string name() const = 0;
    /// Longest window (s) this process can take from the given state.
    virtual double longest_step(const State&) const {
        return std::numeric_limits<double>::infinity();
    }
    virtual void advance(State& state, const Window& window) const = 0;
};

}  // namespace caravel::couple
