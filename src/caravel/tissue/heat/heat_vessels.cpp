#include "caravel/tissue/heat/heat_vessels.hpp"

#include "caravel/base/checks.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::tissue {

namespace {

constexpr double pieces_per_voxel = 10.0;

double distance(const Vector3& a, const Vector3& b) {
    return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

// Voxels whose middle lies within `radius` of `place`, or the one that holds it.
void find_voxels(const Grid& grid, const Vector3& place, double radius,
                 std::vector<index_t>& found) {
    found.clear();
    std::array<index_t, 3> low{};
    std::array<index_t, 3> high{};
    std::array<index_t, 3> own{};
    const std::array<index_t, 3> size{grid.nx, grid.ny, grid.nz};
    for (std::size_t d = 0; d < 3; ++d) {
        const double at = (place[d] - grid.origin[d]) / grid.spacing[d];
        const double reach = radius / grid.spacing[d];
        own[d] = static_cast<index_t>(std::floor(at));
        low[d] = std::max<index_t>(0, static_cast<index_t>(std::floor(at - reach)));
        high[d] = std::min(size[d] - 1, static_cast<index_t>(std::floor(at + reach)));
    }
    for (index_t k = low[2]; k <= high[2]; ++k) {
        for (index_t j = low[1]; j <= high[1]; ++j) {
            for (index_t i = low[0]; i <= high[0]; ++i) {
                if (distance(grid.centre(i, j, k), place) > radius) continue;
                found.push_back(grid.index(i, j, k));
            }
        }
    }
    if (found.empty() && grid.contains(own[0], own[1], own[2])) {
        found.push_back(grid.index(own[0], own[1], own[2]));
    }
}

void add_vessel(const Grid& grid, const HeatVessel& vessel, HeatContacts& contacts) {
    require_positive(vessel.radius, "the vessel's radius", "m");
    require_positive(vessel.temperature, "the blood's temperature", "K");
    const double length = distance(vessel.start, vessel.end);
    const double whole = vessel_conductance(length, vessel.nusselt, vessel.conductivity);
    const double finest = *std::min_element(grid.spacing.begin(), grid.spacing.end());
    const double pieces = std::ceil(pieces_per_voxel * length / finest);
    std::vector<index_t> voxels;
    for (double piece = 0.5; piece < pieces; piece += 1.0) {
        Vector3 place{};
        for (std::size_t d = 0; d < 3; ++d) {
            place[d] = vessel.start[d] + piece / pieces * (vessel.end[d] - vessel.start[d]);
        }
        find_voxels(grid, place, vessel.radius, voxels);
        const double share = whole / pieces / grid.cell_volume();
        for (const index_t voxel : voxels) {
            const auto p = static_cast<std::size_t>(voxel);
            const double part = share / static_cast<double>(voxels.size());
            contacts.conductance[p] += part;
            contacts.temperature[p] += part * vessel.temperature;
        }
    }
}

}  // namespace

double vessel_conductance(double length, double nusselt, double conductivity) {
    require_positive(length, "the vessel's length", "m");
    require_positive(nusselt, "the Nusselt number", "1");
    require_positive(conductivity, "the blood's conductivity", "W/(m.K)");
    return std::numbers::pi * conductivity * nusselt * length;
}

HeatContacts vessel_contacts(const Grid& grid, const std::vector<HeatVessel>& vessels) {
    const auto cells = static_cast<std::size_t>(grid.cell_count());
    HeatContacts contacts{std::vector<double>(cells, 0.0), std::vector<double>(cells, 0.0)};
    for (const HeatVessel& vessel : vessels) add_vessel(grid, vessel, contacts);
    for (std::size_t p = 0; p < cells; ++p) {
        if (contacts.conductance[p] > 0.0) contacts.temperature[p] /= contacts.conductance[p];
    }
    return contacts;
}

}  // namespace caravel::tissue
