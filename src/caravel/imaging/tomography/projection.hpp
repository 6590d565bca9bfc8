// Line integrals through a volume and their adjoint.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/imaging/tomography/geometry.hpp"

#include <span>

namespace caravel::imaging {

/// Integral of the volume along every ray (unit of the volume times m): Joseph 1982, linear between
/// the voxels' middles in every plane across the ray's main axis; nothing outside. Rays along voxel
/// edges are no exception. Steps: one per plane that a ray crosses.
void project_rays(exec::ThreadTeam& team, const Grid& grid, std::span<const float> volume,
                  std::span<const Ray> rays, std::span<float> integrals);

/// Adds to the volume what project_rays() would take from it: its exact adjoint. Same bits for any
/// number of threads.
void back_project_rays(exec::ThreadTeam& team, const Grid& grid, std::span<const Ray> rays,
                       std::span<const float> values, std::span<float> volume);

/// The same for all pixels of a scan, in the order of its projections; faster than single rays.
void project_scan(exec::ThreadTeam& team, const ScanGeometry& geometry, const Grid& grid,
                  std::span<const float> volume, std::span<float> projections);
void back_project_scan(exec::ThreadTeam& team, const ScanGeometry& geometry, const Grid& grid,
                       std::span<const float> projections, std::span<float> volume);

/// Memory that the two take beside their arguments (byte).
double projection_memory(const ScanGeometry& geometry, const Grid& grid);

}  // namespace caravel::imaging
