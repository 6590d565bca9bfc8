#include "caravel/stimulus/stimuli.hpp"

namespace caravel::stimulus {

void describe_stimuli(input::Visitor& v, Stimuli& s) {
    v.records({"light", "lamps and lasers"}, s.lights);
    v.records({"magnetic_field", "coils and magnets"}, s.coils);
    v.records({"microwave", "antennas and needles"}, s.microwaves);
    v.records({"probe", "heated and cold probes"}, s.probes);
    v.records({"control", "power that follows a thermometer"}, s.controls);
}

}  // namespace caravel::stimulus
