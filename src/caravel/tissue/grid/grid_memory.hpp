// Memory that a tumour in space takes, before it is taken.
#pragma once

#include "caravel/tissue/grid/grid_plan.hpp"

namespace caravel::tissue {

/// Bytes at the peak of a run with this number of voxels: the fields at both ends of a window and
/// on their way into a checkpoint, coefficients of the local kinetics, transport of every solute,
/// oxygen, fluid and motion. The local model, its exchanges and solutes must be known; the voxels
/// need not be.
double grid_memory(const GridPlan& plan, double voxels);

/// Throws ResourceError with the estimate when this machine has less memory than that.
void check_grid_memory(const GridPlan& plan, const DomainSize& size);

}  // namespace caravel::tissue
