// A point spread in the frequencies of a grid.
#pragma once

#include <vector>

namespace caravel::imaging {

/// What blur() does to a wave along one axis.
class BlurTransfer {
  public:
    /// Width (m, 0: none) and voxel edge (m). Throws as blur() does.
    BlurTransfer(double fwhm, double spacing);
    /// Factor (1) of a wave of this frequency (1/m) that does not meet the border.
    double operator()(double frequency) const;

  private:
    std::vector<double> half_{};
    double spacing_ = 1.0;
};

}  // namespace caravel::imaging
