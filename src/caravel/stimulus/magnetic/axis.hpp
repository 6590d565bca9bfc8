// Places in the frame of a body of revolution: coils, magnets, antennas.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/input/visitor.hpp"

#include <string_view>
#include <vector>

namespace caravel::stimulus {

/// Where a place lies as seen from an axis.
struct AxisPlace {
    double along = 0.0;  // m, from the middle
    double away = 0.0;   // m, from the axis
    Vector3 axis{};      // unit vector
    Vector3 outward{};   // unit vector away from the axis; zero on it
};

/// A straight axis through `position` (m) along `direction` (any length).
class Axis {
  public:
    /// Throws InputError unless both have three finite numbers and the direction a length.
    Axis(const std::vector<double>& position, const std::vector<double>& direction);
    AxisPlace operator()(const Vector3& place) const;
    const Vector3& direction() const { return direction_; }
    const Vector3& position() const { return position_; }

  private:
    Vector3 position_{};
    Vector3 direction_{};
};

/// Complains about a position or direction that is no vector.
void check_axis(input::Visitor& v, const std::vector<double>& position,
                const std::vector<double>& direction);

}  // namespace caravel::stimulus
