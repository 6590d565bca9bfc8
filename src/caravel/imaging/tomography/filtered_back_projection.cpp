#include "caravel/imaging/tomography/filtered_back_projection.hpp"

#include "caravel/base/error.hpp"
#include "caravel/imaging/tomography/column_kernels.hpp"
#include "caravel/imaging/tomography/filtered_views.hpp"
#include "caravel/imaging/tomography/scan_frame.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace caravel::imaging {
namespace {

// Columns of voxels that share the detector columns their shadows fall on while these are in cache.
constexpr index_t tile_x = 16;
constexpr index_t tile_y = 8;
constexpr index_t tile_z = 256;

// Where the shadow of a column of voxels falls.
struct Shadow {
    double column = 0.0;  // 0 is the middle of column 0
    double weight = 0.0;
    double enlargement = 1.0;  // of heights
};

class Shadows {
  public:
    Shadows(const ScanGeometry& geometry, index_t view) : g_(geometry), frame_(geometry, view) {}

    Shadow of(double x, double y) const {
        const double across = frame_.across(x - g_.centre[0], y - g_.centre[1]);
        if (g_.beam == BeamShape::parallel) return {column(across), 1.0, 1.0};
        const double depth = g_.source_to_centre + frame_.along(x - g_.centre[0], y - g_.centre[1]);
        if (!g_.arced) {
            const double near = g_.source_to_centre / depth;
            const double enlargement = g_.source_to_detector / depth;
            return {column(across * enlargement), near * near, enlargement};
        }
        const double distance = std::hypot(across, depth);
        return {column(std::atan2(across, depth) * g_.source_to_detector),
                g_.source_to_centre / (distance * distance), g_.source_to_detector / distance};
    }

  private:
    double column(double u) const {
        return (u - g_.column_offset) / g_.column_pitch + 0.5 * static_cast<double>(g_.columns - 1);
    }

    const ScanGeometry& g_;
    ScanFrame frame_;
};

struct Batch {
    const FilteredViews& filtered;
    std::vector<Shadows> shadows;
};

class BackProjector {
  public:
    BackProjector(const ScanGeometry& geometry, const Grid& grid, float* volume)
        : g_(geometry), grid_(grid), volume_(volume) {}

    void add(exec::ThreadTeam& team, const Batch& batch) const {
        if (g_.rows == 1) {
            team.run(grid_.ny, [&](index_t j) { add_line(batch, j); });
            return;
        }
        const index_t across = (grid_.nx + tile_x - 1) / tile_x;
        const index_t deep = (grid_.ny + tile_y - 1) / tile_y;
        const index_t high = (grid_.nz + tile_z - 1) / tile_z;
        team.run(across * deep * high, [&](index_t tile) {
            add_tile(batch, {tile % across * tile_x, tile / across % deep * tile_y,
                             tile / (across * deep) * tile_z});
        });
    }

  private:
    struct Corner {
        index_t i, j, k;
    };

    // One row of detectors: all slices are alike.
    void add_line(const Batch& batch, index_t j) const {
        std::vector<float> sums(static_cast<std::size_t>(grid_.nx), 0.0F);
        const auto columns = static_cast<double>(g_.columns);
        for (std::size_t slot = 0; slot < batch.shadows.size(); ++slot) {
            const float* const values = batch.filtered.view(static_cast<index_t>(slot));
            for (index_t i = 0; i < grid_.nx; ++i) {
                const Vector3 at = grid_.centre(i, j, 0);
                const Shadow shadow = batch.shadows[slot].of(at[0], at[1]);
                if (!(shadow.column > -1.0 && shadow.column < columns)) continue;
                const auto left = static_cast<index_t>(shadow.column + 1.0);
                const double part = shadow.column + 1.0 - static_cast<double>(left);
                const double value = static_cast<double>(values[left]) * (1.0 - part) +
                                     static_cast<double>(values[left + 1]) * part;
                sums[static_cast<std::size_t>(i)] += static_cast<float>(shadow.weight * value);
            }
        }
        for (index_t k = 0; k < grid_.nz; ++k) {
            float* const to = volume_ + grid_.index(0, j, k);
            for (index_t i = 0; i < grid_.nx; ++i) to[i] += sums[static_cast<std::size_t>(i)];
        }
    }

