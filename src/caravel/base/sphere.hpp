// A sphere and its volume.
#pragma once

#include <cmath>
#include <numbers>

namespace caravel {

/// Volume (m3) of a sphere of this diameter (m): pi/6 d^3.
inline double sphere_volume(double diameter) {
    return std::numbers::pi / 6.0 * diameter * diameter * diameter;
}

/// Diameter (m) of the sphere of this volume (m3).
inline double sphere_diameter(double volume) { return std::cbrt(6.0 * volume / std::numbers::pi); }

}  // namespace caravel
