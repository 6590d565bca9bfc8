#include "caravel/imaging/xray/xfi_scan.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::imaging {

ScanCost estimate_xfi(const Grid& object_grid, const XfiSettings& s, Tier tier) {
    const double dz = s.slice_thickness > 0.0 ? s.slice_thickness : s.resolution;
    const double width = s.field_of_view > 0.0
                             ? s.field_of_view
                             : object_grid.spacing[0] * static_cast<double>(object_grid.nx);
    const double across = std::ceil(width / s.resolution - 1e-9);
    const double slices =
        std::ceil(object_grid.spacing[2] * static_cast<double>(object_grid.nz) / dz - 1e-9);
    const double voxels = across * across * slices;
    const double cells = static_cast<double>(object_grid.cell_count());
    const double views = s.mode == "tomography" ? static_cast<double>(s.views) : 1.0;
    const double positions = 1.42 * across * slices * views;
    constexpr double tables = 1.6e6;  // byte, of cross-sections
    ScanCost cost;
    cost.seconds = 0.05 + 3e-8 * cells;
    if (s.mode != "tomography") {
        cost.memory = tables + 17.0 * cells;
        return cost;
    }
    const double seen = tables + 8.0 * cells + 17.0 * voxels;
    cost.memory = seen;
    if (tier == Tier::image) return cost;
    // counts of line and background and what is made of them; six fields on the image's grid
    cost.memory = std::max(seen, tables + 48.0 * voxels + 24.0 * positions);
    cost.seconds += 5.8e-9 * voxels * across * views;
    return cost;
}

}  // namespace caravel::imaging
