// What is known of the magnetic part beyond its material.
#pragma once

#include "caravel/input/visitor.hpp"

#include <optional>

namespace caravel::formulation::magnetism {

/// Overrides of what follows from the layers and the table of magnetic materials.
struct MagneticCore {
    std::optional<double> diameter;                  // m, of one magnetic domain
    double size_spread = 0.0;                        // 1, sigma of the log-normal diameter
    std::optional<double> saturation_magnetisation;  // A/m
    std::optional<double> anisotropy;                // J/m3
};

void describe(input::Visitor& v, MagneticCore& core);

}  // namespace caravel::formulation::magnetism
