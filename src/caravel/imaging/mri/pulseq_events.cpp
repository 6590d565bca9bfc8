#include "caravel/imaging/mri/pulseq_events.hpp"

#include "caravel/base/error.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

namespace caravel::imaging::mri {

namespace {

constexpr double turn = 2.0 * std::numbers::pi;
constexpr double us = 1e-6;
constexpr double tesla_per_hertz = turn / proton_gamma;
constexpr double longest_time = 1e7;  // s, of one event or block
constexpr double largest_value = 1e15;

void add_step(std::complex<double> amplitude, double duration, RfPulse& pulse) {
    pulse.steps.push_back({duration, turn * std::abs(amplitude) * duration, std::arg(amplitude)});
}

// Middle of the part where the amplitude is the largest.
double centre_of(const RfPulse& pulse) {
    double largest = 0.0;
    const auto rate = [](const RfStep& step) {
        return step.duration > 0.0 ? step.flip / step.duration : 0.0;
    };
    for (const RfStep& step : pulse.steps) largest = std::max(largest, rate(step));
    double first = -1.0;
    double last = 0.0;
    double t = 0.0;
    for (const RfStep& step : pulse.steps) {
        const bool is_peak = rate(step) >= 0.99999 * largest;
        if (is_peak && first < 0.0) first = t;
        t += step.duration;
        if (is_peak) last = t;
    }
    return 0.5 * (std::max(first, 0.0) + last);
}

}  // namespace

PulseqEvents::PulseqEvents(const PulseqText& text, const std::string& name,
                           const PulseqLimits& limits, double field)
    : text_(text), name_(name), limits_(limits), field_(field) {
    gradient_raster_ = definition("GradientRasterTime", 1e-5);
    rf_raster_ = definition("RadiofrequencyRasterTime", 1e-6);
    field_ = definition("B0", field);
}

void PulseqEvents::fail(int line, std::string what, std::string expected) const {
    refuse_pulseq(name_, line, std::move(what), std::move(expected));
}

double PulseqEvents::definition(const char* key, double otherwise) const {
    const auto found = text_.definitions.find(key);
    if (found == text_.definitions.end()) return otherwise;
    const std::string& text = found->second;
    double value = 0.0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec != std::errc() || !(value > 0.0) || value > longest_time) {
        fail(text_.definition_lines.at(key), fmt::format("{} is not a positive number", key));
    }
    return value;
}

void PulseqEvents::need_columns(const PulseqRow& row, std::size_t count,
                                const char* section) const {
    if (row.numbers.size() != count) {
        fail(row.line,
             fmt::format("an event of [{}] with {} numbers: the line is cut off or malformed",
                         section, row.numbers.size() + 1),
             fmt::format("{} in this version", count + 1));
    }
    for (const double value : row.numbers) {
        if (std::abs(value) > largest_value) fail(row.line, "a number is out of range");
    }
}

double PulseqEvents::time_of(const PulseqRow& row, double value, double unit) const {
    const double time = value * unit;
    if (!(time >= 0.0) || time > longest_time) fail(row.line, "a time that cannot be");
    return time;
}

const std::vector<double>& PulseqEvents::shape(const PulseqRow& row, double id) const {
    const auto found =
        id >= 1.0 && id < 1e9 ? text_.shapes.find(static_cast<index_t>(id)) : text_.shapes.end();
    if (found == text_.shapes.end() || id != std::floor(id)) {
        fail(row.line, fmt::format("unknown shape {:g}", id), "a shape_id of [SHAPES]");
    }
    return found->second.samples;
}

void PulseqEvents::count_samples(int line, double more) {
    used_samples_ += more;
    if (used_samples_ > static_cast<double>(limits_.all_samples)) {
        fail(line, "too many samples in all events together");
    }
}

