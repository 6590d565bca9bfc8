// The transfer of a normal point spread.
#pragma once

#include "caravel/imaging/blur.hpp"

#include <cmath>
#include <numbers>

namespace caravel::imaging {

/// exp(-2 pi^2 sigma^2 k^2), 1 at 0: what a normal point spread of full widths at half maximum
/// `fwhm` (m, per axis) leaves of a wave of frequency `k` (1/m).
inline double normal_transfer(const Vector3& fwhm, const Vector3& k) {
    double exponent = 0.0;
    for (std::size_t a = 0; a < 3; ++a)
        exponent += std::pow(2.0 * std::numbers::pi * k[a] * fwhm[a] / fwhm_per_sigma, 2);
    return std::exp(-0.5 * exponent);
}

/// The same along one axis.
inline double normal_transfer(double fwhm, double k) {
    return normal_transfer(Vector3{fwhm, 0.0, 0.0}, Vector3{k, 0.0, 0.0});
}

}  // namespace caravel::imaging
