// Closed surfaces around the origin that stand for a tumour: sphere, ellipsoid, sphere with lobes.
#pragma once

#include "caravel/base/grid.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace caravel::tissue {

/// Height of the lobes of a lobed tumour against its mean radius.
inline constexpr double lobe_height = 0.3;

/// A star-shaped body of given volume. Its surface in direction n (unit vector) lies at
/// - ellipsoid (sphere: equal axes): 1 / sqrt(sum of (n_i / a_i)^2);
/// - lobed: R (1 + 0.3 Re((n_x + i n_y)^L)): L lobes around the z axis, the first along x.
/// All are even in y and z; lobed bodies are even in x when L is.
class TumourShape {
  public:
    /// Half axes in the ratio of the three values, scaled to `volume` (m3, positive).
    static TumourShape ellipsoid(const Vector3& axes, double volume);
    /// `lobes` >= 2, scaled to `volume` (m3, positive) by the closed integral of r^3 / 3.
    static TumourShape lobed(int lobes, double volume);

    /// Half of the box (m) around the body.
    const Vector3& extent() const { return extent_; }
    bool even_in_x() const { return lobes_ % 2 == 0; }

    /// Height (m) of a place over the surface, below zero inside: F / |grad F| of the defining
    /// function F; the error is of second order in the height.
    double height(const Vector3& place) const;
    /// Unit vector out of the body, of the level surface through the place.
    struct Height {
        double value = 0.0;  // m
        Vector3 normal{};
    };
    Height height_and_normal(const Vector3& place) const;

  private:
    TumourShape() = default;
    Height of_ellipsoid(const Vector3& place) const;
    Height of_lobed(const Vector3& place) const;

    Vector3 axes_{};    // m
    Vector3 extent_{};  // m
    double radius_ = 0.0;
    int lobes_ = 0;  // 0: ellipsoid
};

}  // namespace caravel::tissue