// Columns by version: 1.5 amplitude mag phase time centre delay ppm ppm frequency phase use;
// 1.4 amplitude mag phase time delay frequency phase; before without time.
RfPulse PulseqEvents::pulse(const PulseqRow& row) {
    const bool is_new = text_.version >= pulseq_1_5;
    const bool is_timed = text_.version >= pulseq_1_4;
    need_columns(row, is_new ? 10 : is_timed ? 7 : 6, "RF");
    const std::vector<double>& v = row.numbers;
    const std::size_t tail = v.size() - 3;  // delay or phase in ppm, frequency, phase
    RfPulse result;
    result.delay = time_of(row, is_new ? v[5] : v[tail], us);
    result.frequency = v[tail + 1];
    result.phase = v[tail + 2];
    if (is_new && (v[6] != 0.0 || v[7] != 0.0)) {
        result.frequency += v[6] * 1e-6 * larmor();
        result.phase += v[7] * 1e-6 * larmor();
    }
    if (is_new && !row.word.empty()) result.use = row.word.front();
    const std::vector<double>& magnitude = shape(row, v[1]);
    const std::vector<double>& phase = shape(row, v[2]);
    if (magnitude.size() != phase.size()) {
        fail(row.line, fmt::format("a magnitude of {} and a phase of {} samples", magnitude.size(),
                                   phase.size()));
    }
    std::vector<double> times;
    if (is_timed && v[3] > 0.0) {
        times = timed_points(row, v[3], rf_raster_, magnitude.size());
        add_linear_steps(row, v[0], magnitude, phase, times, result);
    } else {
        const double raster = is_timed && v[3] < 0.0 ? 0.5 * rf_raster_ : rf_raster_;
        add_even_steps(row, v[0], magnitude, phase, raster, result);
    }
    result.centre = is_new ? time_of(row, v[4], us) : centre_of(result);
    return result;
}

double PulseqEvents::larmor() const { return proton_gamma / turn * field_; }

// Times of points from a shape in units of a raster.
std::vector<double> PulseqEvents::timed_points(const PulseqRow& row, double id, double raster,
                                               std::size_t count) const {
    std::vector<double> times = shape(row, id);
    if (times.size() != count) {
        fail(row.line, fmt::format("{} times of {} points", times.size(), count));
    }
    for (double& time : times) time = time_of(row, time, raster);
    if (!std::is_sorted(times.begin(), times.end())) fail(row.line, "times that fall");
    return times;
}

void PulseqEvents::add_even_steps(const PulseqRow& row, double amplitude,
                                  const std::vector<double>& shape_m,
                                  const std::vector<double>& shape_p, double raster,
                                  RfPulse& pulse) {
    count_samples(row.line, static_cast<double>(shape_m.size()));
    for (std::size_t i = 0; i < shape_m.size(); ++i) {
        const std::complex<double> value = sample_of(row, amplitude, shape_m[i], shape_p[i]);
        RfStep* const last = pulse.steps.empty() ? nullptr : &pulse.steps.back();
        if (last != nullptr && i > 0 && shape_m[i] == shape_m[i - 1] &&
            shape_p[i] == shape_p[i - 1]) {
            last->duration += raster;
            last->flip += turn * std::abs(value) * raster;
        } else {
            add_step(value, raster, pulse);
        }
    }
}

std::complex<double> PulseqEvents::sample_of(const PulseqRow& row, double amplitude,
                                             double magnitude, double phase) const {
    const double size = amplitude * magnitude;
    if (!(std::abs(size) <= 1e9) || !(std::abs(phase) <= 1e9)) {
        fail(row.line, "a pulse with an amplitude that cannot be", "at most 1e9 Hz");
    }
    return size * std::polar(1.0, turn * phase);
}

// Linear between points, by the value in the middle of steps of at most the raster.
void PulseqEvents::add_linear_steps(const PulseqRow& row, double amplitude,
                                    const std::vector<double>& shape_m,
                                    const std::vector<double>& shape_p,
                                    const std::vector<double>& times, RfPulse& pulse) {
    if (times.front() > 0.0) add_step(0.0, times.front(), pulse);
    for (std::size_t i = 1; i < times.size(); ++i) {
        const double duration = times[i] - times[i - 1];
        const bool is_even = shape_m[i] == shape_m[i - 1] && shape_p[i] == shape_p[i - 1];
        const double parts = is_even ? 1.0 : std::max(1.0, std::ceil(duration / rf_raster_));
        count_samples(row.line, parts);
        const std::complex<double> a = sample_of(row, amplitude, shape_m[i - 1], shape_p[i - 1]);
        const std::complex<double> b = sample_of(row, amplitude, shape_m[i], shape_p[i]);
        for (index_t part = 0; part < static_cast<index_t>(parts); ++part) {
            add_step(a + (b - a) * ((static_cast<double>(part) + 0.5) / parts), duration / parts,
                     pulse);
        }
    }
}

