// An even set of rays for a light source.
#pragma once

#include "caravel/stimulus/light/light_source.hpp"

#include <vector>

namespace caravel::stimulus {

struct LightRay {
    Vector3 position{};   // m
    Vector3 direction{};  // of length 1
    double weight = 0.0;  // share of the launched energy
    bool isotropic = false;
};

/// Rays whose weights add up to 1, in an order that fills the source evenly (additive recurrences
/// of the generalised golden ratio). A point or a line gives points that are `isotropic`, with a
/// direction each for where they lie outside of the body. `index`: refractive index that a fibre's
/// numerical aperture is divided by. Throws InputError for a source that lacks what its kind needs.
std::vector<LightRay> light_rays(const LightSourceInput& source, double index);

}  // namespace caravel::stimulus
