// Particles that light sees as concentric layers.
#pragma once

#include "caravel/formulation/cards/light_model.hpp"

#include <string>
#include <vector>

namespace caravel::formulation {

struct SphereLayer {
    double outer_radius = 0.0;  // m
    LightMatter matter;
};

/// Mie on the given layers from the inside out, over the size distribution of the formulation.
LightModel layered_model(const CardContext& context, std::vector<SphereLayer> layers,
                         std::string method);

/// A core whose satellites are smeared out over their shell.
LightModel touching_satellites_model(const CardContext& context);

/// Why such a particle has no surface field, and what would give one.
std::string touching_satellites_refusal(const CardContext& context);

}  // namespace caravel::formulation
