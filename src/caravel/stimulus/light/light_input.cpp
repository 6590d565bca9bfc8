#include "caravel/stimulus/light/light_input.hpp"

#include "caravel/base/unit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace caravel::stimulus {
namespace {

constexpr std::int64_t most_photons = 8'000'000'000;  // counts of 2^30 each in 63 bits

void check_power(input::Visitor& v, const LightInput& light) {
    if (light.power && light.irradiance)
        v.complain("irradiance", "a light has either a power or an irradiance, not both",
                   "one of them", "irradiance = power / area of the source");
    if (!light.power && !light.irradiance)
        v.complain("power", "a light needs its power or its irradiance", "power = \"1 W\"",
                   "irradiance = \"1 W/cm2\" for sources that have an area");
    if (light.irradiance && !light.power && !(beam_area(light.source) > 0.0))
        v.complain("irradiance",
                   fmt::format("a source of kind '{}' has no area, an irradiance says nothing",
                               light.source.kind),
                   "power = \"1 W\"",
                   "a disk, gaussian, fibre, planar or pattern source has an area");
}

void check_pulses(input::Visitor& v, const LightInput& light) {
    if (light.on_time.has_value() != light.off_time.has_value())
        v.complain(light.on_time ? "on_time" : "off_time",
                   fmt::format("{} is not given", light.on_time ? "off_time" : "on_time"),
                   "both on_time and off_time, or none of them",
                   "without them the light is continuous");
    if (light.on_time && *light.on_time > light.duration)
        v.complain("on_time", "a pulse is longer than the whole light", "on_time <= duration",
                   "leave out on_time and off_time for continuous light");
}

bool is_pulsed(const LightInput& light) {
    return light.on_time && light.off_time && *light.off_time > 0.0;
}

/// Time (s) of light from the start of the light until `since` after it.
double lit_until(const LightInput& light, double since) {
    const double elapsed = std::clamp(since, 0.0, light.duration);
    if (!is_pulsed(light)) return elapsed;
    const double period = *light.on_time + *light.off_time;
    const double whole = std::floor(elapsed / period);
    return whole * *light.on_time + std::min(elapsed - whole * period, *light.on_time);
}

}  // namespace

void describe(input::Visitor& v, LightInput& light) {
    using input::Presence;
    v.text({"name", "name of the light, for controls and reports"}, light.name);
    v.number({"at", "start", Presence::required}, light.at, input::non_negative("min"));
    v.number({"duration", "from the first to the last light, pauses included", Presence::required},
             light.duration, input::positive("min"));
    v.number({"wavelength", "in vacuum", Presence::required}, light.wavelength,
             {"nm", 200.0, 2500.0});
    v.number({"power", "while the light is on"}, light.power, input::positive("W"));
    v.number({"irradiance", "while the light is on, over the area of the source"}, light.irradiance,
             input::positive("W/cm2"));
    v.number({"on_time", "of one pulse or fraction; without it the light is continuous"},
             light.on_time, input::positive("s"));
    v.number({"off_time", "pause between pulses or fractions"}, light.off_time,
             input::positive("s"));
    v.text({"on", "tumour or phantom it is directed at"}, light.on);
    v.choice({"method", "how its way through the tissue is computed"}, light.method,
             {"monte_carlo", "diffusion"});
    v.integer({"photons", "of one run of monte_carlo"}, light.photons, 1, most_photons);
    v.record({"source", "where the light comes from"}, light.source);
    if (v.describes_types()) return;
    if (v.reads()) light.where = v.where();
    check_power(v, light);
    check_pulses(v, light);
}

double light_power(const LightInput& light) {
    if (light.power && light.irradiance)
        throw InputError(Diagnostic{
            light.where, fmt::format("light '{}' has both a power and an irradiance", light.name),
            "one of them", ""});
    if (light.power) return *light.power;
    if (!light.irradiance)
        throw InputError(Diagnostic{
            light.where,
            fmt::format("light '{}' has neither a power nor an irradiance", light.name),
            "power = \"1 W\"", "irradiance = \"1 W/cm2\" for sources that have an area"});
    const double area = beam_area(light.source);
    if (!(area > 0.0))
        throw InputError(Diagnostic{
            light.where,
            fmt::format("the irradiance of light '{}' says nothing: a source of kind '{}' has no "
                        "area",
                        light.name, light.source.kind),
            "power = \"1 W\"", "a disk, gaussian, fibre, planar or pattern source has an area"});
    return *light.irradiance * area;
}

double light_duty(const LightInput& light, double start, double end) {
    if (!(end > start)) return 0.0;
    const double lit = lit_until(light, end - light.at) - lit_until(light, start - light.at);
    return std::clamp(lit / (end - start), 0.0, 1.0);
}

std::vector<double> light_switches(const LightInput& light, std::size_t most) {
    const double end = light.at + light.duration;
    if (!is_pulsed(light)) return {light.at, end};
    const double period = *light.on_time + *light.off_time;
    if (2.0 * std::ceil(light.duration / period) > static_cast<double>(most))
        return {light.at, end};
    std::vector<double> times;
    for (int i = 0;; ++i) {
        const double on = light.at + i * period;
        if (on >= end) break;
        times.push_back(on);
        times.push_back(std::min(on + *light.on_time, end));
    }
    return times;
}

}  // namespace caravel::stimulus
