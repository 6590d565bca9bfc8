// How far positrons fly before they annihilate, and what that does to an image.
#pragma once

#include "caravel/imaging/nuclear/nuclide.hpp"

#include <vector>

namespace caravel::imaging {

/// Energies (J) and their probability density (1/J).
struct PositronSpectrum {
    std::vector<double> energy{};
    std::vector<double> density{};
};

/// Spectrum of all branches of a nuclide at `points` energies in the middle of equal steps, of area
/// 1: p W (W0 - W)^2 F(Z, W) with the Fermi function of a point nucleus, without screening; unique
/// first-forbidden branches times p^2 + q^2. Mean energies within 0.1 % (light nuclei) to 2 %
/// (89Zr) of LNHB's tables.
PositronSpectrum positron_spectrum(const Emitter& nuclide, int points = 400);

/// Mean energy (J).
double mean_energy(const PositronSpectrum& spectrum);

/// Length (m) of the way of a positron of `energy` (J) in a medium of `density` (kg/m3),
/// water-like: 0.412 E^(1.265 - 0.0954 ln E) g/cm2 with E in MeV, 0.01 to 2.5 MeV within 5 % (L.
/// Katz and A. S. Penfold, Rev. Mod. Phys. 24:28, 1952); above linear.
double positron_path(double energy, double density = 1000.0);

/// Distribution of the places of annihilation around that of the decay: a mixture of isotropic
/// normals, one per group of energies (M. R. Palmer and G. L. Brownell, IEEE Trans. Med. Imaging
/// 11:373, 1992), whose mean distance is the length of the way.
struct RangeKernel {
    std::vector<double> weight{};  // sum 1
    std::vector<double> sigma{};   // m

    /// Mean distance (m): sigma sqrt(8/pi).
    double mean_range() const;
    /// Its Fourier transform at a spatial frequency (1/m).
    double transfer(double frequency) const;
};

/// `scale` multiplies all distances: 1 gives the mean ranges of Conti and Eriksson 2016 within
/// 10 %.
RangeKernel range_kernel(const Emitter& nuclide, double scale, double density = 1000.0,
                         int groups = 24);

}  // namespace caravel::imaging
