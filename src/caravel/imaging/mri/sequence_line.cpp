// The time line: a sequence cut where anything changes.
#include "caravel/base/error.hpp"
#include "caravel/imaging/mri/sequence.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

namespace caravel::imaging::mri {

namespace {

constexpr double same_time = 1e-11;            // s: breaks closer than this are one
constexpr index_t most_samples = 500'000'000;  // of a sequence

// One block being cut; times are from its start.
class BlockCutter {
  public:
    BlockCutter(const Sequence& sequence, const Block& block, double start, double longest_piece,
                TimeLine& line)
        : block_(block), start_(start), longest_(longest_piece), line_(line) {
        for (std::size_t axis = 0; axis < 3; ++axis) {
            const int number = block.gradient[axis];
            gradient_[axis] =
                number < 0 ? nullptr : &sequence.gradients[static_cast<std::size_t>(number)];
        }
        if (block.rf >= 0) pulse_ = &sequence.pulses[static_cast<std::size_t>(block.rf)];
        if (block.adc >= 0) adc_ = &sequence.adcs[static_cast<std::size_t>(block.adc)];
        first_sample_ = static_cast<index_t>(line.sample_time.size());
    }

    void cut() {
        collect_breaks();
        collect_steps();
        std::sort(breaks_.begin(), breaks_.end());
        double from = 0.0;
        emit_hard_steps(from);
        for (const double to : breaks_) {
            if (to - from <= same_time) continue;
            emit_interval(from, to);
            from = to;
            emit_hard_steps(from);
        }
    }

    // Where the last interval ends; samples are listed for the whole line.
    void list_samples(std::size_t block_number) {
        if (adc_ == nullptr) return;
        for (index_t i = 0; i < adc_->samples; ++i) {
            const double t = (static_cast<double>(i) + 0.5) * adc_->dwell;
            const double own =
                adc_->sample_phase.empty() ? 0.0 : adc_->sample_phase[static_cast<std::size_t>(i)];
            line_.sample_time.push_back(start_ + adc_->delay + t);
            line_.receiver_phase.push_back(adc_->phase + own +
                                           2.0 * std::numbers::pi * adc_->frequency * t);
            line_.sample_block.push_back(block_number);
        }
    }

  private:
    struct Step {
        double begin;
        double end;
        const RfStep* step;
    };

    void collect_breaks() {
        breaks_.push_back(block_.duration);
        for (const Gradient* gradient : gradient_) {
            if (gradient == nullptr) continue;
            for (const double t : gradient->time) add_break(gradient->delay + t);
        }
    }

    void add_break(double t) { breaks_.push_back(std::clamp(t, 0.0, block_.duration)); }

    void collect_steps() {
        if (pulse_ == nullptr) return;
        double t = pulse_->delay;
        for (const RfStep& step : pulse_->steps) {
            const double end = t + step.duration;
            steps_.push_back({t, end, &step});
            const auto parts = static_cast<index_t>(
                std::clamp(std::ceil(step.duration / longest_ - 1e-6), 1.0, 1e6));
            for (index_t part = 0; part <= parts; ++part) {
                add_break(t +
                          step.duration * static_cast<double>(part) / static_cast<double>(parts));
            }
            t = end;
        }
        add_breaks_at_samples(pulse_->delay, t);
    }

    void add_breaks_at_samples(double begin, double end) {
        if (adc_ == nullptr) return;
        for (index_t i = sample_from(begin); i < sample_from(end); ++i) {
            add_break(adc_->delay + (static_cast<double>(i) + 0.5) * adc_->dwell);
        }
    }

    // Number of the first sample at or after t.
    index_t sample_from(double t) const {
        const double position = (t - adc_->delay) / adc_->dwell - 0.5;
        const double first = std::ceil(position - same_time / adc_->dwell);
        return static_cast<index_t>(std::clamp(first, 0.0, static_cast<double>(adc_->samples)));
    }

    // A step of no duration turns at `t`.
    void emit_hard_steps(double t) {
        while (next_step_ < steps_.size() && steps_[next_step_].end <= t + same_time) {
            const Step& step = steps_[next_step_++];
            if (step.step->duration > 0.0 || step.step->flip == 0.0) continue;
            TimePiece piece;
            piece.start = start_ + t;
            turn_by(piece, *step.step, step.step->flip, t);
            line_.pieces.push_back(piece);
        }
    }

