// A lamp or laser in a protocol.
#pragma once

#include "caravel/input/visitor.hpp"
#include "caravel/stimulus/light/light_source.hpp"

#include <optional>
#include <string>

namespace caravel::stimulus {

/// [[protocol.light]]
struct LightInput {
    std::string name = "light";
    double at = 0.0;                   // s
    double duration = 0.0;             // s
    double wavelength = 0.0;           // m, in vacuum
    std::optional<double> power;       // W
    std::optional<double> irradiance;  // W/m2 over the source's area
    std::optional<double> on_time;     // s, of pulses or fractions; none: continuous
    std::optional<double> off_time;    // s between them
    std::string on = "tumour";
    std::string method = "monte_carlo";  // monte_carlo, diffusion
    std::int64_t photons = 1'000'000;
    LightSourceInput source;
    Location where;
};
void describe(input::Visitor& v, LightInput& light);

/// Power (W) while the light is on; throws InputError when neither or both are given, or for an
/// irradiance without an area.
double light_power(const LightInput& light);

/// Share (0 to 1) of [start, end] (s) in which the light is on.
double light_duty(const LightInput& light, double start, double end);

/// Times (s, ascending) at which it goes on or off; with more than `most` of them only the first
/// and last (the light is then averaged).
std::vector<double> light_switches(const LightInput& light, std::size_t most = 200);

}  // namespace caravel::stimulus
