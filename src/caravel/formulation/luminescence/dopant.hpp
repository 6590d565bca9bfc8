// Luminescent ions in a host crystal.
#pragma once

#include "caravel/input/visitor.hpp"

#include <string>

namespace caravel::formulation::luminescence {

/// A lanthanide that replaces host cations of one layer.
struct Dopant {
    std::string ion;         // "Yb", "Er", "Tm" ...
    double fraction = 0.0;   // of the cation sites
    std::int64_t layer = 1;  // counting from 1 at the centre
};

void describe(input::Visitor& v, Dopant& dopant);

}  // namespace caravel::formulation::luminescence
