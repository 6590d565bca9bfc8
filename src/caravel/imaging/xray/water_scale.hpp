// From the signal behind an object to the thickness of water that would give the same.
#pragma once

#include "caravel/imaging/xray/polychromatic.hpp"

#include <cstddef>
#include <vector>

namespace caravel::imaging {

/// One channel of a model as a model of its own; `channel` = number of channels: their sum.
Polychromatic one_channel(const Polychromatic& model, std::size_t channel);

/// Depth p = -ln(signal / signal of air) as metres of water. Corrected: the inverse of the
/// polychromatic p of water. Not corrected: p times a constant that is right at `at` (m).
class WaterScale {
  public:
    /// `water` has one channel and one material, whose line integrals are metres of water;
    /// `longest` (m) is the end of the table, straight beyond it.
    WaterScale(const Polychromatic& water, double longest, double at, bool corrected);

    double air() const { return air_; }
    double thickness(double depth) const;  // m
    double slope(double depth) const;      // m, of thickness by depth

  private:
    double air_ = 0.0;
    double step_ = 0.0;            // of the depth
    std::vector<double> table_{};  // m, at multiples of the step
};

}  // namespace caravel::imaging
