// What a sequence does as a whole: k-space, echo and repetition times, gradients.
#include "caravel/imaging/mri/sequence.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::imaging::mri {

namespace {

constexpr double largest_excitation = 90.01 * std::numbers::pi / 180.0;

enum class Effect : std::uint8_t { none, excites, refocuses };

struct Turning {
    double time;  // s, of the pulse's centre
    Effect effect;
};

Effect effect_of(const RfPulse& pulse) {
    switch (pulse.use) {
    case 'e': return Effect::excites;
    case 'r': return Effect::refocuses;
    case 'i':
    case 's':
    case 'p': return Effect::none;
    default: return pulse.flip() <= largest_excitation ? Effect::excites : Effect::refocuses;
    }
}

std::vector<Turning> list_turnings(const Sequence& sequence) {
    std::vector<Turning> result;
    double start = 0.0;
    for (const Block& block : sequence.blocks) {
        if (block.rf >= 0) {
            const RfPulse& pulse = sequence.pulses[static_cast<std::size_t>(block.rf)];
            result.push_back({start + pulse.delay + pulse.centre, effect_of(pulse)});
        }
        start += block.duration;
    }
    return result;
}

// Follows the gradients from pulse to pulse and sample to sample.
class Trajectory {
  public:
    Trajectory(const std::vector<Turning>& turnings, double scale)
        : turnings_(turnings), scale_(scale) {}

    void take(const TimePiece& piece) {
        double at = 0.0;
        for (index_t i = 0; i <= piece.samples; ++i) {
            const double to = i < piece.samples
                                  ? piece.first_time + static_cast<double>(i) * piece.dwell
                                  : piece.duration;
            while (next_ < turnings_.size() && turnings_[next_].time <= piece.start + to) {
                const double turning =
                    std::clamp(turnings_[next_].time - piece.start, at, std::max(at, to));
                move(piece, at, turning);
                at = turning;
                turn(turnings_[next_++].effect);
            }
            move(piece, at, to);
            at = to;
            if (i < piece.samples) points_.push_back(k_);
        }
    }

    std::vector<Vector3> points() && { return std::move(points_); }

  private:
    void move(const TimePiece& piece, double from, double to) {
        const double middle = 0.5 * (from + to);
        for (std::size_t axis = 0; axis < 3; ++axis) {
            k_[axis] += scale_ * (to - from) * (piece.gradient[axis] + piece.slope[axis] * middle);
        }
    }

    void turn(Effect effect) {
        if (effect == Effect::none) return;
        for (double& k : k_) k = effect == Effect::excites ? 0.0 : -k;
    }

    const std::vector<Turning>& turnings_;
    double scale_;
    std::size_t next_ = 0;
    Vector3 k_{};
    std::vector<Vector3> points_;
};

double dot(const Vector3& a, const Vector3& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

Vector3 difference(const Vector3& a, const Vector3& b) {
    return {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
}

// Time at which k is 0, between samples where it passes there.
double time_of_echo(const std::vector<Vector3>& k, const std::vector<double>& time) {
    std::size_t echo = 0;
    for (std::size_t i = 0; i < k.size(); ++i) {
        if (dot(k[i], k[i]) < dot(k[echo], k[echo]) * (1.0 - 1e-9)) echo = i;
    }
    double result = time[echo];
    if (std::sqrt(dot(k[echo], k[echo])) < 1e-9) return result;
    for (const std::size_t other : {echo - 1, echo + 1}) {
        if (other >= k.size()) continue;  // 0 - 1 wraps
        const Vector3 step = difference(k[other], k[echo]);
        const double length = dot(step, step);
        const double share = length > 0.0 ? -dot(k[echo], step) / length : 0.0;
        if (share > 0.0) result = time[echo] * (1.0 - share) + time[other] * share;
    }
    return result;
}

void find_times(const Sequence& sequence, const TimeLine& line, SequenceSummary& summary) {
    std::vector<double> excitations;
    for (const Turning& turning : list_turnings(sequence)) {
        if (turning.effect == Effect::excites) excitations.push_back(turning.time);
    }
    summary.repetition_time = summary.duration;
    if (excitations.empty()) return;
    double first = excitations.front();
    if (!line.sample_time.empty()) {
        const double echo = time_of_echo(k_trajectory(sequence), line.sample_time);
        for (const double t : excitations) {
            if (t < echo) first = t;
        }
        summary.echo_time = echo - first;
    }
    const auto next = std::upper_bound(excitations.begin(), excitations.end(), first);
    if (next != excitations.end()) {
        summary.repetition_time = *next - first;
    } else if (excitations.size() > 1) {
        summary.repetition_time = first - excitations[excitations.size() - 2];
    }
}

void find_gradients(const TimeLine& line, SequenceSummary& summary) {
    for (const TimePiece& piece : line.pieces) {
        Vector3 end{};
        for (std::size_t axis = 0; axis < 3; ++axis) {
            end[axis] = piece.gradient[axis] + piece.slope[axis] * piece.duration;
            summary.largest_gradient[axis] =
                std::max({summary.largest_gradient[axis], std::abs(piece.gradient[axis]),
                          std::abs(end[axis])});
            summary.largest_slew[axis] =
                std::max(summary.largest_slew[axis], std::abs(piece.slope[axis]));
        }
        const double largest = std::max(dot(piece.gradient, piece.gradient), dot(end, end));
        summary.largest_gradient_norm = std::max(summary.largest_gradient_norm, std::sqrt(largest));
        summary.largest_slew_norm =
            std::max(summary.largest_slew_norm, std::sqrt(dot(piece.slope, piece.slope)));
    }
}

}  // namespace

std::vector<Vector3> k_trajectory(const Sequence& sequence, double gamma) {
    const TimeLine line = compile_sequence(sequence, 1.0);
    const std::vector<Turning> turnings = list_turnings(sequence);
    Trajectory trajectory(turnings, gamma / (2.0 * std::numbers::pi));
    for (const TimePiece& piece : line.pieces) trajectory.take(piece);
    return std::move(trajectory).points();
}

SequenceSummary summarise(const Sequence& sequence) {
    const TimeLine line = compile_sequence(sequence, 1.0);
    SequenceSummary summary;
    summary.blocks = static_cast<index_t>(sequence.blocks.size());
    summary.duration = line.duration;
    for (const Block& block : sequence.blocks) {
        if (block.rf >= 0) {
            ++summary.rf_events;
            const double flip = sequence.pulses[static_cast<std::size_t>(block.rf)].flip();
            const bool is_known =
                std::any_of(summary.flip_angles.begin(), summary.flip_angles.end(),
                            [&](double known) { return std::abs(known - flip) < 1e-4; });
            if (!is_known) summary.flip_angles.push_back(flip);
        }
        for (std::size_t axis = 0; axis < 3; ++axis) {
            if (block.gradient[axis] >= 0) ++summary.gradient_events[axis];
        }
        if (block.adc >= 0) ++summary.adc_events;
    }
    find_times(sequence, line, summary);
    find_gradients(line, summary);
    return summary;
}

}  // namespace caravel::imaging::mri
