#include "caravel/imaging/tomography/scan_columns.hpp"

#include "caravel/exec/for_each.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::imaging {
namespace {

constexpr index_t columns_per_tile = 16;

std::size_t at(index_t i) { return static_cast<std::size_t>(i); }

double most_height(const ScanGeometry& g) {
    return std::max(std::abs(detector_row(g, 0.0)),
                    std::abs(detector_row(g, static_cast<double>(g.rows - 1))));
}

}  // namespace

bool ScanColumns::suits(const ScanGeometry& g, const Grid& grid) {
    if (g.rows < 8 || grid.nz < 8) return false;
    if (g.beam == BeamShape::parallel) return true;
    // The main axis of a ray holds at least its length in voxels over the root of two.
    const double voxels =
        g.source_to_detector / (std::sqrt(2.0) * std::max(grid.spacing[0], grid.spacing[1]));
    return most_height(g) / grid.spacing[2] < voxels;
}

double ScanColumns::memory(const Grid& grid) {
    return 4.0 * static_cast<double>(grid.nx * grid.ny) *
           static_cast<double>(grid.nz + 1 + column_padding);
}

ScanColumns::ScanColumns(const ScanGeometry& geometry, const Grid& grid)
    : geometry_(geometry),
      grid_(grid),
      flat_(grid),
      stride_(grid.nz + 1 + column_padding),
      columns_(at(grid.nx * grid.ny * stride_), 0.0F),
      kernel_(usable_column_kernels().back()) {
    flat_.nz = 1;
    flat_.origin[2] = geometry.centre[2] - 0.5 * flat_.spacing[2];
    for (index_t view = 0; view < geometry.views; ++view) frames_.emplace_back(geometry, view);
}

ScanColumns::Line ScanColumns::line(const ScanFrame& frame, index_t column) const {
    Ray ray = frame.ray(static_cast<double>(column), 0.0);
    const double dz = grid_.spacing[2];
    const bool parallel = geometry_.beam == BeamShape::parallel;
    const double first = geometry_.centre[2] + detector_row(geometry_, 0.0);
    const double source = parallel ? first : geometry_.centre[2];
    ray.from[2] = ray.to[2] = geometry_.centre[2];
    Line line;
    line.path = joseph_path(flat_, ray);
    const auto axis = static_cast<std::size_t>(line.path.axis);
    const double way = (ray.to[axis] - ray.from[axis]) / grid_.spacing[axis];
    const double from = (ray.from[axis] - grid_.origin[axis]) / grid_.spacing[axis] - 0.5;
    line.share = (static_cast<double>(line.path.first) - from) / way;
    line.share_slope = 1.0 / way;
    line.height = (source - grid_.origin[2]) / dz - 0.5;
    line.height_slope = (first - source) / dz;
    (parallel ? line.row_step : line.row_slope) = geometry_.row_pitch / dz;
    line.flatness = 1.0 / std::hypot(ray.to[0] - ray.from[0], ray.to[1] - ray.from[1]);
    return line;
}

ScanColumns::Crossing ScanColumns::crossing(const Line& line, index_t plane) const {
    const JosephPath& path = line.path;
    const auto ahead = static_cast<double>(plane - path.first);
    const double u = path.u + ahead * path.du;
    const double whole = std::floor(u);
    const double part = u - whole;
    double weight = 1.0;
    if (plane == path.first) weight = static_cast<double>(path.first_share);
    if (plane == path.last && path.last != path.first) {
        weight = static_cast<double>(path.last_share);
    }
    const index_t count = path.axis == 0 ? grid_.ny : grid_.nx;
    const auto low = static_cast<index_t>(whole);
    const auto place = [&](index_t i) {
        const index_t inside = std::clamp(i, index_t{0}, count - 1);
        return path.axis == 0 ? plane + grid_.nx * inside : inside + grid_.nx * plane;
    };
    const auto there = [count](index_t i) { return i >= 0 && i < count ? 1.0 : 0.0; };
    const double share = line.share + ahead * line.share_slope;
    Crossing c;
    c.left = place(low);
    c.right = place(low + 1);
    c.column.left = columns_.data() + c.left * stride_;
    c.column.right = columns_.data() + c.right * stride_;
    c.column.left_weight = static_cast<float>(weight * (1.0 - part) * there(low));
    c.column.right_weight = static_cast<float>(weight * part * there(low + 1));
    c.column.rows = grid_.nz;
    c.column.row = static_cast<float>(line.height + share * line.height_slope);
    c.column.row_step = static_cast<float>(line.row_step + share * line.row_slope);
    c.column.voxels = geometry_.rows;
    return c;
}

