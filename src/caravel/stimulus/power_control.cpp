#include "caravel/stimulus/power_control.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::stimulus {
namespace {

constexpr std::uint32_t reading_purpose = 0x5448524D;  // "THRM", own stream of random numbers

/// A reading as a heater sees it: of something that cools, mirrored at the target.
double as_heater(const ControlInput& c, double reading) {
    return c.cooling ? 2.0 * c.target - reading : reading;
}

double on_off(const ControlInput& c, double reading, double power) {
    if (reading >= c.target + c.hysteresis) return 0.0;
    if (reading <= c.target - c.hysteresis) return 1.0;
    return power;
}

double pid(const ControlInput& c, double reading, double since, ControlMemory& m) {
    const double error = c.target - reading;
    const bool first = m.readings == 0.0;
    const double slope = first ? 0.0 : (reading - as_heater(c, m.last)) / since;
    const double fixed = c.gain * (error - c.derivative_time * slope);
    if (c.integral_time <= 0.0) return std::clamp(fixed, 0.0, 1.0);
    // The integral brings the power to its end and no further.
    const double more = first ? 0.0 : c.gain * error * since / c.integral_time;
    const double wanted = m.integral + more;
    m.integral = more > 0.0 ? std::max(m.integral, std::min(wanted, 1.0 - fixed))
                            : std::min(m.integral, std::max(wanted, -fixed));
    m.integral = std::clamp(m.integral, 0.0, 1.0);
    return std::clamp(fixed + m.integral, 0.0, 1.0);
}

bool cut_off(const ControlInput& c, double reading) {
    if (c.cutoff <= 0.0) return false;
    return c.cooling ? reading < c.cutoff : reading > c.cutoff;
}

}  // namespace

void control(const ControlInput& c, double reading, double time, ControlMemory& m) {
    double since = m.readings == 0.0 ? c.interval : time - (m.next - c.interval);
    if (!(since > 0.0)) since = c.interval;
    const double seen = as_heater(c, reading);
    // Beyond the cutoff nothing is learnt: the power is not the controller's then.
    if (cut_off(c, reading))
        m.power = 0.0;
    else
        m.power = c.kind == "pid" ? pid(c, seen, since, m) : on_off(c, seen, m.power);
    m.last = reading;
    m.next = time + c.interval;
    m.readings += 1.0;
}

double noisy_reading(const ControlInput& c, double temperature, std::uint64_t seed,
                     std::uint32_t controller, const ControlMemory& m) {
    if (!(c.noise > 0.0)) return temperature;
    const auto number = static_cast<std::uint64_t>(m.readings);
    exec::RandomStream stream(seed, reading_purpose,
                              (static_cast<std::uint64_t>(controller) << 32U) | number);
    return temperature + c.noise * exec::normal(stream);
}

void describe(input::Visitor& v, ControlInput& c) {
    c.where = v.where();
    v.text(
        {"of", "name of the light, coil, microwave or probe it steers", input::Presence::required},
        c.of);
    v.choice({"kind", "full power or none, or a share of it"}, c.kind, {"on_off", "pid"});
    v.number({"target", "temperature to hold", input::Presence::required}, c.target,
             {"Cel", -200.0, 150.0});
    v.number({"hysteresis", "on_off: off this far above the target, on this far below"},
             c.hysteresis, {"K", 0.0, 20.0});
    v.number({"gain", "pid: share of full power per kelvin"}, c.gain, {"1/K", 0.0, 100.0, true});
    v.number({"integral_time", "pid; 0: no integral part"}, c.integral_time, {"s", 0.0, 1e5});
    v.number({"derivative_time", "pid, of the reading"}, c.derivative_time, {"s", 0.0, 1e4});
    v.number({"interval", "between readings"}, c.interval, {"s", 1e-3, 3600.0});
    v.choice({"thermometer", "probe at a position, hottest place, or MR voxels around it"},
             c.thermometer, {"probe", "hottest", "mr"});
    v.numbers({"position", "of the probe (default: the middle of the tissue)"}, c.position,
              input::any_number("mm"));
    if (v.reads() && !v.has("position")) c.position.clear();
    v.number({"noise", "standard deviation of a reading"}, c.noise, {"K", 0.0, 10.0});
    v.flag(
        {"cooling", "what it steers takes heat away: power when the reading is above the target"},
        c.cooling);
    v.number({"cutoff", "no power beyond this reading; -273.15 Cel: none"}, c.cutoff,
             {"Cel", -273.15, 200.0});
    if (!v.reads()) return;
    if (c.of.empty())
        v.complain("of", "the controller steers nothing", "the name of a source of the protocol");
    if (c.position.size() != 3 && !c.position.empty())
        v.complain("position", "a position has three coordinates", "[x, y, z]");
    if (c.cutoff > 0.0 && as_heater(c, c.cutoff) <= c.target)
        v.complain("cutoff", "the power is cut off before the target is reached",
                   c.cooling ? "a temperature below the target" : "a temperature above the target");
}

}  // namespace caravel::stimulus
