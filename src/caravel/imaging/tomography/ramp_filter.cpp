#include "caravel/imaging/tomography/ramp_filter.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/fft.hpp"
#include "caravel/imaging/tomography/scan_frame.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

namespace caravel::imaging {
namespace {

constexpr double pi = std::numbers::pi;

double square(double x) { return x * x; }

// Sample n of the ramp times the pitch.
double ramp_sample(index_t n, double pitch, bool arced) {
    if (n == 0) return 0.25 / pitch;
    if (n % 2 == 0) return 0.0;
    const double angle = static_cast<double>(n) * pitch;
    // Columns more than a right angle apart never meet in one object.
    if (arced && angle > 0.5 * pi) return 0.0;
    const double stretch = arced ? square(angle / std::sin(angle)) : 1.0;
    return -stretch / (square(pi * static_cast<double>(n)) * pitch);
}

std::string degrees(double angle) { return std::to_string(angle * 180.0 / pi) + " deg"; }

}  // namespace

double window_gain(RampWindow window, double share) {
    if (share > 1.0) return 0.0;
    const double x = 0.5 * pi * share;
    switch (window) {
    case RampWindow::none: return 1.0;
    case RampWindow::shepp_logan: return x > 0.0 ? std::sin(x) / x : 1.0;
    case RampWindow::cosine: return std::cos(x);
    case RampWindow::hamming: return 0.54 + 0.46 * std::cos(2.0 * x);
    case RampWindow::hann: break;
    }
    return 0.5 + 0.5 * std::cos(2.0 * x);
}

std::vector<double> ramp_spectrum(const RampFilter& filter, index_t length, double pitch,
                                  bool arced) {
    CARAVEL_EXPECTS(length >= 2 && pitch > 0.0);
    if (!(filter.cutoff > 0.0 && filter.cutoff <= 1.0)) {
        throw InputError(
            Diagnostic{{},
                       "the cut-off of the ramp filter is " + std::to_string(filter.cutoff),
                       "a share of the Nyquist frequency above 0, at most 1",
                       {}});
    }
    FftBlock block(length);
    for (index_t i = 0; i < length; ++i) {
        block.re()[i * fft_lanes] = ramp_sample(std::min(i, length - i), pitch, arced);
    }
    FftPlan(length).forward(block);
    std::vector<double> spectrum(static_cast<std::size_t>(length));
    for (index_t k = 0; k < length; ++k) {
        const double share = 2.0 * static_cast<double>(std::min(k, length - k)) /
                             (static_cast<double>(length) * filter.cutoff);
        spectrum[static_cast<std::size_t>(k)] = block.re()[k * fft_lanes] *
                                                window_gain(filter.window, share) /
                                                static_cast<double>(length);
    }
    return spectrum;
}

namespace {

/// Less than whole turns: what the weights of a short scan cannot make good.
void check_part_of_a_turn(const ScanGeometry& geometry, double turns) {
    if (geometry.source_offset != 0.0) {
        throw InputError(
            Diagnostic{{},
                       "a source beside the central ray sees an arc of " + degrees(geometry.arc),
                       "whole turns",
                       {}});
    }
    if (turns > 1.0) {
        throw InputError(Diagnostic{
            {},
            "an arc of " + degrees(geometry.arc) + " counts some directions once more than others",
            "up to a turn, or whole turns",
            {}});
    }
}

}  // namespace

ViewWeights::ViewWeights(const ScanGeometry& geometry) : geometry_(geometry) {
    step_ = geometry.arc / static_cast<double>(geometry.views);
    const double first = detector_column(geometry, 0.0);
    const double last = detector_column(geometry, static_cast<double>(geometry.columns - 1));
    const double turns = geometry.arc / (2.0 * pi);
    if (std::abs(turns - std::round(turns)) < 1e-9 * turns && turns > 0.5) {
        // Displaced: one side of the detector reaches more than a tenth farther than the other.
        const double low = std::min(-first, last);
        const double high = std::max(-first, last);
        if (geometry.source_offset == 0.0 && low > 0.0 && low < 0.9 * high) {
            kind_ = Kind::displaced;
            shared_ = low;
        }
        step_ *= 0.5 / std::round(turns);
        return;
    }
    check_part_of_a_turn(geometry, turns);
    kind_ = Kind::short_scan;
    margin_ = 0.5 * (geometry.arc - pi);
    const double fan = std::max(std::abs(fan_angle(first)), std::abs(fan_angle(last)));
    if (margin_ < fan - 1e-9) {
        throw InputError(
            Diagnostic{{},
                       "an arc of " + degrees(geometry.arc) + " does not see every line",
                       "at least half a turn and the fan: " + degrees(pi + 2.0 * fan),
                       {}});
    }
}

double ViewWeights::fan_angle(double u) const {
    if (geometry_.beam == BeamShape::parallel) return 0.0;
    const double share = u / geometry_.source_to_detector;
    return geometry_.arced ? share : std::atan(share);
}

double ViewWeights::column(index_t view, index_t column) const {
    const double u = detector_column(geometry_, static_cast<double>(column));
    if (kind_ == Kind::whole_turns) return step_;
    const double angle = fan_angle(u);
    if (kind_ == Kind::displaced) {
        // Wang 2002 (Med Phys 29:1634): both sides of a line sum to 2.
        const double first = detector_column(geometry_, 0.0);
        const double last = detector_column(geometry_, static_cast<double>(geometry_.columns - 1));
        const double side = last > -first ? 1.0 : -1.0;
        if (std::abs(u) >= shared_) return side * u > 0.0 ? 2.0 * step_ : 0.0;
        const double share =
            geometry_.beam == BeamShape::parallel ? u / shared_ : angle / fan_angle(shared_);
        return step_ * (1.0 + side * std::sin(0.5 * pi * share));
    }
    // Parker 1982 with the margin in the place of half the fan: this line is seen again half a turn
    // less twice its fan angle later.
    const double at = (static_cast<double>(view) + 0.5) * step_;
    const double rise = margin_ + angle;
    const double fall = margin_ - angle;
    if (at < 2.0 * rise) return step_ * square(std::sin(0.25 * pi * at / rise));
    if (at > pi + 2.0 * angle && fall > 0.0) {
        return step_ * square(std::sin(0.25 * pi * std::max(geometry_.arc - at, 0.0) / fall));
    }
    return step_;
}

double ViewWeights::obliquity(index_t column, index_t row) const {
    if (geometry_.beam == BeamShape::parallel) return 1.0;
    const double u = detector_column(geometry_, static_cast<double>(column));
    const double v = geometry_.rows > 1 ? detector_row(geometry_, static_cast<double>(row)) : 0.0;
    const double d = geometry_.source_to_detector;
    if (geometry_.arced) return std::cos(u / d) * d / std::hypot(d, v);
    // A ray's distance from a centre beside the central ray changes along the detector by this much
    // more than by the cosine (Gullberg et al. 1986, IEEE Trans Med Imaging 5:23).
    const double beside = 1.0 - geometry_.source_offset * u / (geometry_.source_to_centre * d);
    return beside * d / std::sqrt(d * d + u * u + v * v);
}

}  // namespace caravel::imaging
