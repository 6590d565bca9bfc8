// Projection of a volume that is turned before a camera, and its adjoint.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/exec/threads.hpp"
#include "caravel/imaging/nuclear/spect_camera.hpp"

#include <span>
#include <vector>

namespace caravel::imaging {

/// Projects planes parallel to the detector, far ones first: each step towards the detector
/// attenuates and widens what came so far, so that a plane at distance z ends with the variance of
/// the collimator at z. Turning is bilinear, widening by three-point kernels of exact variance.
class SpectProjector {
  public:
    /// `width` planes and columns of the grid's x spacing; `attenuation` (1/m) on the grid or
    /// empty.
    SpectProjector(const Grid& grid, index_t width, double radius_of_rotation,
                   const Collimator& collimator, std::span<const double> attenuation,
                   bool blurs = true);

    index_t width() const { return width_; }
    index_t view_size() const { return width_ * grid_.nz; }

    /// Sum over depth of volume times sensitivity times survival, blurred; rows
    /// (z) fastest: value of column c and row r at c * nz + r. Overwrites.
    void project(double angle, std::span<const float> volume, std::span<float> view) const;
    /// Adds the adjoint to the volume.
    void back_project(double angle, std::span<const float> view, std::span<float> volume) const;

  private:
    struct Corner;
    Corner corner(double angle, index_t column, index_t plane) const;
    void widen(std::vector<float>& view, double variance, std::vector<float>& work) const;
    void turn(double angle, index_t plane, std::span<const float> columns,
              std::vector<float>& out) const;

    Grid grid_;
    index_t width_;
    std::vector<float> stopped_;      // share lost across half a voxel, z fastest
    std::vector<double> variance_;    // voxels^2 from plane to the next nearer one
    double near_variance_ = 0.0;      // of the nearest plane
    std::vector<float> sensitivity_;  // of every plane
};

}  // namespace caravel::imaging
