// Power that follows a thermometer: on-off and PID control.
#pragma once

#include "caravel/exec/random.hpp"
#include "caravel/input/visitor.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace caravel::stimulus {

/// [[protocol.control]]
struct ControlInput {
    std::string of{};                   // name of the light, coil, microwave or probe it steers
    std::string kind = "on_off";        // on_off, pid
    double target = 0.0;                // K
    double hysteresis = 1.0;            // K, half width (on_off)
    double gain = 0.1;                  // 1/K
    double integral_time = 60.0;        // s
    double derivative_time = 0.0;       // s
    double interval = 5.0;              // s between readings
    std::string thermometer = "probe";  // probe (at `position`), hottest, mr (voxels about it)
    std::vector<double> position{0.0, 0.0, 0.0};  // m
    double noise = 0.0;                           // K, standard deviation of a reading
    double cutoff = 0.0;                          // K, no power above this reading; 0: none
    bool cooling = false;  // it steers what takes heat away: everything is mirrored at the target
    Location where{};
};
void describe(input::Visitor& v, ControlInput& control);

/// What a controller remembers; part of a treatment's state.
struct ControlMemory {
    double integral = 0.0;
    double last = 0.0;
    double power = 1.0;  // share of full power, 0 to 1
    double next = 0.0;   // s, of the next reading
    double readings = 0.0;
};

/// Takes a reading (K) at a time (s), sets the power and the time of the next reading.
///
/// on_off: full power at target - hysteresis and below, none at target + hysteresis and above, as
/// before in between. pid: gain (e + integral e dt / integral_time - derivative_time dT/dt), e =
/// target - reading, within 0 to 1; the integral stays within 0 to 1 and brings the power to
/// an end, not beyond (anti-windup). The time since the last reading counts, not the interval.
/// Beyond the cutoff the power is 0 and the integral stands still. The first reading moves neither
/// integral nor slope.
void control(const ControlInput& control, double reading, double time, ControlMemory& memory);

/// Reading (K) with noise: normal, keyed by seed, controller and number of the reading, so that it
/// depends on nothing else.
double noisy_reading(const ControlInput& control, double temperature, std::uint64_t seed,
                     std::uint32_t controller, const ControlMemory& memory);

}  // namespace caravel::stimulus
