// Cylinders with activity for tests of PET and SPECT.
#pragma once

#include "caravel/imaging/object.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace caravel::test {

/// An object of `n` voxels around the origin; `tissue_at` gives the number of the
/// region of a place, `activity_at` Bq/m3.
struct EmissionPhantom {
    std::array<index_t, 3> n{40, 40, 40};
    Vector3 spacing{1e-3, 1e-3, 1e-3};  // m
    std::vector<imaging::ImagedRegion> regions{};
    std::function<std::uint16_t(const Vector3&)> region_at{};
    std::vector<std::pair<std::string, std::function<double(const Vector3&)>>> activities{};
};

inline imaging::ImagedObject make_object(const EmissionPhantom& phantom) {
    imaging::ImagedObject object;
    Grid& grid = object.grid;
    grid.nx = phantom.n[0];
    grid.ny = phantom.n[1];
    grid.nz = phantom.n[2];
    grid.spacing = phantom.spacing;
    for (std::size_t a = 0; a < 3; ++a)
        grid.origin[a] = -0.5 * static_cast<double>(phantom.n[a]) * phantom.spacing[a];
    object.regions = phantom.regions;
    object.region.resize(static_cast<std::size_t>(grid.cell_count()));
    for (std::size_t a = 0; a < phantom.activities.size(); ++a) {
        imaging::ImagedAgent agent;
        agent.name = "agent " + std::to_string(a);
        agent.radioactive.push_back({phantom.activities[a].first, 1.0});
        object.agents.push_back(agent);
        object.fields.push_back(
            {a, imaging::Compartment::free, std::vector<double>(object.region.size(), 0.0)});
    }
    for (index_t k = 0; k < grid.nz; ++k) {
        for (index_t j = 0; j < grid.ny; ++j) {
            for (index_t i = 0; i < grid.nx; ++i) {
                const auto v = static_cast<std::size_t>(grid.index(i, j, k));
                const Vector3 at = grid.centre(i, j, k);
                object.region[v] = phantom.region_at(at);
                for (std::size_t a = 0; a < phantom.activities.size(); ++a)
                    object.fields[a].concentration[v] = phantom.activities[a].second(at);
            }
        }
    }
    return object;
}

/// Water of `radius` and `length` (m) in air, evenly filled with one nuclide.
inline imaging::ImagedObject water_cylinder(double radius, double length,
                                            const std::string& nuclide, double activity,
                                            std::array<index_t, 3> n, double spacing) {
    const auto inside = [=](const Vector3& p) {
        return std::hypot(p[0], p[1]) < radius && std::abs(p[2]) < 0.5 * length;
    };
    EmissionPhantom phantom;
    phantom.n = n;
    phantom.spacing = {spacing, spacing, spacing};
    phantom.regions = {{"outside", "air"}, {"cylinder", "water", false, true}};
    phantom.region_at = [=](const Vector3& p) {
        return static_cast<std::uint16_t>(inside(p) ? 1 : 0);
    };
    phantom.activities = {{nuclide, [=](const Vector3& p) { return inside(p) ? activity : 0.0; }}};
    return make_object(phantom);
}

/// Mean and standard deviation of an image over the voxels whose middle `inside` holds.
inline std::pair<double, double> statistics(const Grid& grid, const std::vector<double>& values,
                                            const std::function<bool(const Vector3&)>& inside) {
    double sum = 0.0;
    double squares = 0.0;
    double count = 0.0;
    for (index_t k = 0; k < grid.nz; ++k) {
        for (index_t j = 0; j < grid.ny; ++j) {
            for (index_t i = 0; i < grid.nx; ++i) {
                if (!inside(grid.centre(i, j, k))) continue;
                const double value = values[static_cast<std::size_t>(grid.index(i, j, k))];
                sum += value;
                squares += value * value;
                count += 1.0;
            }
        }
    }
    const double mean = sum / count;
    return {mean, std::sqrt(std::max(0.0, squares / count - mean * mean))};
}

}  // namespace caravel::test
