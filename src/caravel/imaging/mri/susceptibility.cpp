#include "caravel/imaging/mri/susceptibility.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/base/expects.hpp"
#include "caravel/imaging/octant_convolution.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

/// Potential of a corner: differences of it over a box's corners are the field of the box.
double corner(const Vector3& at, std::size_t axis) {
    const double along = at[axis];
    const double across = at[(axis + 1) % 3] * at[(axis + 2) % 3];
    return std::atan(across / (along * std::sqrt(at[0] * at[0] + at[1] * at[1] + at[2] * at[2])));
}

/// corner() at half-integer displacements 1/2, 3/2 ... of a plane of equal k.
std::vector<double> corner_plane(const Grid& grid, std::size_t axis, index_t k) {
    std::vector<double> plane;
    plane.reserve(static_cast<std::size_t>(grid.nx * grid.ny));
    const auto place = [&](index_t n, std::size_t a) {
        return (static_cast<double>(n) + 0.5) * grid.spacing[a];
    };
    for (index_t j = 0; j < grid.ny; ++j) {
        for (index_t i = 0; i < grid.nx; ++i)
            plane.push_back(corner({place(i, 0), place(j, 1), place(k, 2)}, axis));
    }
    return plane;
}

/// Sum with signs over the four corners of one face; corner() is odd in every direction.
double face_sum(const std::vector<double>& plane, index_t nx, index_t i, index_t j) {
    const auto value = [&](index_t p, index_t q) {
        const double sign = (p < 0) == (q < 0) ? 1.0 : -1.0;
        const index_t at = (p < 0 ? 0 : p) + nx * (q < 0 ? 0 : q);
        return sign * plane[static_cast<std::size_t>(at)];
    };
    return (value(i, j) - value(i - 1, j)) - (value(i, j - 1) - value(i - 1, j - 1));
}

/// Shift per magnetisation over mu0: the box's field along `axis`, and a third within.
OctantKernel box_kernel(exec::ThreadTeam& team, const Grid& grid, std::size_t axis) {
    OctantKernel kernel = empty_kernel(grid);
    team.run(grid.nz, [&](index_t k) {
        const std::vector<double> far = corner_plane(grid, axis, k);
        const std::vector<double> near =
            corner_plane(grid, axis, std::max<index_t>(k - 1, 0));  // of -1/2: minus that of 1/2
        const double sign = k == 0 ? -1.0 : 1.0;
        for (index_t j = 0; j < grid.ny; ++j) {
            for (index_t i = 0; i < grid.nx; ++i) {
                const double sum =
                    face_sum(far, grid.nx, i, j) - sign * face_sum(near, grid.nx, i, j);
                kernel.values[static_cast<std::size_t>(kernel.index(i, j, k))] =
                    -sum / (4.0 * std::numbers::pi);
            }
        }
    });
    kernel.values[0] += 1.0 / 3.0;
    return kernel;
}

}  // namespace

std::vector<double> susceptibility_shift(exec::ThreadTeam& team, const Grid& grid,
                                         std::span<const double> magnetisation, int field_axis) {
    CARAVEL_EXPECTS(field_axis >= 0 && field_axis < 3);
    if (!std::all_of(magnetisation.begin(), magnetisation.end(),
                     [](double m) { return std::isfinite(m); }))
        throw InputError(
            Diagnostic{{}, "the magnetisation of a voxel is not finite", "a number in A/m", ""});
    OctantKernel kernel = box_kernel(team, grid, static_cast<std::size_t>(field_axis));
    transform_kernel(team, kernel);
    return convolve(team, grid, kernel, magnetisation, vacuum_permeability);
}

}  // namespace caravel::imaging
