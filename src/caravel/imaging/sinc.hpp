// The transfer of an even cell.
#pragma once

#include <cmath>
#include <numbers>

namespace caravel::imaging {

/// sin(pi x) / (pi x), 1 at 0: what the mean over a cell leaves of a wave with x turns in it.
inline double sinc(double x) {
    const double y = std::numbers::pi * x;
    return std::abs(y) < 1e-8 ? 1.0 : std::sin(y) / y;
}

}  // namespace caravel::imaging
