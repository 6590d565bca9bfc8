// Moment of an object as the field-free point moves through it.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/imaging/image.hpp"
#include "caravel/imaging/mpi/mpi_settings.hpp"
#include "caravel/imaging/mpi/particle_response.hpp"

#include <span>
#include <vector>

namespace caravel::imaging {

/// One component of the moment (A m2) on the places of the field-free point (m, from `middle`).
struct MomentField {
    Grid grid{};
    std::vector<double> values{};
    /// Cubic interpolation between voxel middles; at the border what lies there.
    double at(const Vector3& place) const;
};

/// Largest flux density (T) that a particle within the grids can see.
double largest_field(const MpiSettings& mpi, const Grid& object, const Grid& image);

/// Component `axis` of the moment of `iron` (kg/m3 on `object`): convolution of the iron with the
/// alignment in the gradient field, on voxels of at most a quarter of the point spread. Covers the
/// object and the path of the field-free point around `middle` (m), the stations of stepped axes
/// being those of the image.
MomentField moment_field(const ScanContext& context, const MpiSettings& mpi,
                         const ParticleResponse& response, const Grid& object,
                         std::span<const double> iron, const Grid& image, int axis);

}  // namespace caravel::imaging
