// The planes that a ray crosses, and where it crosses them.
#pragma once

#include "caravel/imaging/tomography/geometry.hpp"

#include <array>

namespace caravel::imaging {

/// A ray seen from its main axis, the one along which it crosses most voxels. Coordinates count in
/// voxels, 0 is the middle of the first one. Plane k is crossed at u + (k - first) du and
/// v + (k - first) dv on the two other axes; the ray is `step` m long between two planes.
struct JosephPath {
    index_t first = 0;
    index_t last = -1;  // below `first`: the ray misses the volume
    double u = 0.0;
    double du = 0.0;
    double v = 0.0;
    double dv = 0.0;
    float step = 0.0F;
    float first_share = 1.0F;  // part of the first plane's slab that lies on the ray
    float last_share = 1.0F;
    int axis = 0;

    bool misses() const { return last < first; }
};

/// Main axis -> the two others.
inline constexpr std::array<std::array<std::size_t, 2>, 3> cross_axes = {{{1, 2}, {0, 2}, {0, 1}}};

/// Every crossing comes straight from the ray's ends, so nothing drifts along it. Throws
/// std::logic_error for an end that is not finite.
JosephPath joseph_path(const Grid& grid, const Ray& ray);

}  // namespace caravel::imaging
