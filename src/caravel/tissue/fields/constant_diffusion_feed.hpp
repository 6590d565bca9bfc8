// What faces and supply feed in one step where the axes' sweeps do not commute: by the modes of the
// three axes, which are known in closed form.
#pragma once

#include "caravel/tissue/fields/constant_diffusion_factors.hpp"

#include <array>
#include <vector>

namespace caravel::tissue {

/// Modes of one axis without its loss: cosines whose phases the faces set. Mode k in cell i stands
/// at vectors[k cells + i], of length 1, and decays with rates[k] (1/s).
struct AxisModes {
    std::vector<double> rates;
    std::vector<double> vectors;
};

AxisModes axis_modes(const AxisProblem& axis);

/// F (unit of u) per cell, x fastest, such that u -> R u + F keeps the steady state of diffusion,
/// loss, supply and faces, R being the product of the axes' steps. Costs cells * (nx + ny + nz)
/// multiplications.
std::vector<double> fed_in_step(const std::array<AxisProblem, 3>& axes, double dt,
                                TimeScheme scheme);

}  // namespace caravel::tissue
