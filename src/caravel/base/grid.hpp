// Regular grid of cells in space.
#pragma once

#include "caravel/base/expects.hpp"
#include "caravel/base/view.hpp"

#include <array>

namespace caravel {

/// A place or an extent in space (m).
using Vector3 = std::array<double, 3>;

/// nx * ny * nz equal cells; x runs fastest. `origin` is the lower corner of cell (0, 0, 0).
struct Grid {
    index_t nx = 1;
    index_t ny = 1;
    index_t nz = 1;
    Vector3 spacing{1.0, 1.0, 1.0};  // m
    Vector3 origin{0.0, 0.0, 0.0};   // m

    friend bool operator==(const Grid&, const Grid&) = default;

    /// Number of cells. Throws std::logic_error when an axis has none, ResourceError when the
    /// number does not fit into 63 bits.
    index_t cell_count() const;

    /// Number of cell (i, j, k) in a Field; the caller vouches for the bounds.
    CARAVEL_FN constexpr index_t index(index_t i, index_t j, index_t k) const {
        return i + nx * (j + ny * k);
    }

    CARAVEL_FN constexpr bool contains(index_t i, index_t j, index_t k) const {
        return i >= 0 && i < nx && j >= 0 && j < ny && k >= 0 && k < nz;
    }

    /// Middle of cell (i, j, k) (m).
    constexpr Vector3 centre(index_t i, index_t j, index_t k) const {
        return {origin[0] + (static_cast<double>(i) + 0.5) * spacing[0],
                origin[1] + (static_cast<double>(j) + 0.5) * spacing[1],
                origin[2] + (static_cast<double>(k) + 0.5) * spacing[2]};
    }

    /// Volume of one cell (m3).
    constexpr double cell_volume() const { return spacing[0] * spacing[1] * spacing[2]; }
};

}  // namespace caravel