    void turn_by(TimePiece& piece, const RfStep& step, double flip, double t) const {
        piece.flip = flip;
        piece.frequency = pulse_->frequency;
        piece.phase = pulse_->phase + step.phase +
                      2.0 * std::numbers::pi * pulse_->frequency * (t - pulse_->delay);
    }

    void emit_interval(double from, double to) {
        TimePiece piece;
        piece.start = start_ + from;
        piece.duration = to - from;
        for (std::size_t axis = 0; axis < 3; ++axis) set_gradient(axis, from, to, piece);
        if (adc_ != nullptr && adc_->samples > 0) {
            const index_t first = sample_from(from);
            piece.samples = sample_from(to) - first;
            piece.first_sample = first_sample_ + first;
            const double at = adc_->delay + (static_cast<double>(first) + 0.5) * adc_->dwell;
            piece.first_time = std::max(0.0, at - from);
            piece.dwell = adc_->dwell;
        }
        const double middle = 0.5 * (from + to);
        const Step* const step = step_at(middle);
        if (step != nullptr && step->step->flip > 0.0) {
            if (piece.samples > 0) separate_samples(piece);
            turn_by(piece, *step->step, step->step->flip * (to - from) / step->step->duration,
                    from);
        }
        line_.pieces.push_back(piece);
    }

    // While a pulse runs, samples lie at the breaks only.
    void separate_samples(TimePiece& piece) {
        TimePiece sampling = piece;
        sampling.duration = 0.0;
        sampling.first_time = 0.0;
        line_.pieces.push_back(sampling);
        piece.samples = 0;
    }

    const Step* step_at(double t) const {
        for (std::size_t i = next_step_; i < steps_.size(); ++i) {
            if (t < steps_[i].begin) return nullptr;
            if (t < steps_[i].end) return &steps_[i];
        }
        return nullptr;
    }

    void set_gradient(std::size_t axis, double from, double to, TimePiece& piece) const {
        const Gradient* const g = gradient_[axis];
        if (g == nullptr || g->time.size() < 2) return;
        const double middle = 0.5 * (from + to) - g->delay;
        if (middle < g->time.front() || middle > g->time.back()) return;
        const auto after = std::upper_bound(g->time.begin(), g->time.end(), middle);
        const std::size_t b = static_cast<std::size_t>(after - g->time.begin());
        const std::size_t a = b - 1;
        if (b >= g->time.size()) return;
        const double slope = (g->amplitude[b] - g->amplitude[a]) / (g->time[b] - g->time[a]);
        piece.slope[axis] = slope;
        piece.gradient[axis] = g->amplitude[a] + slope * (from - g->delay - g->time[a]);
    }

    const Block& block_;
    double start_;
    double longest_;
    TimeLine& line_;
    std::array<const Gradient*, 3> gradient_{};
    const RfPulse* pulse_ = nullptr;
    const Adc* adc_ = nullptr;
    index_t first_sample_ = 0;
    std::vector<double> breaks_;
    std::vector<Step> steps_;
    std::size_t next_step_ = 0;
};

}  // namespace

TimeLine compile_sequence(const Sequence& sequence, double longest_pulse_piece) {
    CARAVEL_EXPECTS(longest_pulse_piece > 0.0);
    check_sequence(sequence);
    if (sequence.sample_count() > most_samples) {
        throw InputError(
            Diagnostic{{},
                       fmt::format("the sequence takes {} samples", sequence.sample_count()),
                       fmt::format("at most {}", most_samples),
                       {}});
    }
    TimeLine line;
    double start = 0.0;
    for (std::size_t i = 0; i < sequence.blocks.size(); ++i) {
        BlockCutter cutter(sequence, sequence.blocks[i], start, longest_pulse_piece, line);
        cutter.cut();
        cutter.list_samples(i);
        start += sequence.blocks[i].duration;
    }
    line.duration = start;
    return line;
}

}  // namespace caravel::imaging::mri
