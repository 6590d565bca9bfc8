// An order of rays in which neighbours touch the same voxels.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/imaging/tomography/joseph_path.hpp"

#include <cstdint>
#include <vector>

namespace caravel::imaging {

/// Whether a volume is so large that rays in any order would find little of it in the caches.
bool wants_order(const Grid& grid);

/// Numbers of the paths, those of one main axis together, along a curve that winds through where
/// they enter and leave the volume (G. M. Morton 1966); what misses comes last. Equal for any
/// number of threads.
std::vector<std::uint32_t> ray_order(exec::ThreadTeam& team, const Grid& grid,
                                     const std::vector<JosephPath>& paths);

}  // namespace caravel::imaging
