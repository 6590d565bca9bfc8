// A material that a formulation brings along instead of naming a shipped one.
#pragma once

#include "caravel/input/visitor.hpp"

#include <optional>
#include <string>

namespace caravel::formulation {

/// A material given inline: what is not stated is taken from the shipped tables when they know the
/// name.
struct MaterialDefinition {
    std::string name;
    std::optional<double> density;     // kg/m3
    std::optional<double> molar_mass;  // kg/mol
    std::optional<double> n;           // real part of the refractive index
    double k = 0.0;                    // imaginary part; positive absorbs
    std::string table;  // CSV file lambda_um,n,k, or the name of a shipped optical table
    std::string source;
};

void describe(input::Visitor& v, MaterialDefinition& material);

}  // namespace caravel::formulation
