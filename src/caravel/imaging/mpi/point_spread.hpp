// Point spread and noise of a reconstructed image in the middle of the field of view.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/imaging/mpi/mpi_settings.hpp"
#include "caravel/imaging/mpi/particle_response.hpp"
#include "caravel/imaging/mpi/receive_chain.hpp"
#include "caravel/imaging/octant_convolution.hpp"

#include <vector>

namespace caravel::imaging {

/// An image is signal(k) concentration(k) + noise(k) white(k), white of variance 1. Noise goes on
/// around the image: its kernel wraps at noise_grid(), on which the white noise is drawn.
struct PointSpread {
    OctantKernel signal{};     // 1
    OctantKernel noise{};      // kg/m3 of iron
    double image_noise = 0.0;  // kg/m3, standard deviation of a voxel
    double peak = 0.0;         // share of a voxel's iron that the image shows in that voxel
};

/// Point spread of the regularised inverse of the system matrix, taken as shift invariant with the
/// values of the middle: signal = a/(a + lambda), noise = sqrt(a)/(a + lambda), a(k) = voxel energy
/// of the received orders k reach times the squared spectrum of the alignment. `lambda`: of the
/// inverse, in units of the data's noise. `slowing`: speed of the field-free point over that in the
/// middle (sin of the drives' phases, a mean of the axes); where it is slower the path lies denser
/// and k reach slowing orders are reached. Single voxels along an axis are not resolved.
PointSpread system_point_spread(exec::ThreadTeam& team, const MpiSettings& mpi,
                                const ParticleResponse& response, const Grid& image,
                                const std::vector<ReceivedOrder>& orders, double lambda,
                                double slowing = 1.0);

/// The image's voxels and those up to the next even length that transforms quickly.
Grid noise_grid(const Grid& image);

/// Fourier transform of the alignment (T^dimensions) over `dimensions` of the three directions, the
/// others at 0: ParticleResponse::spectrum() integrated over the wave numbers across.
double sliced_spectrum(const ParticleResponse& response, double kappa, int dimensions);

}  // namespace caravel::imaging
