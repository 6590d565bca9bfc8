// What surrounds the particle while its properties are computed.
#pragma once

#include "caravel/input/visitor.hpp"

#include <optional>
#include <string>

namespace caravel::formulation {

/// The liquid around the particle. The defaults are blood plasma's salt and warmth in plain water.
struct Medium {
    std::string material = "water";          // gives the refractive index where none is stated
    std::optional<double> refractive_index;  // 1, real and constant
    double temperature = 310.15;             // K
    std::optional<double> viscosity;         // Pa s (default: water at that temperature)
    double ionic_strength = 154.0;           // mol/m3, of a 1:1 salt
    double ph = 7.4;
};

void describe(input::Visitor& v, Medium& medium);

}  // namespace caravel::formulation
