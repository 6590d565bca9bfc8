#include "caravel/imaging/mri/bloch_program.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::imaging::mri {

namespace {

constexpr double full_turn = 2.0 * std::numbers::pi;

// Integral of a factor that is linear between its points.
class FactorIntegral {
  public:
    explicit FactorIntegral(const RateChange& change) : change_(change) {
        for (std::size_t i = 0; i < change.time.size(); ++i) {
            sum_.push_back(i == 0 ? 0.0
                                  : sum_[i - 1] + 0.5 * (change.factor[i] + change.factor[i - 1]) *
                                                      (change.time[i] - change.time[i - 1]));
        }
    }

    double operator()(double from, double to) const {
        return sum_.empty() ? 0.0 : until(to) - until(from);
    }

  private:
    double until(double t) const {
        const std::vector<double>& time = change_.time;
        if (t <= time.front()) return change_.factor.front() * (t - time.front());
        if (t >= time.back()) return sum_.back() + change_.factor.back() * (t - time.back());
        const auto after = std::upper_bound(time.begin(), time.end(), t);
        const auto b = static_cast<std::size_t>(after - time.begin());
        const double share = (t - time[b - 1]) / (time[b] - time[b - 1]);
        const double end =
            change_.factor[b - 1] + share * (change_.factor[b] - change_.factor[b - 1]);
        return sum_[b - 1] + 0.5 * (change_.factor[b - 1] + end) * (t - time[b - 1]);
    }

    const RateChange& change_;
    std::vector<double> sum_;
};

class ProgramMaker {
  public:
    ProgramMaker(double gamma, const RateChange& change) : gamma_(gamma), factor_(change) {}

    void take(const TimePiece& piece) {
        if (piece.flip > 0.0) {
            add_pulse(piece);
        } else if (piece.samples > 0) {
            add_samples(piece);
        } else {
            drift(piece, 0.0, piece.duration);
        }
    }

    std::vector<BlochStep> finish() {
        BlochStep end;
        end.before = pending_;
        steps_.push_back(end);
        return std::move(steps_);
    }

  private:
    // turns/m that the gradient makes between two times of a piece
    Vector3 turns_of(const TimePiece& piece, double from, double to) const {
        Vector3 turns{};
        const double middle = 0.5 * (from + to);
        for (std::size_t axis = 0; axis < 3; ++axis) {
            turns[axis] = gamma_ / full_turn * (to - from) *
                          (piece.gradient[axis] + piece.slope[axis] * middle);
        }
        return turns;
    }

    void drift(const TimePiece& piece, double from, double to) {
        const Vector3 turns = turns_of(piece, from, to);
        for (std::size_t axis = 0; axis < 3; ++axis) {
            pending_.turns_per_metre[axis] += turns[axis];
        }
        pending_.time += to - from;
        relax(piece, from, to);
    }

    void relax(const TimePiece& piece, double from, double to) {
        pending_.relaxation += to - from;
        pending_.change += factor_(piece.start + from, piece.start + to);
    }

    void add_pulse(const TimePiece& piece) {
        const double duration = piece.duration;
        relax(piece, 0.0, 0.5 * duration);
        BlochStep step;
        step.action = BlochAction::pulse;
        step.before = pending_;
        step.pulse.free.turns_per_metre = turns_of(piece, 0.0, duration);
        step.pulse.free.time = duration;
        step.pulse.extra_turns = piece.frequency * duration;
        step.pulse.flip_x = piece.flip * std::cos(piece.phase);
        step.pulse.flip_y = piece.flip * std::sin(piece.phase);
        step.pulse.after_re = std::cos(full_turn * piece.frequency * duration);
        step.pulse.after_im = std::sin(full_turn * piece.frequency * duration);
        steps_.push_back(step);
        pending_ = {};
        relax(piece, 0.5 * duration, duration);
    }

    void add_samples(const TimePiece& piece) {
        const bool is_even = piece.slope == Vector3{};
        const index_t most = is_even ? static_cast<index_t>(window_samples) : 1;
        const index_t windows = (piece.samples + most - 1) / most;
        double at = 0.0;
        for (index_t w = 0; w < windows; ++w) {
            const index_t first = w * piece.samples / windows;
            const index_t end = (w + 1) * piece.samples / windows;
            const double time = piece.first_time + static_cast<double>(first) * piece.dwell;
            drift(piece, at, time);
            at = time;
            add_window(piece, first, end - first, time);
        }
        drift(piece, at, piece.duration);
    }

    void add_window(const TimePiece& piece, index_t first, index_t count, double time) {
        BlochStep step;
        step.action = BlochAction::window;
        step.before = pending_;
        step.samples = static_cast<std::size_t>(count);
        step.first_sample = piece.first_sample + first;
        const double length = static_cast<double>(count) * piece.dwell;
        step.dwell.turns_per_metre = turns_of(piece, 0.0, piece.dwell);
        step.dwell.time = piece.dwell;
        step.dwell.relaxation = piece.dwell;
        step.dwell.change =
            factor_(piece.start + time, piece.start + time + length) / static_cast<double>(count);
        if (count > 1) {
            step.keeps_rotor = step.dwell.turns_per_metre == rotor_.turns_per_metre &&
                               step.dwell.time == rotor_.time && step.dwell.change == rotor_.change;
            rotor_ = step.dwell;
        }
        steps_.push_back(step);
        pending_ = {};
    }

    double gamma_;
    FactorIntegral factor_;
    FreeStep pending_{};
    FreeStep rotor_{};
    std::vector<BlochStep> steps_;
};

}  // namespace

std::vector<BlochStep> make_bloch_program(const TimeLine& line, double gamma,
                                          const RateChange& change) {
    ProgramMaker maker(gamma, change);
    for (const TimePiece& piece : line.pieces) maker.take(piece);
    return maker.finish();
}

}  // namespace caravel::imaging::mri
