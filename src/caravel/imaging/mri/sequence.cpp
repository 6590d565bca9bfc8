#include "caravel/imaging/mri/sequence.hpp"

#include "caravel/base/error.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include <fmt/format.h>

namespace caravel::imaging::mri {

namespace {

constexpr double slack = 1e-9;  // s, by which rounded times may differ

bool all_finite(const std::vector<double>& values) {
    return std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

[[noreturn]] void refuse(const std::string& what, const std::string& expected) {
    throw InputError(Diagnostic{{}, what, expected, {}});
}

void check_pulse(const RfPulse& pulse, std::size_t number) {
    bool good = std::isfinite(pulse.delay) && pulse.delay >= 0.0 &&
                std::isfinite(pulse.frequency) && std::isfinite(pulse.phase) &&
                std::isfinite(pulse.centre);
    for (const RfStep& step : pulse.steps) {
        good = good && std::isfinite(step.duration) && step.duration >= 0.0 &&
               std::isfinite(step.flip) && step.flip >= 0.0 && std::isfinite(step.phase);
    }
    if (!good) {
        refuse(fmt::format("pulse {} has a negative time or flip or a value that is not finite",
                           number),
               "times and flips >= 0");
    }
}

void check_gradient(const Gradient& gradient, std::size_t number) {
    const bool good = std::isfinite(gradient.delay) && gradient.delay >= 0.0 &&
                      gradient.time.size() == gradient.amplitude.size() &&
                      all_finite(gradient.time) && all_finite(gradient.amplitude) &&
                      std::is_sorted(gradient.time.begin(), gradient.time.end()) &&
                      (gradient.time.empty() || gradient.time.front() >= 0.0);
    if (!good) {
        refuse(fmt::format("gradient {} is not a list of finite amplitudes at times that rise",
                           number),
               "one amplitude per time, times from 0 on");
    }
}

void check_adc(const Adc& adc, std::size_t number) {
    const bool good =
        adc.samples >= 0 && std::isfinite(adc.dwell) && (adc.dwell > 0.0 || adc.samples == 0) &&
        std::isfinite(adc.delay) && adc.delay >= 0.0 && std::isfinite(adc.frequency) &&
        std::isfinite(adc.phase) && all_finite(adc.sample_phase) &&
        (adc.sample_phase.empty() || static_cast<index_t>(adc.sample_phase.size()) == adc.samples);
    if (!good) {
        refuse(fmt::format("receiver {} has a dwell time, delay or phase that cannot be", number),
               "samples >= 0, dwell > 0, delay >= 0, one phase per sample");
    }
}

template <class Event>
bool is_known(const std::vector<Event>& events, int number) {
    return number >= -1 && number < static_cast<int>(events.size());
}

double adc_end(const Adc& adc) { return adc.delay + static_cast<double>(adc.samples) * adc.dwell; }

}  // namespace

double RfPulse::duration() const {
    double sum = 0.0;
    for (const RfStep& step : steps) sum += step.duration;
    return sum;
}

double RfPulse::flip() const {
    std::complex<double> sum = 0.0;
    for (const RfStep& step : steps) sum += std::polar(step.flip, step.phase);
    return std::abs(sum);
}

RfPulse block_pulse(double flip, double phase, double duration, char use) {
    RfPulse pulse;
    pulse.steps = {{duration, std::abs(flip), flip < 0.0 ? std::numbers::pi : 0.0}};
    pulse.phase = phase;
    pulse.centre = 0.5 * duration;
    pulse.use = use;
    return pulse;
}

double Gradient::duration() const { return delay + (time.empty() ? 0.0 : time.back()); }

double Gradient::area() const {
    double sum = 0.0;
    for (std::size_t i = 1; i < time.size(); ++i) {
        sum += 0.5 * (amplitude[i] + amplitude[i - 1]) * (time[i] - time[i - 1]);
    }
    return sum;
}

Gradient trapezoid(double amplitude, double rise, double flat, double fall, double delay) {
    if (!(rise >= 0.0) || !(flat >= 0.0) || !(fall >= 0.0)) {
        refuse("a trapezium has a negative time", "rise, flat and fall >= 0");
    }
    return {delay, {0.0, rise, rise + flat, rise + flat + fall}, {0.0, amplitude, amplitude, 0.0}};
}

int Sequence::add(RfPulse pulse) {
    pulses.push_back(std::move(pulse));
    return static_cast<int>(pulses.size()) - 1;
}

int Sequence::add(Gradient gradient) {
    gradients.push_back(std::move(gradient));
    return static_cast<int>(gradients.size()) - 1;
}

int Sequence::add(Adc adc) {
    adcs.push_back(std::move(adc));
    return static_cast<int>(adcs.size()) - 1;
}

void Sequence::append(Block block) {
    block.duration = std::max(block.duration, events_duration(*this, block));
    blocks.push_back(block);
}

void Sequence::append_delay(double duration) {
    if (!(duration >= 0.0) || !std::isfinite(duration)) {
        refuse(fmt::format("a delay of {:.6g} s", duration), "a delay >= 0: times are too short");
    }
    append({duration, -1, {-1, -1, -1}, -1});
}

double Sequence::duration() const {
    double sum = 0.0;
    for (const Block& block : blocks) sum += block.duration;
    return sum;
}

index_t Sequence::sample_count() const {
    index_t sum = 0;
    for (const Block& block : blocks) {
        if (block.adc >= 0) sum += adcs.at(static_cast<std::size_t>(block.adc)).samples;
    }
    return sum;
}

double events_duration(const Sequence& sequence, const Block& block) {
    double end = 0.0;
    if (block.rf >= 0) {
        const RfPulse& pulse = sequence.pulses.at(static_cast<std::size_t>(block.rf));
        end = std::max(end, pulse.delay + pulse.duration());
    }
    for (const int number : block.gradient) {
        if (number < 0) continue;
        end = std::max(end, sequence.gradients.at(static_cast<std::size_t>(number)).duration());
    }
    if (block.adc >= 0) {
        end = std::max(end, adc_end(sequence.adcs.at(static_cast<std::size_t>(block.adc))));
    }
    return end;
}

std::string block_problem(const Sequence& sequence, const Block& block) {
    if (!is_known(sequence.pulses, block.rf)) return "the pulse does not exist";
    for (const int number : block.gradient) {
        if (!is_known(sequence.gradients, number)) return "a gradient does not exist";
    }
    if (!is_known(sequence.adcs, block.adc)) return "the receiver does not exist";
    if (!std::isfinite(block.duration) || block.duration < 0.0) return "the duration is negative";
    const double end = events_duration(sequence, block);
    if (end > block.duration + slack) {
        return fmt::format(
            "its events last {:.9g} s and overlap the next block, which starts "
            "after {:.9g} s",
            end, block.duration);
    }
    return {};
}

void check_sequence(const Sequence& sequence) {
    for (std::size_t i = 0; i < sequence.pulses.size(); ++i) check_pulse(sequence.pulses[i], i);
    for (std::size_t i = 0; i < sequence.gradients.size(); ++i) {
        check_gradient(sequence.gradients[i], i);
    }
    for (std::size_t i = 0; i < sequence.adcs.size(); ++i) check_adc(sequence.adcs[i], i);
    for (std::size_t i = 0; i < sequence.blocks.size(); ++i) {
        const std::string problem = block_problem(sequence, sequence.blocks[i]);
        if (!problem.empty()) {
            refuse(fmt::format("block {} of the sequence: {}", i + 1, problem),
                   "blocks at least as long as their events");
        }
    }
}

}  // namespace caravel::imaging::mri
