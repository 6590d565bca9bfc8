#include "caravel/formulation/luminescence/dopant.hpp"

namespace caravel::formulation::luminescence {

void describe(input::Visitor& v, Dopant& d) {
    v.text({"ion", "lanthanide", input::Presence::required}, d.ion);
    v.number({"fraction", "of the cation sites", input::Presence::required}, d.fraction,
             {"1", 0.0, 1.0, true});
    v.integer({"layer", "which layer, from the centre"}, d.layer, 1, 1000);
}

}  // namespace caravel::formulation::luminescence
