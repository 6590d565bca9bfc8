#include "caravel/response/treatment/treatment_plan.hpp"

#include <algorithm>

namespace caravel::response {

double automatic_step(const TreatmentPlan& plan) {
    constexpr double parts = 120.0;
    constexpr double shortest = 0.25;  // s
    constexpr double longest = 5.0;    // s
    double exposure = parts * longest;
    const auto look = [&](double duration) { exposure = std::min(exposure, duration); };
    for (const auto& light : plan.lights) {
        look(light.duration);
        // With more pulses than that the light is averaged.
        if (light.on_time && stimulus::light_switches(light).size() > 2) look(*light.on_time);
    }
    for (const auto& coil : plan.coils) look(coil.duration);
    for (const auto& microwave : plan.microwaves) look(microwave.duration);
    for (const auto& probe : plan.probes) look(probe.duration);
    return std::clamp(exposure / parts, shortest, longest);
}

}  // namespace caravel::response
