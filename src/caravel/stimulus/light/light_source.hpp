// Where light comes from.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/input/visitor.hpp"

#include <string>
#include <vector>

namespace caravel::stimulus {

/// A source of light as the user writes it; lengths in m, in the coordinates of the grid. Sources
/// outside of the box send their photons along the direction to its surface.
struct LightSourceInput {
    /// pencil, disk (radius), gaussian (radius: 1/e2 of the irradiance), planar (edge_1 x edge_2
    /// from `position`), cone (half_angle), isotropic, line (length, along direction, emits to all
    /// sides), fibre (radius, numerical_aperture), pattern (edge_1 x edge_2 with `weights`,
    /// `columns` to a row), volume (`weights` per voxel: set by programs, for fluorescence)
    std::string kind = "pencil";
    std::vector<double> position{0.0, 0.0, 0.0};
    std::vector<double> direction{0.0, 0.0, 1.0};
    double radius = 0.0;
    double half_angle = 0.0;  // rad
    double numerical_aperture = 0.0;
    double length = 0.0;
    std::vector<double> edge_1;
    std::vector<double> edge_2;
    std::vector<double> weights;
    std::int64_t columns = 1;
};
void describe(input::Visitor& v, LightSourceInput& source);

/// Area (m2) over which a source's irradiance is meant; 0 for points, pencils and volumes.
double beam_area(const LightSourceInput& source);

}  // namespace caravel::stimulus
