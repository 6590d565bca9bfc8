#include "caravel/tissue/fields/immersed_boundary.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace caravel::tissue {

namespace {

using Level = std::function<double(const Vector3&)>;

constexpr double nearest = 1e-6;  // of the spacing: a surface through a cell's centre

/// Share of the way from an inner to an outer place at which `level` is zero (regula falsi with
/// halved weights).
double crossing(const Level& level, const Vector3& inside, std::size_t axis, double way) {
    double low = 0.0;
    double high = 1.0;
    const auto value = [&](double share) {
        Vector3 at = inside;
        at[axis] += share * way;
        return level(at);
    };
    double at_low = value(low);
    double at_high = value(high);
    constexpr int most_steps = 60;
    constexpr double close = 1e-12;
    for (int i = 0; i < most_steps && high - low > close && at_low != at_high; ++i) {
        const double share = low + (high - low) * at_low / (at_low - at_high);
        const double here = value(share);
        if (here == 0.0) return std::max(share, nearest);
        if (here < 0.0) {
            low = share;
            at_low = here;
            at_high *= 0.5;
        } else {
            high = share;
            at_high = here;
            at_low *= 0.5;
        }
    }
    return std::max(0.5 * (low + high), nearest);
}

template <class Visit>
void over_cells_of(const Grid& g, const Visit& visit) {
    for (index_t k = 0; k < g.nz; ++k) {
        for (index_t j = 0; j < g.ny; ++j) {
            for (index_t i = 0; i < g.nx; ++i) visit(i, j, k);
        }
    }
}

struct Cut {
    const Grid& grid;
    View<const double> conductivity;
    const Level& level;
    double value;
    ImmersedBoundary& result;

    /// The face between cells `lower` and `upper` along an axis.
    void face(index_t lower, index_t upper, const Vector3& lower_centre, std::size_t axis,
              double& conductance) {
        const bool lower_in = result.is_inside[static_cast<std::size_t>(lower)];
        const bool upper_in = result.is_inside[static_cast<std::size_t>(upper)];
        if (lower_in && upper_in) return;
        conductance = 0.0;
        if (!lower_in && !upper_in) return;
        const double h = grid.spacing[axis];
        Vector3 from = lower_centre;
        if (upper_in) from[axis] += h;
        const double share = crossing(level, from, axis, upper_in ? -h : h);
        const index_t inner = upper_in ? upper : lower;
        const double rate = conductivity[inner] / (share * h * h);
        result.loss[static_cast<std::size_t>(inner)] += rate;
        result.source[static_cast<std::size_t>(inner)] += rate * value;
    }
};

void close_box(const Grid& g, ImmersedBoundary& result) {
    FaceField& faces = result.conductances;
    const auto close = [&](index_t cell, std::vector<double>& values, index_t face) {
        if (!result.is_inside[static_cast<std::size_t>(cell)]) {
            values[static_cast<std::size_t>(face)] = 0.0;
        }
    };
    for (index_t k = 0; k < g.nz; ++k) {
        for (index_t j = 0; j < g.ny; ++j) {
            const index_t face = (g.nx + 1) * (j + g.ny * k);
            close(g.index(0, j, k), faces.x, face);
            close(g.index(g.nx - 1, j, k), faces.x, face + g.nx);
        }
        for (index_t i = 0; i < g.nx; ++i) {
            const index_t face = i + g.nx * (g.ny + 1) * k;
            close(g.index(i, 0, k), faces.y, face);
            close(g.index(i, g.ny - 1, k), faces.y, face + g.nx * g.ny);
        }
    }
    for (index_t p = 0; p < g.nx * g.ny; ++p) {
        close(p, faces.z, p);
        close(p + g.index(0, 0, g.nz - 1), faces.z, p + g.cell_count());
    }
}

}  // namespace

ImmersedBoundary immerse(const Grid& g, View<const double> conductivity,
                         const Boundaries& boundaries, const Level& level, double value) {
    if (!std::isfinite(value)) throw std::invalid_argument("a surface needs a finite value");
    const auto cells = static_cast<std::size_t>(g.cell_count());
    ImmersedBoundary result{conductances(g, conductivity, boundaries), std::vector<bool>(cells),
                            std::vector<double>(cells), std::vector<double>(cells)};
    over_cells_of(g, [&](index_t i, index_t j, index_t k) {
        result.is_inside[static_cast<std::size_t>(g.index(i, j, k))] =
            level(g.centre(i, j, k)) < 0.0;
    });
    FaceField& faces = result.conductances;
    Cut cut{g, conductivity, level, value, result};
    over_cells_of(g, [&](index_t i, index_t j, index_t k) {
        const index_t p = g.index(i, j, k);
        const Vector3 at = g.centre(i, j, k);
        const auto to_x = static_cast<std::size_t>(i + 1 + (g.nx + 1) * (j + g.ny * k));
        const auto to_y = static_cast<std::size_t>(i + g.nx * (j + 1 + (g.ny + 1) * k));
        const auto to_z = static_cast<std::size_t>(p + g.nx * g.ny);
        if (i + 1 < g.nx) cut.face(p, p + 1, at, 0, faces.x[to_x]);
        if (j + 1 < g.ny) cut.face(p, p + g.nx, at, 1, faces.y[to_y]);
        if (k + 1 < g.nz) cut.face(p, p + g.nx * g.ny, at, 2, faces.z[to_z]);
    });
    close_box(g, result);
    return result;
}

}  // namespace caravel::tissue
