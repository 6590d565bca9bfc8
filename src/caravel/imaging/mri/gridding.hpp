// Images from raw data off the Cartesian grid, and raw data there from images.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/imaging/mri/kspace.hpp"
#include "caravel/imaging/mri/mri_settings.hpp"

#include <complex>
#include <vector>

namespace caravel::imaging {

/// Samples of a plane of k space. Frequencies in cycles per field of view.
struct Trajectory {
    std::vector<double> kx{};
    std::vector<double> ky{};
    std::vector<double> time{};     // s after the echo time
    std::vector<double> density{};  // area of k space that a sample stands for

    std::size_t size() const { return kx.size(); }
};

/// Archimedean spirals from the centre to half the matrix, one cycle between neighbouring arms.
Trajectory spiral_trajectory(const MriSettings& mri, index_t points);

/// Straight lines from the centre in even directions over the circle.
Trajectory radial_trajectory(const MriSettings& mri, index_t points);

/// The trajectory of "spiral" or "ute" with its density.
Trajectory plane_trajectory(const MriSettings& mri, const Grid& image);

/// Density of samples by fixed-point iteration: the kernel's convolution of the weights becomes
/// even. Source: J. G. Pipe, P. Menon, Magn Reson Med 41 (1999) 179.
std::vector<double> density_compensation(const Trajectory& trajectory, index_t points,
                                         int iterations = 30);

/// Kaiser-Bessel kernel of width 6 on a grid twice as fine (beta 13.9, P. J. Beatty et al., IEEE
/// Trans Med Imaging 24 (2005) 799): relative error of about 1e-5.
class Gridder {
  public:
    /// For images of nx * ny points over a field of view.
    Gridder(index_t nx, index_t ny);

    /// S(k) = 1 / (nx ny) sum of m(r) exp(+2 pi i k.r), r in fields of view from the middle.
    std::vector<std::complex<double>> forward(exec::ThreadTeam& team, const ComplexField& plane,
                                              const Trajectory& trajectory) const;
    /// sum of density S(k) exp(-2 pi i k.r): an even object of 1 comes back as 1.
    ComplexField adjoint(exec::ThreadTeam& team, const std::vector<std::complex<double>>& samples,
                         const Trajectory& trajectory) const;

  private:
    std::vector<double> apodisation(index_t points, index_t fine) const;

    index_t nx_;
    index_t ny_;
    index_t fine_x_;
    index_t fine_y_;
};

/// Noise of an image against that of a Cartesian one with as much sampling time and no filter.
double gridding_noise(const Trajectory& trajectory, const MriSettings& mri, const Grid& image);

}  // namespace caravel::imaging
