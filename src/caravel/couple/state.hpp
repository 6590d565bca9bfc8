// The values of all slots at the start and at the end of the current window.
#pragma once

#include "caravel/couple/slot.hpp"

#include <span>
#include <vector>

namespace caravel::couple {

/// A stretch of time between two events (s).
struct Window {
    double start = 0.0;
    double end = 0.0;
    int sweep = 0;  // 1: once more from the same start, knowing what sweep 0 gave
};

/// Everything that changes, in the units of the slots. New slots are NaN until written. Inside a
/// window a process takes its own memory from the start, writes the end, and reads others as the
/// ramp between both.
class State {
  public:
    explicit State(const std::vector<Slot>& slots);

    /// Value at the window's start.
    double start(ReadHandle slot) const { return starts_[offset(slot.slot)]; }
    double start(WriteHandle slot) const { return starts_[offset(slot.slot)]; }
    std::span<const double> start_block(WriteHandle slot) const { return starts_of(slot.slot); }
    std::span<const double> start_block(ReadHandle slot) const { return starts_of(slot.slot); }
    /// A block at the window's end as far as it is known: as of the start until its writer ran.
    std::span<const double> end_block(ReadHandle slot) const;
    /// Value at time t, linear between the window's start and the end as far as it is known.
    double ramp(ReadHandle slot, const Window& window, double t) const;

    /// Writes the value at the window's end.
    void set_end(WriteHandle slot, double value) { ends_[offset(slot.slot)] = value; }
    std::span<double> end_block(WriteHandle slot);

    /// Writes start and end: initial values and jumps at events.
    void set(WriteHandle slot, double value);
    std::span<double> jump_block(WriteHandle slot);

    /// The window is done: its end becomes the next start. Until begin() the ends are of no
    /// meaning.
    void accept() { starts_.swap(ends_); }
    /// Takes the start values as first guess of the end.
    void begin() { ends_ = starts_; }

    /// All start values, in slot order: what a checkpoint holds.
    std::span<const double> values() const { return starts_; }
    /// Takes them back; throws std::invalid_argument when their number differs.
    void restore(std::span<const double> values);

  private:
    std::span<const double> starts_of(int slot) const;
    std::size_t offset(int slot) const { return offsets_[static_cast<std::size_t>(slot)]; }

    std::vector<std::size_t> offsets_;
    std::vector<double> starts_;
    std::vector<double> ends_;
};

}  // namespace caravel::couple
