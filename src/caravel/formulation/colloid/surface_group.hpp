// Chargeable groups on the particle's surface.
#pragma once

#include "caravel/input/visitor.hpp"

#include <string>

namespace caravel::formulation::colloid {

/// Groups that take up or lose a proton, or carry a fixed charge.
struct SurfaceGroup {
    std::string kind = "acid";  // acid, base, positive, negative
    double density = 0.0;       // 1/m2 of the outer surface
    double pka = 0.0;           // of acids and bases
};

void describe(input::Visitor& v, SurfaceGroup& group);

}  // namespace caravel::formulation::colloid
