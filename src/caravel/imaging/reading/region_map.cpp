#include "caravel/imaging/reading/region_map.hpp"

#include "caravel/imaging/blur.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace caravel::imaging {
namespace {

constexpr index_t guard = 2;          // voxels between the background and all else
constexpr double least_share = 0.1;   // of the background that must be left
constexpr index_t least_voxels = 27;  // likewise
constexpr double nothing = 1e-9;      // share that rounding leaves

/// Cells [first, last) of each axis.
struct Box {
    std::array<index_t, 3> first{};
    std::array<index_t, 3> last{};
};

std::array<index_t, 3> size_of(const Grid& grid) { return {grid.nx, grid.ny, grid.nz}; }

Grid part_of(const Grid& grid, const Box& box) {
    Grid part{box.last[0] - box.first[0],
              box.last[1] - box.first[1],
              box.last[2] - box.first[2],
              grid.spacing,
              {}};
    for (std::size_t a = 0; a < 3; ++a)
        part.origin[a] = grid.origin[a] + static_cast<double>(box.first[a]) * grid.spacing[a];
    return part;
}

/// Smallest box that holds a region; empty (first = last) without a voxel of it.
Box box_of(const ImagedObject& object, std::size_t number) {
    const Grid& grid = object.grid;
    Box box{size_of(grid), {0, 0, 0}};
    for (index_t k = 0; k < grid.nz; ++k) {
        for (index_t j = 0; j < grid.ny; ++j) {
            for (index_t i = 0; i < grid.nx; ++i) {
                if (object.region[static_cast<std::size_t>(grid.index(i, j, k))] != number)
                    continue;
                const std::array<index_t, 3> at{i, j, k};
                for (std::size_t a = 0; a < 3; ++a) {
                    box.first[a] = std::min(box.first[a], at[a]);
                    box.last[a] = std::max(box.last[a], at[a] + 1);
                }
            }
        }
    }
    if (box.last[0] == 0) box.first = box.last;
    return box;
}

/// Cells of `grid` that overlap a part of another grid.
Box overlap(const Grid& grid, const Grid& part) {
    Box box;
    const auto size = size_of(grid);
    const auto extent = size_of(part);
    for (std::size_t a = 0; a < 3; ++a) {
        const double low = (part.origin[a] - grid.origin[a]) / grid.spacing[a];
        const double width = static_cast<double>(extent[a]) * part.spacing[a] / grid.spacing[a];
        const auto within = [&](double at) {
            return static_cast<index_t>(std::clamp(at, 0.0, static_cast<double>(size[a])));
        };
        box.first[a] = within(std::floor(low + nothing));
        box.last[a] = std::max(box.first[a], within(std::ceil(low + width - nothing)));
    }
    return box;
}

/// 1 where the region lies, on `shadow`: its box, with one layer along the axes of projection.
std::vector<double> indicator(const ImagedObject& object, std::size_t number, const Box& box,
                              const Grid& shadow) {
    const Grid part = part_of(object.grid, box);
    std::vector<double> values(static_cast<std::size_t>(shadow.cell_count()));
    for (index_t k = 0; k < part.nz; ++k) {
        for (index_t j = 0; j < part.ny; ++j) {
            for (index_t i = 0; i < part.nx; ++i) {
                const index_t cell =
                    object.grid.index(box.first[0] + i, box.first[1] + j, box.first[2] + k);
                if (object.region[static_cast<std::size_t>(cell)] == number)
                    values[static_cast<std::size_t>(
                        shadow.index(std::min(i, shadow.nx - 1), std::min(j, shadow.ny - 1),
                                     std::min(k, shadow.nz - 1)))] = 1.0;
            }
        }
    }
    return values;
}

/// Spreads marks by `guard` voxels along one axis.
std::vector<bool> widened(const std::vector<bool>& marks, const Grid& grid, std::size_t axis) {
    const auto size = size_of(grid);
    const std::array<index_t, 3> stride{1, grid.nx, grid.nx * grid.ny};
    std::vector<bool> wide = marks;
    for (index_t cell = 0; cell < grid.cell_count(); ++cell) {
        if (!marks[static_cast<std::size_t>(cell)]) continue;
        const index_t at = cell / stride[axis] % size[axis];
        for (index_t step = -guard; step <= guard; ++step) {
            if (at + step >= 0 && at + step < size[axis])
                wide[static_cast<std::size_t>(cell + step * stride[axis])] = true;
        }
    }
    return wide;
}

/// Marks the outermost voxels of long axes: reconstructions fall off there.
void mark_ends(const Grid& grid, std::vector<bool>& marks) {
    const auto size = size_of(grid);
    const std::array<index_t, 3> stride{1, grid.nx, grid.nx * grid.ny};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        if (size[axis] <= 4 * guard) continue;
        for (index_t cell = 0; cell < grid.cell_count(); ++cell) {
            const index_t at = cell / stride[axis] % size[axis];
            if (at < guard || at >= size[axis] - guard)
                marks[static_cast<std::size_t>(cell)] = true;
        }
    }
}

WeightedVoxels whole_voxels(const std::vector<index_t>& voxels) {
    return {voxels, std::vector<double>(voxels.size(), 1.0), static_cast<double>(voxels.size()),
            true};
}

}  // namespace

