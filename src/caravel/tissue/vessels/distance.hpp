// Distance from every voxel to the nearest one of a set.
#pragma once

#include "caravel/base/grid.hpp"

#include <cstdint>
#include <vector>

namespace caravel::tissue {

/// Distance (m) from the middle of every voxel to that of the nearest marked one, anisotropic
/// spacing included; infinity when none is marked. Exact to rounding: lower envelopes of parabolas,
/// axis by axis. Source: P. Felzenszwalb, D. Huttenlocher, Theory of Computing 8 (2012) 415.
std::vector<double> distance_to(const Grid& grid, const std::vector<std::uint8_t>& marked);

}  // namespace caravel::tissue
