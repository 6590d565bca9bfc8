#include "caravel/imaging/tomography/projection.hpp"

#include "caravel/exec/for_each.hpp"
#include "caravel/imaging/tomography/joseph_kernels.hpp"
#include "caravel/imaging/tomography/ray_order.hpp"
#include "caravel/imaging/tomography/scan_columns.hpp"
#include "caravel/imaging/tomography/scan_frame.hpp"

#include <algorithm>
#include <vector>

namespace caravel::imaging {
namespace {

constexpr index_t rays_per_tile = 256;
constexpr index_t rays_per_batch = 16384;

constexpr index_t rays_per_order = 1 << 20;  // sorted together

template <class RayOf>
std::vector<JosephPath> paths_of(exec::ThreadTeam& team, const Grid& grid, index_t rays,
                                 const RayOf& ray_of) {
    std::vector<JosephPath> paths(static_cast<std::size_t>(rays));
    exec::for_each(
        team, rays,
        [&](index_t i) { paths[static_cast<std::size_t>(i)] = joseph_path(grid, ray_of(i)); },
        rays_per_tile);
    return paths;
}

// Large volumes are crossed by neighbouring rays one after the other; a ray's integral does not
// depend on when it is taken.
template <class RayOf>
void gather_in_order(exec::ThreadTeam& team, const Grid& grid, const float* volume, index_t rays,
                     const RayOf& ray_of, float* integrals) {
    const auto axes = joseph_axes(grid);
    const JosephKernel kernel = usable_joseph_kernels().back();
    for (index_t begin = 0; begin < rays; begin += rays_per_order) {
        const index_t count = std::min(rays_per_order, rays - begin);
        const auto paths =
            paths_of(team, grid, count, [&](index_t i) { return ray_of(begin + i); });
        const auto order = ray_order(team, grid, paths);
        exec::for_each(
            team, count,
            [&](index_t n) {
                const std::size_t i = order[static_cast<std::size_t>(n)];
                const JosephPath& path = paths[i];
                integrals[begin + static_cast<index_t>(i)] =
                    path.misses()
                        ? 0.0F
                        : kernel.gather(axes[static_cast<std::size_t>(path.axis)], path, volume);
            },
            rays_per_tile);
    }
}

template <class RayOf>
void gather_rays(exec::ThreadTeam& team, const Grid& grid, const float* volume, index_t rays,
                 const RayOf& ray_of, float* integrals) {
    if (wants_order(grid)) {
        gather_in_order(team, grid, volume, rays, ray_of, integrals);
        return;
    }
    const auto axes = joseph_axes(grid);
    const JosephKernel kernel = usable_joseph_kernels().back();
    exec::for_each(
        team, rays,
        [&](index_t i) {
            const JosephPath path = joseph_path(grid, ray_of(i));
            integrals[i] = path.misses() ? 0.0F
                                         : kernel.gather(axes[static_cast<std::size_t>(path.axis)],
                                                         path, volume);
        },
        rays_per_tile);
}

// Rays of one main axis are worked on together: the volume is cut across that axis, every thread
// adds to planes of its own, and each voxel sees the rays in their order, however many threads cut.
class Spreader {
  public:
    Spreader(exec::ThreadTeam& team, const Grid& grid, float* volume)
        : team_(team),
          grid_(grid),
          axes_(joseph_axes(grid)),
          volume_(volume),
          per_batch_(wants_order(grid) ? rays_per_order : rays_per_batch) {}

    template <class RayOf>
    void add(index_t rays, const RayOf& ray_of, const float* values) {
        for (index_t begin = 0; begin < rays; begin += per_batch_) {
            const index_t count = std::min(per_batch_, rays - begin);
            paths_ = paths_of(team_, grid_, count, [&](index_t i) { return ray_of(begin + i); });
            sort(values + begin);
            for (std::size_t axis = 0; axis < 3; ++axis) spread(axis, values + begin);
        }
    }

  private:
    void sort(const float* values) {
        for (auto& list : order_) list.clear();
        const auto take = [&](std::size_t i) {
            const JosephPath& path = paths_[i];
            if (path.misses() || values[i] == 0.0F) return;
            order_[static_cast<std::size_t>(path.axis)].push_back(static_cast<index_t>(i));
        };
        if (wants_order(grid_)) {
            for (const std::uint32_t i : ray_order(team_, grid_, paths_)) take(i);
        } else {
            for (std::size_t i = 0; i < paths_.size(); ++i) take(i);
        }
    }

