// Convolution of a field with a kernel that mirrors itself.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/exec/threads.hpp"

#include <array>
#include <span>
#include <vector>

namespace caravel::imaging {

/// A real kernel on displacements 0, 1, ... voxels of every axis, even along all axes but
/// `odd_axis` (-1: none); or its transform at frequencies 0, 1, ... of the padded axes (that of an
/// odd kernel without the factor i). A half of each axis says all.
struct OctantKernel {
    std::array<index_t, 3> length{};  // points of the padded grid
    std::array<index_t, 3> half{};    // length / 2 + 1
    std::vector<double> values{};
    int odd_axis = -1;
    index_t index(index_t i, index_t j, index_t k) const { return i + half[0] * (j + half[1] * k); }
};

/// A kernel of zeros for the grid, padded to twice its size so that nothing wraps around.
OctantKernel empty_kernel(const Grid& grid, int odd_axis = -1);

/// Transforms the kernel to frequencies, in place.
void transform_kernel(exec::ThreadTeam& team, OctantKernel& kernel);

/// Sum over all voxels b of kernel(a - b) values(b), times `scale`; nothing lies outside of the
/// grid. The kernel has been transformed. Same bits for any number of threads. Memory: 16 bytes
/// times twice the number of voxels.
std::vector<double> convolve(exec::ThreadTeam& team, const Grid& grid, const OctantKernel& kernel,
                             std::span<const double> values, double scale = 1.0);

}  // namespace caravel::imaging
