// Power that follows a thermometer: on-off and PID control.
#pragma once

#include "caravel/exec/random.hpp"
#include "caravel/input/visitor.hpp"

#include <string>
#include <vector>

namespace caravel::stimulus {

/// [[protocol.control]]
struct ControlInput {
    std::string of;                     // name of the light, coil, microwave or probe it steers
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
    Location where;
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

/// Takes a reading (K) at a time (s) and sets the power.
void control(const ControlInput& control, double reading, double time, ControlMemory& memory);

/// Reading with noise: normal, keyed by seed, controller and number of the reading.
double noisy_reading(const ControlInput& control, double temperature, std::uint64_t seed,
                     std::uint32_t controller, const ControlMemory& memory);

}  // namespace caravel::stimulus
