// Everything that a protocol lets act on tissue in space.
#pragma once

#include "caravel/stimulus/contact/applicator.hpp"
#include "caravel/stimulus/light/light_input.hpp"
#include "caravel/stimulus/magnetic/coil.hpp"
#include "caravel/stimulus/microwave/antenna.hpp"
#include "caravel/stimulus/power_control.hpp"

#include <vector>

namespace caravel::stimulus {

struct Stimuli {
    std::vector<LightInput> lights;
    std::vector<CoilInput> coils;
    std::vector<MicrowaveInput> microwaves;
    std::vector<ProbeInput> probes;
    std::vector<ControlInput> controls;

    bool empty() const {
        return lights.empty() && coils.empty() && microwaves.empty() && probes.empty();
    }
};
/// The lists of a protocol: light, magnetic_field, microwave, probe, control.
void describe_stimuli(input::Visitor& v, Stimuli& stimuli);

}  // namespace caravel::stimulus