    void add_tile(const Batch& batch, const Corner& corner) const {
        const index_t wide = std::min(tile_x, grid_.nx - corner.i);
        const index_t deep = std::min(tile_y, grid_.ny - corner.j);
        const index_t high = std::min(tile_z, grid_.nz - corner.k);
        const index_t room = (high + 15) / 16 * 16;
        std::vector<float> sums(static_cast<std::size_t>(wide * deep * room), 0.0F);
        std::vector<float> mixed(static_cast<std::size_t>(g_.rows + 1 + column_padding), 0.0F);
        move_tile<true>(corner, wide, deep, high, sums.data());
        const ColumnKernel kernel = usable_column_kernels().back();
        for (std::size_t slot = 0; slot < batch.shadows.size(); ++slot) {
            for (index_t j = 0; j < deep; ++j) {
                for (index_t i = 0; i < wide; ++i) {
                    const Vector3 at = grid_.centre(corner.i + i, corner.j + j, corner.k);
                    ShadowColumn column;
                    if (!place(batch, slot, at, column)) continue;
                    column.voxels = high;
                    kernel.add(column, mixed.data(), sums.data() + (j * wide + i) * room);
                }
            }
        }
        move_tile<false>(corner, wide, deep, high, sums.data());
    }

    bool place(const Batch& batch, std::size_t slot, const Vector3& at,
               ShadowColumn& column) const {
        const Shadow shadow = batch.shadows[slot].of(at[0], at[1]);
        if (!(shadow.column > -1.0 && shadow.column < static_cast<double>(g_.columns))) {
            return false;
        }
        const auto left = static_cast<index_t>(shadow.column + 1.0);
        const double part = shadow.column + 1.0 - static_cast<double>(left);
        const index_t stride = batch.filtered.column_stride();
        column.left = batch.filtered.view(static_cast<index_t>(slot)) + left * stride;
        column.right = column.left + stride;
        column.left_weight = static_cast<float>(shadow.weight * (1.0 - part));
        column.right_weight = static_cast<float>(shadow.weight * part);
        column.rows = g_.rows;
        column.row = static_cast<float>(
            ((at[2] - g_.centre[2]) * shadow.enlargement - g_.row_offset) / g_.row_pitch +
            0.5 * static_cast<double>(g_.rows - 1));
        column.row_step = static_cast<float>(grid_.spacing[2] * shadow.enlargement / g_.row_pitch);
        return true;
    }

    // Between the volume (x fastest) and the columns of a tile (z fastest).
    template <bool Into>
    void move_tile(const Corner& corner, index_t wide, index_t deep, index_t high,
                   float* sums) const {
        const index_t room = (high + 15) / 16 * 16;
        for (index_t k = 0; k < high; ++k) {
            for (index_t j = 0; j < deep; ++j) {
                float* const line = volume_ + grid_.index(corner.i, corner.j + j, corner.k + k);
                for (index_t i = 0; i < wide; ++i) {
                    float& sum = sums[(j * wide + i) * room + k];
                    if constexpr (Into) {
                        sum = line[i];
                    } else {
                        line[i] = sum;
                    }
                }
            }
        }
    }

    const ScanGeometry& g_;
    const Grid& grid_;
    float* volume_;
};

}  // namespace

void reconstruct_filtered(exec::ThreadTeam& team, const ScanGeometry& geometry,
                          std::span<const float> projections, const RampFilter& filter,
                          const Grid& grid, std::span<float> volume,
                          const std::function<bool()>& interrupted) {
    check_geometry(geometry, grid);
    CARAVEL_EXPECTS(std::ssize(volume) == grid.cell_count() &&
                    std::ssize(projections) == geometry.pixel_count());
    std::fill(volume.begin(), volume.end(), 0.0F);
    const index_t batch = FilteredViews::sensible_batch(geometry);
    FilteredViews filtered(geometry, filter, batch);
    const BackProjector projector(geometry, grid, volume.data());
    for (index_t first = 0; first < geometry.views; first += batch) {
        if (interrupted && interrupted()) throw Interrupted("the reconstruction was interrupted");
        const index_t count = std::min(batch, geometry.views - first);
        filtered.load(team, projections, first, count);
        Batch loaded{filtered, {}};
        for (index_t v = 0; v < count; ++v) loaded.shadows.emplace_back(geometry, first + v);
        projector.add(team, loaded);
    }
}

double filtered_memory(const ScanGeometry& geometry, const Grid& grid, int threads) {
    const auto columns = static_cast<double>(std::min(tile_x, grid.nx) * std::min(tile_y, grid.ny));
    const double tile = columns * 4.0 * static_cast<double>(std::min(tile_z, grid.nz));
    // Two arrays of complex doubles per lane while lines are filtered.
    const double filter = static_cast<double>(2 * geometry.columns) * 8.0 * 32.0;
    return FilteredViews::memory(geometry, FilteredViews::sensible_batch(geometry)) +
           static_cast<double>(threads) * std::max(tile, filter);
}

}  // namespace caravel::imaging
