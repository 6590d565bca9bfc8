// Transfer and noise of a linear reconstruction, frequency by frequency.
#pragma once

#include "caravel/imaging/blur_transfer.hpp"
#include "caravel/imaging/nuclear/linear_reconstruction.hpp"
#include "caravel/imaging/nuclear/subset_cycle.hpp"

#include <array>

namespace caravel::imaging {

/// What does not depend on the information of a place: one per reconstruction.
struct SpectrumTables {
    explicit SpectrumTables(const LinearReconstruction& reconstruction);

    SubsetCycle cycle;
    std::array<BlurTransfer, 3> model;
    std::array<BlurTransfer, 3> post;
};

/// The spectrum around a place of `information` (1/m), see LinearReconstruction. Frequencies (1/m)
/// are 0 or more. It refers to both arguments.
class ReconstructionSpectrum {
  public:
    ReconstructionSpectrum(const LinearReconstruction& reconstruction, const SpectrumTables& tables,
                           double information);

    /// Factors of a frequency across the axis.
    struct Across {
        double information = 0.0;  // m, mean over the views of what the model passes, squared
        double cross = 0.0;        // m, of what the model and the scanner pass
        double post = 1.0;         // filter
        double place = 0.0;        // in the table of subsets
    };
    Across across(double kx, double ky) const;
    /// Factors of a frequency along the axis.
    struct Along {
        double model = 1.0;
        double scanner = 1.0;
        double post = 1.0;
    };
    Along along(double kz) const;

    struct Passed {
        /// Fourier transform of the image over that of the mean of the object over each voxel,
        /// without the flight of positrons.
        double signal = 0.0;
        /// sqrt of the noise spectrum times kappa^2 V h^2 / p (1/m).
        double noise = 0.0;
    };
    Passed at(const Across& across, const Along& along) const;
    /// Mean of noise()^2 over the frequencies of the grid: the variance of a voxel is this over
    /// kappa^2 V h^2 / p.
    double noise_integral() const;

  private:
    double coverage(double frequency) const;
    Across turned(double kx, double ky) const;
    Across straight(double kx, double ky) const;

    const LinearReconstruction& r_;
    const SpectrumTables& tables_;
    double information_;
    double chord_;  // m; 0: unknown
};

}  // namespace caravel::imaging
