// Point spread of a scanner, and grids of another resolution.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/exec/threads.hpp"

#include <span>
#include <string>
#include <vector>

namespace caravel::imaging {

/// Full width at half maximum of a normal distribution of standard deviation 1.
inline constexpr double fwhm_per_sigma = 2.3548200450309493;

/// Convolves a field with a normal point spread of full widths at half maximum `fwhm` (m, per axis;
/// 0: none). The kernel is the exact share of the normal within each voxel, cut at 4.5 sigma and
/// scaled to 1; outside the grid lies the value of its border (`keep_border`) or nothing. Throws
/// InputError for a kernel of more than a million voxels.
void blur(exec::ThreadTeam& team, const Grid& grid, const Vector3& fwhm, std::span<double> values,
          bool keep_border = false);

/// Mean of a field over the voxels of another grid: exact overlap of the boxes; parts outside count
/// as `outside`.
std::vector<double> resample(exec::ThreadTeam& team, const Grid& from,
                             std::span<const double> values, const Grid& to, double outside = 0.0);

/// Values that one image, or the projections it is made from, may hold.
inline constexpr double most_image_values = 2e8;

/// Throws InputError when `values` are more than that: "4e+12 `what` would be made".
void check_image_size(double values, const std::string& what, const std::string& hint);

/// The grid of voxels of `spacing` (m) that covers `grid` from the same middle. Throws InputError
/// for more than most_image_values of them.
Grid covering_grid(const Grid& grid, const Vector3& spacing);

}  // namespace caravel::imaging
