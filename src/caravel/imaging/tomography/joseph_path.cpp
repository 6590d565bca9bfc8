#include "caravel/imaging/tomography/joseph_path.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace caravel::imaging {
namespace {

struct Planes {
    index_t first;
    index_t last;
};

// Planes where start + (k - origin) slope lies in (-1, count), and perhaps one more at each end.
Planes where_inside(const Planes& planes, double start, double slope, index_t count) {
    const auto n = static_cast<double>(count);
    if (std::abs(slope) < 1e-12) {
        const bool inside = start > -1.0 && start < n;
        return inside ? planes : Planes{planes.first, planes.first - 1};
    }
    const auto [low, high] = std::minmax({(-1.0 - start) / slope, (n - start) / slope});
    const auto most = static_cast<double>(planes.last - planes.first);
    if (low > most || high < 0.0) return {planes.first, planes.first - 1};
    return {planes.first + static_cast<index_t>(std::max(low, 0.0)),
            planes.first + static_cast<index_t>(std::ceil(std::min(high, most)))};
}

double share(index_t plane, double from, double to) {
    const auto k = static_cast<double>(plane);
    return std::clamp(std::min(k + 0.5, to) - std::max(k - 0.5, from), 0.0, 1.0);
}

// The axis along which a way (in voxels) is longest.
std::size_t main_axis(const Vector3& way) {
    const std::size_t axis = std::abs(way[1]) > std::abs(way[0]) ? 1 : 0;
    return std::abs(way[2]) > std::abs(way[axis]) ? 2 : axis;
}

}  // namespace

JosephPath joseph_path(const Grid& grid, const Ray& ray) {
    const std::array<index_t, 3> count{grid.nx, grid.ny, grid.nz};
    Vector3 from{};
    Vector3 way{};
    double squares = 0.0;
    for (std::size_t a = 0; a < 3; ++a) {
        const double length = ray.to[a] - ray.from[a];
        from[a] = (ray.from[a] - grid.origin[a]) / grid.spacing[a] - 0.5;
        way[a] = length / grid.spacing[a];
        squares += length * length;
    }
    CARAVEL_EXPECTS(std::isfinite(squares) && std::isfinite(from[0] + from[1] + from[2]));
    const std::size_t axis = main_axis(way);
    JosephPath path;
    path.axis = static_cast<int>(axis);
    if (way[axis] == 0.0) return path;
    const auto n = static_cast<double>(count[axis]);
    const auto [low, high] = std::minmax({from[axis], from[axis] + way[axis]});
    const double begin = std::max(low, -0.5);
    const double end = std::min(high, n - 0.5);
    if (!(begin < end)) return path;
    const auto [u_axis, v_axis] = cross_axes[axis];
    const Planes all{static_cast<index_t>(std::min(std::floor(begin + 0.5), n - 1.0)),
                     static_cast<index_t>(std::max(std::ceil(end - 0.5), 0.0))};
    path.du = way[u_axis] / way[axis];
    path.dv = way[v_axis] / way[axis];
    const double before = static_cast<double>(all.first) - from[axis];
    const double u = from[u_axis] + before * path.du;
    const double v = from[v_axis] + before * path.dv;
    const Planes one = where_inside(all, u, path.du, count[u_axis]);
    const Planes two = where_inside(all, v, path.dv, count[v_axis]);
    path.first = std::max(one.first, two.first);
    path.last = std::min(one.last, two.last);
    path.u = u + static_cast<double>(path.first - all.first) * path.du;
    path.v = v + static_cast<double>(path.first - all.first) * path.dv;
    path.step = static_cast<float>(std::sqrt(squares) / std::abs(way[axis]));
    path.first_share = static_cast<float>(share(path.first, begin, end));
    path.last_share = static_cast<float>(share(path.last, begin, end));
    return path;
}

}  // namespace caravel::imaging
