// Two real volumes filtered at once by even transfer functions.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/exec/threads.hpp"

#include <array>
#include <functional>
#include <span>
#include <utility>

namespace caravel::imaging {

/// Transfer of the first and of the second volume at a frequency (1/m, all components 0 or more).
using TransferPair = std::function<std::pair<double, double>(const Vector3&)>;

/// Multiplies the Fourier transforms of two volumes (the second may be empty) by even functions;
/// outside of the grid lies nothing as far as `margin` (m), then they repeat.
void filter_pair(exec::ThreadTeam& team, const Grid& grid, double margin,
                 const TransferPair& transfer, std::span<double> first, std::span<double> second);

}  // namespace caravel::imaging
