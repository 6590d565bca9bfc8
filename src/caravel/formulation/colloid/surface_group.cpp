#include "caravel/formulation/colloid/surface_group.hpp"

#include "caravel/formulation/extent.hpp"

namespace caravel::formulation::colloid {

void describe(input::Visitor& v, SurfaceGroup& g) {
    v.choice({"kind", "what the group does", input::Presence::required}, g.kind,
             {"acid", "base", "positive", "negative"});
    v.number({"density", "groups per outer surface", input::Presence::required}, g.density,
             areal_density());
    v.number({"pka", "of acids and bases"}, g.pka, {"1", -5.0, 20.0});
}

}  // namespace caravel::formulation::colloid
