// How vessels are spread over a tumour, as a factor with mean 1.
#pragma once

#include "caravel/tissue/vessels/vascular_map.hpp"

#include <vector>

namespace caravel::tissue {

/// Depth (m) of the middle of every voxel below the tumour's surface, 0 outside of it; to half a
/// voxel. The end of the grid is no surface. Infinity when nothing but tumour is there.
std::vector<double> tumour_depth(const Domain& domain);

/// Density relative to its mean over the tumour (weights: tumour_share) in every voxel that has
/// tumour, 0 elsewhere; for uniform, rim, core and hot_spots. The same seed and grid give the same
/// spots. Throws InputError for a rim without surface or without core.
std::vector<double> pattern_factor(const Domain& domain, const VesselPatternInput& pattern);

/// Scales values of voxels so that their mean over the tumour is 1. Throws InputError when they
/// have no positive sum.
void normalise(const Domain& domain, std::vector<double>& values, const Location& where);

}  // namespace caravel::tissue