    void spread(std::size_t axis, const float* values) {
        const std::vector<index_t>& order = order_[axis];
        if (order.empty()) return;
        // Cuts at multiples of a cache line of floats: threads share none along x.
        constexpr index_t line = 16;
        const index_t planes = axes_[axis].count[0];
        const index_t lines = (planes + line - 1) / line;
        const index_t pieces = std::min<index_t>(team_.size(), lines);
        const JosephKernel kernel = usable_joseph_kernels().back();
        team_.run(pieces, [&](index_t piece) {
            const index_t first = lines * piece / pieces * line;
            const index_t end = std::min(lines * (piece + 1) / pieces * line, planes);
            for (const index_t i : order) {
                kernel.spread(axes_[axis], paths_[static_cast<std::size_t>(i)], first, end,
                              values[i], volume_);
            }
        });
    }

    exec::ThreadTeam& team_;
    const Grid& grid_;
    std::array<JosephAxes, 3> axes_;
    float* volume_;
    index_t per_batch_;
    std::vector<JosephPath> paths_{};
    std::array<std::vector<index_t>, 3> order_;
};

// Ray of one pixel of a scan, in the order of its projections.
class PixelRays {
  public:
    explicit PixelRays(const ScanGeometry& geometry) : geometry_(geometry) {
        frames_.reserve(static_cast<std::size_t>(geometry.views));
        for (index_t view = 0; view < geometry.views; ++view) frames_.emplace_back(geometry, view);
    }

    Ray operator()(index_t pixel) const {
        const index_t line = pixel / geometry_.columns;
        return frames_[static_cast<std::size_t>(line / geometry_.rows)].ray(
            static_cast<double>(pixel % geometry_.columns),
            static_cast<double>(line % geometry_.rows));
    }

  private:
    const ScanGeometry& geometry_;
    std::vector<ScanFrame> frames_;
};

}  // namespace

void project_rays(exec::ThreadTeam& team, const Grid& grid, std::span<const float> volume,
                  std::span<const Ray> rays, std::span<float> integrals) {
    CARAVEL_EXPECTS(std::ssize(volume) == grid.cell_count() && rays.size() == integrals.size());
    gather_rays(
        team, grid, volume.data(), std::ssize(rays),
        [rays](index_t i) { return rays[static_cast<std::size_t>(i)]; }, integrals.data());
}

void back_project_rays(exec::ThreadTeam& team, const Grid& grid, std::span<const Ray> rays,
                       std::span<const float> values, std::span<float> volume) {
    CARAVEL_EXPECTS(std::ssize(volume) == grid.cell_count() && rays.size() == values.size());
    Spreader(team, grid, volume.data())
        .add(
            std::ssize(rays), [rays](index_t i) { return rays[static_cast<std::size_t>(i)]; },
            values.data());
}

void project_scan(exec::ThreadTeam& team, const ScanGeometry& geometry, const Grid& grid,
                  std::span<const float> volume, std::span<float> projections) {
    check_geometry(geometry, grid);
    CARAVEL_EXPECTS(std::ssize(volume) == grid.cell_count() &&
                    std::ssize(projections) == geometry.pixel_count());
    if (ScanColumns::suits(geometry, grid)) {
        ScanColumns(geometry, grid).project(team, volume, projections);
        return;
    }
    gather_rays(team, grid, volume.data(), geometry.pixel_count(), PixelRays(geometry),
                projections.data());
}

void back_project_scan(exec::ThreadTeam& team, const ScanGeometry& geometry, const Grid& grid,
                       std::span<const float> projections, std::span<float> volume) {
    check_geometry(geometry, grid);
    CARAVEL_EXPECTS(std::ssize(volume) == grid.cell_count() &&
                    std::ssize(projections) == geometry.pixel_count());
    if (ScanColumns::suits(geometry, grid)) {
        ScanColumns(geometry, grid).back_project(team, projections, volume);
        return;
    }
    Spreader(team, grid, volume.data())
        .add(geometry.pixel_count(), PixelRays(geometry), projections.data());
}

double projection_memory(const ScanGeometry& geometry, const Grid& grid) {
    if (ScanColumns::suits(geometry, grid)) return ScanColumns::memory(grid);
    if (wants_order(grid))
        return static_cast<double>(std::min(rays_per_order, geometry.pixel_count())) *
               (sizeof(JosephPath) + 2.0 * sizeof(index_t) + 20.0);
    return static_cast<double>(rays_per_batch) * (sizeof(JosephPath) + sizeof(index_t));
}

}  // namespace caravel::imaging