RegionMap::RegionMap(exec::ThreadTeam& team, const Grid& image, const ImagedObject& object)
    : grid_(image) {
    const auto layers = size_of(image);
    const auto size = size_of(object.grid);
    for (std::size_t a = 0; a < 3; ++a) {
        const double depth = static_cast<double>(size[a]) * object.grid.spacing[a];
        along_[a] = layers[a] == 1 && size[a] > 1 && image.spacing[a] >= 0.5 * depth;
    }
    // An image seen along z need not say how deep it looks.
    if (image.nz == 1 && object.grid.nz > 1 && !projection())
        along_[2] = !cuts_every_lesion(object);
    touched_.resize(object.regions.size());
    background_.assign(static_cast<std::size_t>(image.cell_count()), 0.0);
    for (std::size_t number = 0; number < object.regions.size(); ++number)
        touched_[number] = touched_by(team, object, number);
    add_background(object);
}

WeightedVoxels RegionMap::touched_by(exec::ThreadTeam& team, const ImagedObject& object,
                                     std::size_t number) const {
    WeightedVoxels touched;
    const Box box = box_of(object, number);
    if (box.first == box.last) return touched;
    Grid from = part_of(object.grid, box);
    const std::array<index_t*, 3> layers{&from.nx, &from.ny, &from.nz};
    for (std::size_t a = 0; a < 3; ++a) {
        if (!along_[a]) continue;
        *layers[a] = 1;
        from.origin[a] = grid_.origin[a];
        from.spacing[a] = grid_.spacing[a];
    }
    const std::vector<double> inside = indicator(object, number, box, from);
    const Box cells = overlap(grid_, from);
    const Grid to = part_of(grid_, cells);
    if (to.nx < 1 || to.ny < 1 || to.nz < 1) return touched;
    const std::vector<double> shares = resample(team, from, inside, to);
    for (index_t k = 0; k < to.nz; ++k) {
        for (index_t j = 0; j < to.ny; ++j) {
            for (index_t i = 0; i < to.nx; ++i) {
                const double share = shares[static_cast<std::size_t>(to.index(i, j, k))];
                if (share <= nothing) continue;
                touched.voxel.push_back(
                    grid_.index(cells.first[0] + i, cells.first[1] + j, cells.first[2] + k));
                touched.weight.push_back(share);
                touched.total += share;
            }
        }
    }
    return touched;
}

bool RegionMap::cuts_every_lesion(const ImagedObject& object) const {
    for (std::size_t number = 0; number < object.regions.size(); ++number) {
        if (!object.regions[number].lesion) continue;
        const Box box = box_of(object, number);
        if (box.first == box.last) continue;
        const Box cells = overlap(grid_, part_of(object.grid, box));
        if (cells.first[2] == cells.last[2]) return false;
    }
    return true;
}

void RegionMap::add_background(const ImagedObject& object) {
    for (std::size_t number = 0; number < object.regions.size(); ++number) {
        if (!object.regions[number].background) continue;
        const WeightedVoxels& touched = touched_[number];
        for (std::size_t n = 0; n < touched.voxel.size(); ++n) {
            double& share = background_[static_cast<std::size_t>(touched.voxel[n])];
            share = projection() ? std::max(share, touched.weight[n]) : share + touched.weight[n];
        }
    }
    if (!projection()) return;
    for (std::size_t number = 0; number < object.regions.size(); ++number) {
        if (object.regions[number].background || object.regions[number].tissue == "air") continue;
        const WeightedVoxels& touched = touched_[number];
        for (std::size_t n = 0; n < touched.voxel.size(); ++n)
            background_[static_cast<std::size_t>(touched.voxel[n])] *= 1.0 - touched.weight[n];
    }
}

WeightedVoxels RegionMap::region(std::size_t number) const {
    const WeightedVoxels& touched = touched_.at(number);
    std::vector<index_t> whole;
    for (std::size_t n = 0; n < touched.voxel.size(); ++n)
        if (touched.weight[n] > 0.5) whole.push_back(touched.voxel[n]);
    return whole.empty() ? touched : whole_voxels(whole);
}

WeightedVoxels RegionMap::background() const {
    std::vector<bool> other(background_.size());
    for (std::size_t n = 0; n < other.size(); ++n) other[n] = background_[n] < 1.0 - 1e-6;
    std::vector<bool> near = other;
    for (std::size_t axis = 0; axis < 3; ++axis) near = widened(near, grid_, axis);
    mark_ends(grid_, near);
    std::vector<index_t> all;
    std::vector<index_t> untouched;
    std::vector<index_t> clear;
    for (std::size_t n = 0; n < other.size(); ++n) {
        if (background_[n] > 0.5) all.push_back(static_cast<index_t>(n));
        if (!other[n]) untouched.push_back(static_cast<index_t>(n));
        if (!near[n]) clear.push_back(static_cast<index_t>(n));
    }
    const double needed =
        std::max(static_cast<double>(least_voxels), least_share * static_cast<double>(all.size()));
    if (static_cast<double>(clear.size()) >= needed) return whole_voxels(clear);
    return whole_voxels(static_cast<double>(untouched.size()) >= needed ? untouched : all);
}

}  // namespace caravel::imaging
