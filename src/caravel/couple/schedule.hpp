// Runs processes in slot order, window by window.
#pragma once

#include "caravel/couple/process.hpp"

#include <memory>
#include <string>
#include <vector>

namespace caravel::couple {

/// Owns the processes; their order follows from who reads what who writes.
class Schedule {
  public:
    /// Throws InputError when a slot has no writer or two.
    Schedule(Wiring wiring, std::vector<std::unique_ptr<Process>> processes);

    /// Advances all processes over the window (s): once in slot order, twice where slots form a
    /// cycle (second order in the window's length).
    void advance(State& state, const Window& window) const;

    /// Longest window (s) that every process can take.
    double longest_step(const State& state) const;

    bool has_cycle() const { return has_cycle_; }
    std::vector<std::string> order() const;
    const Wiring& wiring() const { return wiring_; }

    /// The graph of processes and slots as text: one line per slot, writer -> readers.
    std::string graph() const;

  private:
    Wiring wiring_;
    std::vector<std::unique_ptr<Process>> processes_;  // in order of execution
    bool has_cycle_ = false;
};

}  // namespace caravel::couple