double ScanColumns::ray_step(const Line& line, index_t row) const {
    const auto step = static_cast<double>(line.path.step);
    if (geometry_.beam == BeamShape::parallel) return step;
    return step *
           std::hypot(1.0, detector_row(geometry_, static_cast<double>(row)) * line.flatness);
}

void ScanColumns::project_line(const Line& line, float* mixed, float* sums) const {
    for (index_t plane = line.path.first; plane <= line.path.last; ++plane) {
        kernel_.add(crossing(line, plane).column, mixed, sums);
    }
    for (index_t row = 0; row < geometry_.rows; ++row) {
        sums[row] = static_cast<float>(static_cast<double>(sums[row]) * ray_step(line, row));
    }
}

void ScanColumns::project(exec::ThreadTeam& team, std::span<const float> volume,
                          std::span<float> projections) {
    exec::for_each(
        team, grid_.ny,
        [&](index_t j) {
            for (index_t k = 0; k < grid_.nz; ++k) {
                const float* const from = volume.data() + grid_.index(0, j, k);
                float* const to = columns_.data() + j * grid_.nx * stride_ + k + 1;
                for (index_t i = 0; i < grid_.nx; ++i) to[i * stride_] = from[i];
            }
        },
        1);
    const index_t tiles = (geometry_.columns + columns_per_tile - 1) / columns_per_tile;
    const index_t room = (geometry_.rows + 15) / 16 * 16;
    team.run(geometry_.views * tiles, [&](index_t tile) {
        std::vector<float> mixed(at(stride_), 0.0F);
        std::vector<float> sums(at(room * columns_per_tile), 0.0F);
        const index_t view = tile / tiles;
        const index_t first = tile % tiles * columns_per_tile;
        const index_t wide = std::min(columns_per_tile, geometry_.columns - first);
        for (index_t c = 0; c < wide; ++c) {
            project_line(line(frames_[at(view)], first + c), mixed.data(), sums.data() + c * room);
        }
        for (index_t row = 0; row < geometry_.rows; ++row) {
            float* const to =
                projections.data() + (view * geometry_.rows + row) * geometry_.columns + first;
            for (index_t c = 0; c < wide; ++c) to[c] = sums[at(c * room + row)];
        }
    });
}

// Every thread spreads over planes of its own, and each voxel sees the lines in their order.
void ScanColumns::spread_axis(exec::ThreadTeam& team, int axis,
                              std::span<const float> projections) {
    const index_t planes = axis == 0 ? grid_.nx : grid_.ny;
    const index_t pieces = std::min<index_t>(team.size(), planes);
    team.run(pieces, [&](index_t piece) {
        std::vector<float> mixed(at(spread_room(grid_.nz)), 0.0F);
        std::vector<float> values(at(geometry_.rows));
        for (index_t n = 0; n < geometry_.views * geometry_.columns; ++n) {
            const index_t view = n / geometry_.columns;
            const index_t column = n % geometry_.columns;
            const Line ray = line(frames_[at(view)], column);
            if (ray.path.axis != axis || ray.path.misses()) continue;
            for (index_t row = 0; row < geometry_.rows; ++row) {
                const float value =
                    projections[at((view * geometry_.rows + row) * geometry_.columns + column)];
                values[at(row)] =
                    static_cast<float>(static_cast<double>(value) * ray_step(ray, row));
            }
            const index_t first = std::max(ray.path.first, planes * piece / pieces);
            const index_t end = std::min(ray.path.last + 1, planes * (piece + 1) / pieces);
            for (index_t plane = first; plane < end; ++plane) {
                const Crossing c = crossing(ray, plane);
                kernel_.spread(c.column, values.data(), mixed.data(),
                               columns_.data() + c.left * stride_,
                               columns_.data() + c.right * stride_);
            }
        }
    });
}

void ScanColumns::back_project(exec::ThreadTeam& team, std::span<const float> projections,
                               std::span<float> volume) {
    for (const int axis : {0, 1}) spread_axis(team, axis, projections);
    exec::for_each(
        team, grid_.ny,
        [&](index_t j) {
            for (index_t k = 0; k < grid_.nz; ++k) {
                float* const to = volume.data() + grid_.index(0, j, k);
                const float* const from = columns_.data() + j * grid_.nx * stride_ + k + 1;
                for (index_t i = 0; i < grid_.nx; ++i) to[i] += from[i * stride_];
            }
        },
        1);
}

}  // namespace caravel::imaging
