// How the noise of neighbouring voxels hangs together.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/exec/threads.hpp"
#include "caravel/imaging/reading/region_map.hpp"

#include <array>
#include <span>
#include <vector>

namespace caravel::imaging {

/// Covariance of two voxels at a distance; only one of d and -d is kept, and none that cannot be
/// told from nought.
struct NoiseCovariance {
    struct Lag {
        std::array<index_t, 3> distance{};  // voxels
        double covariance = 0.0;
    };
    double variance = 0.0;
    std::vector<Lag> lags{};  // without distance 0
};

/// White noise of standard deviation `sigma`.
NoiseCovariance white_noise(double sigma);

/// White noise smoothed by a normal kernel of full widths `fwhm` (m) and scaled to standard
/// deviation `sigma`: sigma^2 exp(-d^2/(4 s^2)) along every axis.
NoiseCovariance smoothed_noise(const Grid& grid, double sigma, const Vector3& fwhm);

/// Measured in an even part of an image: products of deviations from the mean at distances up to 8
/// voxels (16 in one layer), over at most 10000 voxels; what is within three standard errors of
/// nought is left out. The same for any number of threads.
NoiseCovariance measured_noise(exec::ThreadTeam& team, const Grid& grid,
                               std::span<const double> values, const WeightedVoxels& even);

/// Variance of sum(weight * noise): w^T K w. Beyond 20000 voxels a regular share of them is summed
/// and scaled.
double template_variance(const Grid& grid, const NoiseCovariance& noise,
                         const WeightedVoxels& weights);

}  // namespace caravel::imaging
