#include "caravel/formulation/optics/vector3.hpp"

#include <numbers>

namespace caravel::formulation::optics {

std::vector<Vector3> spiral_directions(std::int64_t count) {
    const double turn = std::numbers::pi * (3.0 - std::sqrt(5.0));
    std::vector<Vector3> directions;
    for (std::int64_t i = 0; i < count; ++i) {
        const double z = 1.0 - (2.0 * static_cast<double>(i) + 1.0) / static_cast<double>(count);
        const double across = std::sqrt(1.0 - z * z);
        const double angle = turn * static_cast<double>(i);
        directions.push_back({across * std::cos(angle), across * std::sin(angle), z});
    }
    return directions;
}

}  // namespace caravel::formulation::optics
