// Field shift by the magnetisation of tissue and particles.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/exec/threads.hpp"

#include <span>
#include <vector>

namespace caravel::imaging {

/// Shift (T) of the flux density along the main field (`field_axis` 0, 1 or 2) at the middle of
/// every voxel, as a nucleus in its Lorentz sphere sees it, for the magnetisation (A/m, along that
/// field) of every voxel: convolution with the dipole kernel 1/3 - kz^2/k^2 of free space, its
/// voxels exact (the demagnetising field of a uniform box), nothing outside of the grid, no images.
/// A uniform sphere has 0 inside, mu0 M/3 (a/r)^3 (3 cos^2 - 1) outside. The field of the shift
/// itself is left out: right to M/H, 1e-5 in tissue. Memory: 16 bytes times twice the number of
/// voxels; same bits for any number of threads. Throws std::logic_error for sizes that do not match
/// and InputError for a magnetisation that is not finite.
/// Source: Marques and Bowtell 2005, Concepts Magn Reson B 25:65 (k space); Aharoni 1998, J Appl
/// Phys 83:3432 (box).
std::vector<double> susceptibility_shift(exec::ThreadTeam& team, const Grid& grid,
                                         std::span<const double> magnetisation, int field_axis = 2);

}  // namespace caravel::imaging
