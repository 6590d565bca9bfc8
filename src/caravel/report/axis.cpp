#include "caravel/report/axis.hpp"

#include "caravel/report/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace caravel::report {

namespace {

double nice_step(double span, int count, const std::vector<double>& steps) {
    const double rough = span / count;
    for (const double step : steps) {
        if (step >= rough * (1.0 - 1e-9)) return step;
    }
    const double decade = std::pow(10.0, std::floor(std::log10(rough)));
    for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
        if (factor * decade >= rough * (1.0 - 1e-9)) return factor * decade;
    }
    return 10.0 * decade;
}

std::string tick_label(double value, double step) {
    const double size = std::max(std::abs(value), step);
    if (size >= 1e6 || step < 1e-4) {
        const double digits = value == 0.0 ? 1.0 : std::log10(std::abs(value) / step) + 2.0;
        return readable_text(value, std::clamp(static_cast<int>(digits), 1, 6));
    }
    const double exponent = std::floor(std::log10(step) + 1e-9);
    int decimals = std::max(0, -static_cast<int>(exponent));
    if (std::abs(step * std::pow(10.0, decimals) - std::round(step * std::pow(10.0, decimals))) >
        1e-6) {
        ++decimals;
    }
    return fmt::format("{:.{}f}", value, decimals);
}

/// The number of form 1, 2 or 5 x 10^n next below (or above) `value`.
double round_to_125(double value, bool up) {
    const double decade = std::pow(10.0, std::floor(std::log10(value)));
    static constexpr std::array<double, 4> factors = {1.0, 2.0, 5.0, 10.0};
    double below = decade;
    for (const double factor : factors) {
        const double candidate = factor * decade;
        if (candidate <= value * (1.0 + 1e-9)) below = candidate;
        if (up && candidate >= value * (1.0 - 1e-9)) return candidate;
    }
    return below;
}

bool is_labelled(int digit, double decades) {
    if (digit == 1) return true;
    return decades <= 2.0 && (digit == 2 || digit == 5);
}

std::string decade_label(double value, int digit, int exponent) {
    if (exponent < -3 || exponent > 3) {
        const std::string ten = "10" + superscript(exponent);
        return digit == 1 ? ten : std::to_string(digit) + "×" + ten;
    }
    return readable_text(value, 1);
}

}  // namespace

double Axis::position(double value) const {
    if (!logarithmic) return (value - low) / (high - low);
    if (!(value > 0.0)) return std::numeric_limits<double>::quiet_NaN();
    return std::log(value / low) / std::log(high / low);
}

Axis linear_axis(double low, double high, int count, bool widen, const std::vector<double>& steps) {
    if (!(high > low)) {
        const double half = low == 0.0 ? 0.5 : 0.5 * std::abs(low);
        high = low + half;
        low = low - half;
    }
    const double step = nice_step(high - low, count, steps);
    Axis axis;
    axis.low = widen ? step * std::floor(low / step + 1e-9) : low;
    axis.high = widen ? step * std::ceil(high / step - 1e-9) : high;
    const auto first = std::ceil(axis.low / step - 1e-9);
    const auto last = std::floor(axis.high / step + 1e-9);
    for (double k = first; k <= last; k += 1.0) {
        // k may be -0, which must not be printed.
        const double value = k == 0.0 ? 0.0 : k * step;
        axis.ticks.push_back({value, tick_label(value, step)});
    }
    return axis;
}

Axis logarithmic_axis(double low, double high) {
    Axis axis;
    axis.logarithmic = true;
    axis.low = round_to_125(low, false);
    axis.high = round_to_125(high, true);
    if (axis.high <= axis.low) axis.high = 10.0 * axis.low;
    const double decades = std::log10(axis.high / axis.low);
    const int every = decades > 8.0 ? 2 : 1;
    const int first = static_cast<int>(std::floor(std::log10(axis.low) + 1e-9));
    const int last = static_cast<int>(std::ceil(std::log10(axis.high) - 1e-9));
    for (int exponent = first; exponent <= last; ++exponent) {
        for (int digit = 1; digit < 10; ++digit) {
            const double value = digit * std::pow(10.0, exponent);
            if (value < axis.low * (1.0 - 1e-9) || value > axis.high * (1.0 + 1e-9)) continue;
            if (digit > 1 && decades > 4.0) continue;
            const bool labelled = is_labelled(digit, decades) && (exponent - first) % every == 0;
            axis.ticks.push_back({value, labelled ? decade_label(value, digit, exponent) : ""});
        }
    }
    return axis;
}

TimeScale time_scale(double end) {
    if (end <= 120.0) return {1.0, "s", {}};
    if (end <= 7200.0) return {60.0, "min", {1, 2, 5, 10, 15, 20, 30}};
    if (end <= 240.0 * 3600.0) return {3600.0, "h", {0.5, 1, 2, 3, 4, 6, 12, 24, 48}};
    return {86400.0, "d", {1, 2, 3, 5, 7, 14, 28, 56}};
}

}  // namespace caravel::report
