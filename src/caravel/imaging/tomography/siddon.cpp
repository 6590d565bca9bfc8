#include "caravel/imaging/tomography/siddon.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace caravel::imaging {
namespace {

// A ray in voxels: cell i of an axis lies between i and i + 1.
struct VoxelRay {
    Vector3 from{};
    Vector3 way{};
    std::array<index_t, 3> count{};
};

// Shares of the ray at which it crosses a face, between where it enters and leaves the grid.
std::vector<double> crossings(const VoxelRay& ray) {
    double begin = 0.0, end = 1.0;
    for (std::size_t a = 0; a < 3; ++a) {
        const auto n = static_cast<double>(ray.count[a]);
        if (ray.way[a] == 0.0) {
            if (ray.from[a] < 0.0 || ray.from[a] >= n) return {};
            continue;
        }
        const double low = -ray.from[a] / ray.way[a];
        const double high = (n - ray.from[a]) / ray.way[a];
        begin = std::max(begin, std::min(low, high));
        end = std::min(end, std::max(low, high));
    }
    if (!(begin < end)) return {};
    std::vector<double> at{begin, end};
    for (std::size_t a = 0; a < 3; ++a) {
        if (ray.way[a] == 0.0) continue;
        for (index_t face = 0; face <= ray.count[a]; ++face) {
            const double share = (static_cast<double>(face) - ray.from[a]) / ray.way[a];
            if (share > begin && share < end) at.push_back(share);
        }
    }
    std::sort(at.begin(), at.end());
    return at;
}

}  // namespace

std::vector<Chord> siddon_chords(const Grid& grid, const Ray& ray) {
    VoxelRay voxels;
    voxels.count = {grid.nx, grid.ny, grid.nz};
    double squares = 0.0;
    for (std::size_t a = 0; a < 3; ++a) {
        const double step = ray.to[a] - ray.from[a];
        squares += step * step;
        voxels.from[a] = (ray.from[a] - grid.origin[a]) / grid.spacing[a];
        voxels.way[a] = step / grid.spacing[a];
    }
    CARAVEL_EXPECTS(std::isfinite(squares));
    const std::vector<double> at = crossings(voxels);
    const double length = std::sqrt(squares);
    std::vector<Chord> chords;
    for (std::size_t i = 0; i + 1 < at.size(); ++i) {
        const double part = (at[i + 1] - at[i]) * length;
        if (part <= 0.0) continue;
        const double middle = 0.5 * (at[i] + at[i + 1]);
        std::array<index_t, 3> cell{};
        for (std::size_t a = 0; a < 3; ++a) {
            const double place = std::floor(voxels.from[a] + middle * voxels.way[a]);
            cell[a] = std::clamp(static_cast<index_t>(place), index_t{0}, voxels.count[a] - 1);
        }
        chords.push_back({grid.index(cell[0], cell[1], cell[2]), part});
    }
    return chords;
}

double siddon_integral(const Grid& grid, std::span<const float> volume, const Ray& ray) {
    CARAVEL_EXPECTS(std::ssize(volume) == grid.cell_count());
    double sum = 0.0;
    for (const Chord& chord : siddon_chords(grid, ray)) {
        sum += chord.length * static_cast<double>(volume[static_cast<std::size_t>(chord.cell)]);
    }
    return sum;
}

}  // namespace caravel::imaging
