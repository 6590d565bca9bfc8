// How sure a temperature is of the photons that it rests on.
#pragma once

#include "caravel/stimulus/light/batch_error.hpp"
#include "caravel/stimulus/light/photon_transport.hpp"
#include "caravel/tissue/heat/heat_medium.hpp"

#include <array>
#include <vector>

namespace caravel::response {

/// Heat (relative) that a place has at the end of an exposure from each joule that is left at a
/// distance: the time integral of the point source in endless tissue, erfc(r/sqrt(4at))/(4 pi a r),
/// and within the radius `ball` its mean over that ball. `diffusivity` in m2/s, `time` in s.
double heat_kernel(double distance, double ball, double diffusivity, double time);

/// Batches of photons as heat sees them: absorbed power in blocks of voxels, at most 64 along an
/// axis, spread by conduction over the exposure. Perfusion shortens the reach: the time is at most
/// that in which blood takes the heat away.
class LightNoise {
  public:
    LightNoise(const Grid& grid, const tissue::ThermalTissue& tissue, double exposure);

    void add(const stimulus::PhotonTally& batch);
    /// Relative standard error of the rise of temperature where it is largest; NaN with fewer than
    /// two batches or nothing absorbed.
    double rise_error() const;

  private:
    /// Kernel by the distance in blocks along every axis, as far as anything arrives.
    void spread();
    double reached(const std::vector<float>& blocks, std::size_t place) const;
    std::size_t warmest() const;

    Grid grid_;    // of the voxels
    Grid blocks_;  // of the blocks
    index_t edge_ = 1;
    double diffusivity_;
    double time_;
    std::array<index_t, 3> far_{};  // blocks along an axis that heat reaches, itself included
    std::vector<double> kernel_;
    std::vector<std::vector<float>> batches_;
};

}  // namespace caravel::response