Gradient PulseqEvents::trapezoid_of(const PulseqRow& row) const {
    need_columns(row, 5, "TRAP");
    const std::vector<double>& v = row.numbers;
    return trapezoid(v[0] * tesla_per_hertz, time_of(row, v[1], us), time_of(row, v[2], us),
                     time_of(row, v[3], us), time_of(row, v[4], us));
}

// Columns: 1.5 amplitude first last shape time delay; 1.4 amplitude shape time delay; before
// amplitude shape delay.
Gradient PulseqEvents::gradient(const PulseqRow& row) {
    const bool has_ends = text_.version >= pulseq_1_5;
    const bool is_timed = text_.version >= pulseq_1_4;
    need_columns(row, has_ends ? 6 : is_timed ? 4 : 3, "GRADIENTS");
    const std::vector<double>& v = row.numbers;
    const double amplitude = v[0] * tesla_per_hertz;
    Gradient result;
    result.delay = time_of(row, v.back(), us);
    const double time_id = is_timed ? v[v.size() - 2] : 0.0;
    const std::vector<double>& samples = shape(row, has_ends ? v[3] : v[1]);
    count_samples(row.line, static_cast<double>(samples.size()));
    if (time_id > 0.0) {
        result.time = timed_points(row, time_id, gradient_raster_, samples.size());
        for (const double s : samples) result.amplitude.push_back(amplitude * s);
    } else {
        add_raster_points(row, samples, time_id < 0.0 ? 0.5 : 1.0, 0.5, result);
    }
    for (const double value : result.amplitude) {
        if (!(std::abs(value) <= largest_value)) fail(row.line, "a gradient out of range");
    }
    return result;
}

// Samples at the middles of the raster (lead 1/2 of `step`), or twice as dense from half a raster
// on; the edges are given or follow linearly. In units of the raster.
void PulseqEvents::add_raster_points(const PulseqRow& row, const std::vector<double>& samples,
                                     double step, double lead, Gradient& gradient) const {
    const std::vector<double>& v = row.numbers;
    const bool has_ends = text_.version >= pulseq_1_5;
    const double amplitude = v[0] * tesla_per_hertz;
    const std::size_t last = samples.size() - 1;
    const double a = samples[0];
    const double b = samples[last];
    const double before = last > 0 ? 1.5 * a - 0.5 * samples[1] : a;
    const double after = last > 0 ? 1.5 * b - 0.5 * samples[last - 1] : b;
    const double first = has_ends ? v[1] * tesla_per_hertz : amplitude * before;
    const double end = has_ends ? v[2] * tesla_per_hertz : amplitude * after;
    gradient.time.push_back(0.0);
    gradient.amplitude.push_back(first);
    for (std::size_t i = 0; i <= last; ++i) {
        gradient.time.push_back((lead + static_cast<double>(i) * step) * gradient_raster_);
        gradient.amplitude.push_back(amplitude * samples[i]);
    }
    gradient.time.push_back((2.0 * lead + static_cast<double>(last) * step) * gradient_raster_);
    gradient.amplitude.push_back(end);
}

Adc PulseqEvents::adc(const PulseqRow& row) const {
    const bool is_new = text_.version >= pulseq_1_5;
    need_columns(row, is_new ? 8 : 5, "ADC");
    const std::vector<double>& v = row.numbers;
    Adc result;
    if (!(v[0] >= 1.0) || v[0] > static_cast<double>(limits_.shape_samples) ||
        v[0] != std::floor(v[0])) {
        fail(row.line, "a receiver with a number of samples that cannot be");
    }
    result.samples = static_cast<index_t>(v[0]);
    result.dwell = time_of(row, v[1], 1e-9);
    if (!(result.dwell > 0.0)) fail(row.line, "a receiver with no dwell time");
    result.delay = time_of(row, v[2], us);
    result.frequency = is_new ? v[5] : v[3];
    result.phase = is_new ? v[6] : v[4];
    if (is_new && (v[3] != 0.0 || v[4] != 0.0)) {
        result.frequency += v[3] * 1e-6 * larmor();
        result.phase += v[4] * 1e-6 * larmor();
    }
    if (is_new && v[7] > 0.0) {
        result.sample_phase = shape(row, v[7]);
        if (static_cast<index_t>(result.sample_phase.size()) != result.samples) {
            fail(row.line, "a receiver whose phases are not one per sample");
        }
        for (double& phase : result.sample_phase) phase *= turn;
    }
    return result;
}

}  // namespace caravel::imaging::mri
