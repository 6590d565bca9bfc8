// Cylinders for tests of X-ray scanners.
#pragma once

#include "caravel/imaging/object.hpp"
#include "caravel/matter/xray.hpp"

#include <cmath>
#include <string>
#include <vector>

namespace caravel::test {

/// One rod of an agent in a cylinder: middle (m), radius (m), concentration (kg/m3).
struct AgentRod {
    double x = 0.0, y = 0.0, radius = 0.0, concentration = 0.0;
};

/// A cylinder of `tissue` and `diameter` (m) along z in air, `cells` voxels across and `slices`
/// along, with rods of an element.
inline imaging::ImagedObject cylinder(const std::string& tissue, double diameter, index_t cells,
                                      index_t slices, const std::string& element = "",
                                      const std::vector<AgentRod>& rods = {}) {
    imaging::ImagedObject object;
    const double spacing = 1.1 * diameter / static_cast<double>(cells);
    const double half = 0.5 * spacing * static_cast<double>(cells);
    object.grid = {cells, cells, slices, {spacing, spacing, spacing}, {-half, -half, 0.0}};
    object.regions = {{"outside", "air", false, false}, {"body", tissue, false, true}};
    for (std::size_t r = 0; r < rods.size(); ++r)
        object.regions.push_back({"rod", tissue, true, false});
    object.region.assign(static_cast<std::size_t>(object.grid.cell_count()), 0);
    std::vector<double> concentration(object.region.size(), 0.0);
    for (index_t k = 0; k < slices; ++k) {
        for (index_t j = 0; j < cells; ++j) {
            for (index_t i = 0; i < cells; ++i) {
                const auto voxel = static_cast<std::size_t>(object.grid.index(i, j, k));
                const Vector3 c = object.grid.centre(i, j, k);
                if (std::hypot(c[0], c[1]) > 0.5 * diameter) continue;
                object.region[voxel] = 1;
                for (std::size_t r = 0; r < rods.size(); ++r) {
                    if (std::hypot(c[0] - rods[r].x, c[1] - rods[r].y) > rods[r].radius) continue;
                    object.region[voxel] = static_cast<std::uint16_t>(r + 2);
                    concentration[voxel] = rods[r].concentration;
                }
            }
        }
    }
    if (element.empty()) return object;
    imaging::ImagedAgent agent;
    agent.name = element;
    agent.attenuating = imaging::AttenuatingAgent{{{{element, 1.0}}}, 1.0};
    object.agents = {agent};
    object.fields = {{0, imaging::Compartment::free, concentration}};
    return object;
}

/// Mean and standard deviation of an image within `radius` (m) of a place (m), all slices but the
/// outermost `margin`.
struct DiskStatistics {
    double mean = 0.0, deviation = 0.0;
};
inline DiskStatistics within(const Grid& grid, const std::vector<double>& values, double x,
                             double y, double radius, index_t margin = 0) {
    double sum = 0.0;
    double squares = 0.0;
    double count = 0.0;
    for (index_t k = margin; k < grid.nz - margin; ++k) {
        for (index_t j = 0; j < grid.ny; ++j) {
            for (index_t i = 0; i < grid.nx; ++i) {
                const Vector3 c = grid.centre(i, j, k);
                if (std::hypot(c[0] - x, c[1] - y) > radius) continue;
                const double v = values[static_cast<std::size_t>(grid.index(i, j, k))];
                sum += v;
                squares += v * v;
                count += 1.0;
            }
        }
    }
    const double mean = sum / count;
    return {mean, std::sqrt(std::max(0.0, squares / count - mean * mean))};
}

}  // namespace caravel::test
