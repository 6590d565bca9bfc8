// Vessels of a tumour in space that change while it is treated: new ones where oxygen is short,
// fewer and tighter ones while VEGF is blocked.
#pragma once

#include "caravel/input/visitor.hpp"
#include "caravel/tissue/vessels/angiogenesis.hpp"

#include <optional>
#include <string>
#include <vector>

namespace caravel::tissue {

/// A time in which VEGF is blocked.
struct BlockadeInput {
    double at = 0.0;        // s
    double duration = 0.0;  // s
    double effect = 1.0;    // 0 to 1
    Location where{};
};

struct VesselChangeInput {
    AngiogenesisParameters growth{};
    NormalisationParameters normalisation{};
    std::vector<BlockadeInput> blockades{};
    std::string agent{};         // a drug that blocks VEGF from plasma
    std::optional<double> half;  // kg/m3, its free plasma concentration at half of the effect
    Location where{};
};
void describe(input::Visitor& v, BlockadeInput& blockade);
void describe(input::Visitor& v, VesselChangeInput& change);

/// Largest effect (0 to 1) of the blockades at time t (s); they hold from `at` up to, not with,
/// `at + duration`.
double blockade(const VesselChangeInput& change, double t);

}  // namespace caravel::tissue
