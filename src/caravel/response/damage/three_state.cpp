#include "caravel/response/damage/three_state.hpp"

#include "caravel/base/error.hpp"
#include "caravel/response/damage/thermal_ramp.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::response {
namespace {

constexpr double zero_celsius = 273.15;  // K
constexpr double largest_advance = 0.1;  // of rate times step
constexpr double smallest_share = 1e-140;
constexpr double most_steps = 1e5;

double unlimited_rate(const ThreeStateConstants& c, double temperature) {
    return c.forward * std::exp((temperature - zero_celsius) / c.scale);
}

/// Backward Euler of A -> V (rate a per A), V -> A (b per V), V -> dead (d per V) over h.
CellShares linear_step(const CellShares& y, double h, double a, double b, double d) {
    const double both = 1.0 + h * (a + b + d) + h * h * (a * d);
    return {((1.0 + h * (b + d)) * y.alive + h * b * y.vulnerable) / both,
            ((1.0 + h * a) * y.vulnerable + h * a * y.alive) / both};
}

CellShares patankar_step(const CellShares& y, double h, double first, double last, double back) {
    const double k0 = first * (1.0 - y.alive);
    CellShares stage = linear_step(y, h, k0, back, k0);
    const double k1 = last * (1.0 - stage.alive);
    stage.alive = std::max(stage.alive, smallest_share);
    stage.vulnerable = std::max(stage.vulnerable, smallest_share);
    const double a = 0.5 * (k0 * y.alive + k1 * stage.alive) / stage.alive;
    const double b = 0.5 * back * (y.vulnerable + stage.vulnerable) / stage.vulnerable;
    const double d = 0.5 * (k0 * y.vulnerable + k1 * stage.vulnerable) / stage.vulnerable;
    return linear_step(y, h, a, b, d);
}

CellShares recovered(const ThreeStateConstants& c, const CellShares& y, double duration) {
    const double rest = std::min(y.vulnerable, c.resting_share * (y.alive + y.vulnerable));
    const double left = std::max(y.vulnerable * std::exp(-c.backward * duration), rest);
    return {y.alive + (y.vulnerable - left), left};
}

CellShares heated(const ThreeStateConstants& c, CellShares y, const RampPart& part, double duration,
                  double relative_rate, int steps) {
    const double h = duration / steps;
    double first = relative_rate * unlimited_rate(c, part.start);
    for (int i = 0; i < steps; ++i) {
        const double place = static_cast<double>(i + 1) / steps;
        const double last =
            relative_rate * unlimited_rate(c, part.start + place * (part.end - part.start));
        y = patankar_step(y, h, first, last, c.backward);
        first = last;
    }
    return y;
}

/// What is below the range recovers: first when it warms up, last when it cools down.
CellShares advance(const ThreeStateConstants& c, CellShares y, double start, double end,
                   double duration, double relative_rate, bool refined) {
    const double share = share_from(start, end, c.lowest);
    const RampPart part{std::clamp(start, c.lowest, c.highest),
                        std::clamp(end, c.lowest, c.highest), share};
    const double cold = duration * (1.0 - share);
    if (cold > 0.0 && end >= start) y = recovered(c, y, cold);
    if (share > 0.0) {
        const double rate =
            relative_rate * unlimited_rate(c, std::max(part.start, part.end)) + c.backward;
        const double wanted = std::ceil(duration * share * rate / largest_advance);
        const int steps = refined ? static_cast<int>(std::clamp(wanted, 1.0, most_steps)) : 1;
        y = heated(c, y, part, duration * share, relative_rate, steps);
    }
    if (cold > 0.0 && end < start) y = recovered(c, y, cold);
    return y;
}

}  // namespace

double forward_rate(const ThreeStateConstants& c, double temperature) {
    if (temperature < c.lowest) return 0.0;
    return unlimited_rate(c, std::min(temperature, c.highest));
}

CellShares resting_cells(const ThreeStateConstants& c) {
    return {1.0 - c.resting_share, c.resting_share};
}

CellShares three_state_step(const ThreeStateConstants& c, const CellShares& cells, double start,
                            double end, double duration, double relative_rate) {
    return advance(c, cells, start, end, duration, relative_rate, false);
}

CellShares three_state_advance(const ThreeStateConstants& c, const CellShares& cells, double start,
                               double end, double duration, double relative_rate) {
    return advance(c, cells, start, end, duration, relative_rate, true);
}

ThreeStateConstants find_three_state(matter::Library& library) {
    const auto value = [&](const char* property) {
        return library.value("thermal_damage", "three_state", property);
    };
    const ThreeStateConstants c{value("forward_rate"),       value("backward_rate"),
                                value("rate_scale"),         value("resting_share"),
                                value("lowest_temperature"), value("highest_temperature")};
    if (!(c.forward > 0.0 && c.backward > 0.0 && c.scale > 0.0 && c.resting_share > 0.0 &&
          c.resting_share < 1.0 && c.lowest < c.highest))
        throw InputError(Diagnostic{{},
                                    "the constants of three-state cell death make no sense",
                                    "positive rates, a share at rest between 0 and 1, lowest below "
                                    "highest temperature",
                                    ""});
    return c;
}

}  // namespace caravel::response
