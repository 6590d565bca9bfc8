#include "caravel/response/damage/freezing_injury.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/response/damage/thermal_ramp.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <fmt/format.h>

namespace caravel::response {
namespace {

constexpr double log_hundred = 2.0 * std::numbers::ln10;
constexpr double lowest_temperature = 0.0;  // K

double depth_of(const FreezingConstants& c, double temperature) {
    return std::max(0.0, c.freezing_point - temperature) /
           (c.freezing_point - c.lethal_temperature);
}

/// Mean of x^4 while x goes linearly from a to b.
double mean_fourth_power(double a, double b) {
    const double aa = a * a;
    const double bb = b * b;
    return (aa * aa + aa * (a * b) + aa * bb + bb * (a * b) + bb * bb) / 5.0;
}

/// Time-share times the mean of 4y(1 - y), y going from 0 to 1 over a range: most harmful within.
double mean_within(double start, double end, double low, double high) {
    const RampPart part = part_of_ramp(start, end, low, high);
    const auto worth = [&](double t) {
        const double y = (t - low) / (high - low);
        return 4.0 * y * (1.0 - y);
    };
    return part.share *
           (worth(part.start) + 4.0 * worth(0.5 * (part.start + part.end)) + worth(part.end)) / 6.0;
}

/// Way through the range of ice in cells, 0 at its start and 1 at its end.
double way_of_ice(const FreezingConstants& c, double temperature) {
    return std::clamp((c.ice_start - temperature) / (c.ice_start - c.ice_end), 0.0, 1.0);
}

double hazard_of_cooling(const FreezingConstants& c, const FreezingState& state, double start,
                         double end, double duration, double sites) {
    const double reached = std::min(state.lowest, end);
    const double cold = cold_hazard(c, reached) - cold_hazard(c, state.lowest);
    const double way = way_of_ice(c, reached) - way_of_ice(c, state.lowest);
    const double rate = std::max(0.0, start - end) / duration;
    return cold + c.ice_hazard * way * ice_within_cells(c, rate, sites);
}

double hazard_of_time(const FreezingConstants& c, double start, double end, double duration) {
    const RampPart frozen = part_of_ramp(start, end, lowest_temperature, c.freezing_point);
    const double hold = log_hundred * frozen.share *
                        mean_fourth_power(depth_of(c, frozen.start), depth_of(c, frozen.end)) /
                        c.hold_time;
    const double solutes =
        mean_within(start, end, c.solute_temperature, c.freezing_point) / c.solute_time;
    const double crystals =
        end > start ? mean_within(start, end, c.rewarming_start, c.rewarming_end) / c.rewarming_time
                    : 0.0;
    return duration * (hold + solutes + crystals);
}

void require_order(bool holds, const char* what) {
    if (!holds)
        throw InputError(Diagnostic{{}, "the constants of freezing make no sense", what, ""});
}

void check(const FreezingConstants& c) {
    if (!(c.lethal_temperature > 0.0 && c.lethal_temperature < c.freezing_point))
        throw InputError(Diagnostic{{},
                                    fmt::format("lethal_temperature = {} Cel",
                                                format_number(c.lethal_temperature - 273.15, 6)),
                                    fmt::format("below the freezing point of tissue, {} Cel",
                                                format_number(c.freezing_point - 273.15, 4)),
                                    "cells of tumours die for certain at -40 Cel to -50 Cel"});
    require_order(c.vessel_temperature < c.freezing_point, "vessel_temperature below freezing");
    require_order(c.ice_end < c.ice_start && c.ice_start <= c.freezing_point,
                  "ice_start above ice_end");
    require_order(c.solute_temperature < c.freezing_point, "solute_temperature below freezing");
    require_order(c.rewarming_start < c.rewarming_end && c.rewarming_end <= c.freezing_point,
                  "rewarming_start below rewarming_end");
    require_order(c.hold_time > 0.0 && c.solute_time > 0.0 && c.rewarming_time > 0.0 &&
                      c.critical_cooling > 0.0,
                  "positive times and critical rate of cooling");
    require_order(c.ice_hazard >= 0.0 && c.repetition_gain >= 0.0 && c.counted_repetitions >= 0.0,
                  "hazards and gains not below 0");
}

}  // namespace

FreezingState unfrozen(const FreezingConstants& c) {
    FreezingState state;
    state.lowest = c.freezing_point;
    state.coldest = c.freezing_point;
    return state;
}

double cold_hazard(const FreezingConstants& c, double temperature) {
    const double depth = depth_of(c, temperature);
    return log_hundred * (depth * depth) * (depth * depth);
}

double ice_within_cells(const FreezingConstants& c, double cooling_rate, double sites) {
    if (!(sites >= 0.0))
        throw InputError(Diagnostic{
            {}, fmt::format("{} sites of ice per cell", sites), "a number not below 0", ""});
    const double ratio = std::max(0.0, cooling_rate) / c.critical_cooling;
    const double odds = (1.0 + sites) * (ratio * ratio);
    return odds / (1.0 + odds);
}

FreezingState freezing_after(const FreezingConstants& c, const FreezingState& state, double start,
                             double end, double duration, double sites) {
    if (!(duration > 0.0)) return state;
    FreezingState next = state;
    const double gain = 1.0 + c.repetition_gain * std::min(state.cycles, c.counted_repetitions);
    next.hazard += gain * (hazard_of_cooling(c, state, start, end, duration, sites) +
                           hazard_of_time(c, start, end, duration));
    next.lowest = std::min(state.lowest, end);
    next.coldest = std::min(state.coldest, end);
    const double way = std::abs(way_of_ice(c, start) - way_of_ice(c, end));
    if (end < start && way > 0.0) next.cooling = std::max(state.cooling, (start - end) / duration);
    next.time +=
        duration * part_of_ramp(start, end, lowest_temperature, c.lethal_temperature).share;
    if (end >= c.freezing_point && next.lowest < c.freezing_point) {
        next.cycles += 1.0;
        next.lowest = c.freezing_point;
    }
    return next;
}

double vessels_open(const FreezingConstants& c, double coldest) {
    const double depth =
        std::max(0.0, c.freezing_point - coldest) / (c.freezing_point - c.vessel_temperature);
    return std::exp(-log_hundred * (depth * depth) * (depth * depth));
}

FreezingConstants find_freezing(matter::Library& library, std::string_view cells,
                                std::optional<double> lethal_temperature) {
    const auto value = [&](const char* property) {
        return library.value("thermal_damage", "freezing", property);
    };
    FreezingConstants c;
    c.freezing_point = value("freezing_point");
    if (!lethal_temperature)
        lethal_temperature =
            library.find("thermal_damage", "freezing", "lethal_temperature", cells);
    c.lethal_temperature = lethal_temperature ? *lethal_temperature : value("lethal_temperature");
    c.vessel_temperature = value("vessel_temperature");
    c.hold_time = value("hold_time");
    c.critical_cooling = value("critical_cooling_rate");
    c.ice_hazard = value("ice_hazard");
    c.ice_start = value("ice_start");
    c.ice_end = value("ice_end");
    c.solute_temperature = value("solute_temperature");
    c.solute_time = value("solute_time");
    c.rewarming_start = value("rewarming_start");
    c.rewarming_end = value("rewarming_end");
    c.rewarming_time = value("rewarming_time");
    c.repetition_gain = value("repetition_gain");
    c.counted_repetitions = value("counted_repetitions");
    check(c);
    return c;
}

}  // namespace caravel::response
