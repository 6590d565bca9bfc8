// How the layers of a particle stack up.
#pragma once

#include "caravel/formulation/formulation.hpp"

#include <string>
#include <vector>

namespace caravel::formulation {

/// Volume and extent of one layer.
struct LayerGeometry {
    double volume = 0.0;  // m3, pores included
    double growth = 0.0;  // m, of the shape up to and including this layer (sphere: its radius)
};

/// "layer 2 'SiO2'", counting from 1 at the centre.
std::string layer_label(const Formulation& formulation, std::size_t layer);

/// Stacks the layers on the shape. Throws InputError when a size is missing, not larger than the
/// one below, or given where the shape fixes it.
std::vector<LayerGeometry> stack_layers(const Formulation& formulation);

}  // namespace caravel::formulation
