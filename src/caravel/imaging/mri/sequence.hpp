// What a magnetic resonance scanner plays out: pulses, gradients, receiver.
#pragma once

#include "caravel/base/grid.hpp"

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace caravel::imaging::mri {

// Signs, once for all of mri/: in the frame that turns with the carrier, dM/dt = w x M with
// w = (w1 cos(phase), w1 sin(phase), gamma G.r + off-resonance): transverse magnetisation
// m = mx + i my turns as exp(+i w t), a pulse of 90 degrees and phase 0 takes +z to -y
// (m = -i exp(i phase) sin(flip)). Signal S(k) = sum of m(r) exp(+2 pi i k.r) with
// k = gamma / (2 pi) int G dt, so images are sum of S(k) exp(-2 pi i k.r). Frequency offsets of
// pulse and receiver are those of the spins they meet; the receiver hands over
// m exp(-i (phase + 2 pi f t)), t from its start (block start + delay).

/// Gyromagnetic ratios (rad/(s T)): proton CODATA 2018, shielded by nothing; fluorine 19.
inline constexpr double proton_gamma = 2.6752218744e8;
inline constexpr double fluorine_gamma = 2.5181480e8;

/// A stretch of a pulse with even amplitude. Duration 0: an instantaneous ("hard") rotation.
struct RfStep {
    double duration = 0.0;  // s
    double flip = 0.0;      // rad turned on resonance, >= 0
    double phase = 0.0;     // rad
};

/// A radio frequency pulse.
struct RfPulse {
    double delay = 0.0;  // s, from the block's start
    std::vector<RfStep> steps{};
    double frequency = 0.0;  // Hz, offset
    double phase = 0.0;      // rad, added to that of the steps
    double centre = 0.0;     // s, from the end of the delay: where the rotation counts as done
    char use = 'u';  // e excitation, r refocusing, i inversion, s saturation, p preparation, o, u

    double duration() const;  // s, without delay
    double flip() const;      // rad, |sum of flip exp(i phase)|: on resonance
};

/// A pulse of one even step (s, rad). Duration 0 for an ideal one.
RfPulse block_pulse(double flip, double phase = 0.0, double duration = 0.0, char use = 'e');

/// A gradient that is linear between points; zero before the first and after the last.
struct Gradient {
    double delay = 0.0;               // s
    std::vector<double> time{};       // s from the end of the delay, not falling
    std::vector<double> amplitude{};  // T/m at these times

    double duration() const;  // s, with delay
    double area() const;      // T s/m
};

/// A trapezium (T/m, s).
Gradient trapezoid(double amplitude, double rise, double flat, double fall, double delay = 0.0);

/// The receiver: sample i is taken at delay + (i + 1/2) dwell.
struct Adc {
    index_t samples = 0;
    double dwell = 0.0;                  // s
    double delay = 0.0;                  // s
    double frequency = 0.0;              // Hz
    double phase = 0.0;                  // rad
    std::vector<double> sample_phase{};  // rad, added, one per sample; empty: 0
};

/// What runs at the same time. Numbers of events in the sequence's tables; -1: none.
struct Block {
    double duration = 0.0;  // s; at least that of its events
    int rf = -1;
    std::array<int, 3> gradient{-1, -1, -1};
    int adc = -1;
};

/// A sequence; blocks run one after another and share events.
struct Sequence {
    std::string name{};
    std::vector<RfPulse> pulses{};
    std::vector<Gradient> gradients{};
    std::vector<Adc> adcs{};
    std::vector<Block> blocks{};
    std::map<std::string, std::string> definitions{};  // as a file holds them

    int add(RfPulse pulse);
    int add(Gradient gradient);
    int add(Adc adc);
    /// Appends a block. Its duration becomes that of its longest event where that is longer.
    void append(Block block);
    void append_delay(double duration);

    double duration() const;       // s
    index_t sample_count() const;  // of all receivers
};

/// Throws InputError for events that do not fit: longer than their block, unknown numbers, times
/// that fall, values that are not finite.
void check_sequence(const Sequence& sequence);

/// What is wrong with one block, or "".
std::string block_problem(const Sequence& sequence, const Block& block);

/// Latest end of a block's events (s).
double events_duration(const Sequence& sequence, const Block& block);

/// A stretch of the time line: gradient linear in time, pulse even, samples at even distance.
struct TimePiece {
    double start = 0.0;        // s, from the sequence's start
    double duration = 0.0;     // s
    Vector3 gradient{};        // T/m at the start
    Vector3 slope{};           // T/(m s)
    double flip = 0.0;         // rad over the piece; samples = 0 where > 0
    double phase = 0.0;        // rad, of the pulse at the piece's start
    double frequency = 0.0;    // Hz, of the pulse
    index_t first_sample = 0;  // number of the first within the sequence
    index_t samples = 0;
    double first_time = 0.0;  // s, from the piece's start
    double dwell = 0.0;       // s
};

/// The whole sequence in order, without gaps.
struct TimeLine {
    std::vector<TimePiece> pieces{};
    std::vector<double> sample_time{};        // s, from the sequence's start
    std::vector<double> receiver_phase{};     // rad at each sample, to be taken off
    std::vector<std::size_t> sample_block{};  // number of the block of each sample
    double duration = 0.0;                    // s
};

/// Checks and cuts a sequence. Pulses are cut to pieces of at most `longest_pulse_piece` (s).
TimeLine compile_sequence(const Sequence& sequence, double longest_pulse_piece = 1e-5);

/// k (1/m) at each sample: gamma / (2 pi) int G dt since the last excitation; a refocusing pulse
/// turns its sign. Pulses of unknown use excite below 90.01 degrees and refocus above.
std::vector<Vector3> k_trajectory(const Sequence& sequence, double gamma = proton_gamma);

/// What people ask of a sequence first.
struct SequenceSummary {
    index_t blocks = 0;
    index_t rf_events = 0;
    std::array<index_t, 3> gradient_events{};
    index_t adc_events = 0;
    double duration = 0.0;               // s
    double echo_time = 0.0;              // s; 0 without samples
    double repetition_time = 0.0;        // s; the duration where only one excitation runs
    std::vector<double> flip_angles{};   // rad, different ones of all pulses, in order
    Vector3 largest_gradient{};          // T/m
    Vector3 largest_slew{};              // T/(m s)
    double largest_gradient_norm = 0.0;  // T/m, all axes together
    double largest_slew_norm = 0.0;      // T/(m s)
};
SequenceSummary summarise(const Sequence& sequence);

}  // namespace caravel::imaging::mri
