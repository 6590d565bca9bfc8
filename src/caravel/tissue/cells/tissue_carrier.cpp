#include "caravel/tissue/cells/tissue_carrier.hpp"

#include "caravel/base/error.hpp"
#include "caravel/exec/reduce.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace caravel::tissue {

namespace {
constexpr double most_substeps = 1e5;
constexpr double longest_courant = 0.25;  // outflow of a voxel per sub-step: keeps all positive
constexpr double greatest_gain = 3.9;     // of a kind's flux over first-order upwinding
constexpr double longest_pseudo = 0.25;   // pseudo-time per pass, in voxels
constexpr double greatest_share = 0.15;   // of a voxel's filling that one pass moves over a face
constexpr double width = 0.5;             // of the surface, in voxels
constexpr double smallest_slope = 1e-6;   // below it a gradient has no direction
constexpr index_t lines_per_tile = 16;

double limited(double left, double right) {
    return left * right <= 0.0 ? 0.0 : 2.0 * left * right / (left + right);
}
}  // namespace

/// Lines of voxels along an axis: line l holds cells first(l) + i stride.
struct TissueCarrier::Lines {
    index_t count;
    index_t length;
    index_t stride;
    index_t inner;  // lines that start beside each other
    index_t outer_cells;
    index_t outer_faces;
    double spacing;
    const std::vector<double>* velocity;

    index_t first_cell(index_t line) const { return line % inner + line / inner * outer_cells; }
    index_t first_face(index_t line) const { return line % inner + line / inner * outer_faces; }
};

TissueCarrier::TissueCarrier(const Grid& grid, double sharpening)
    : grid_(grid), sharpening_(sharpening) {}

TissueCarrier::Lines TissueCarrier::lines_along(int axis, const FaceField& velocity) const {
    const Grid& g = grid_;
    if (axis == 0) return {g.ny * g.nz, g.nx, 1, 1, g.nx, g.nx + 1, g.spacing[0], &velocity.x};
    if (axis == 1)
        return {g.nx * g.nz,       g.ny,         g.nx,       g.nx, g.nx * g.ny,
                g.nx * (g.ny + 1), g.spacing[1], &velocity.y};
    const index_t layer = g.nx * g.ny;
    return {layer, g.nz, layer, layer, 0, 0, g.spacing[2], &velocity.z};
}

void sum_kinds(exec::ThreadTeam& team, View<const double> fractions, index_t kinds,
               View<double> filling) {
    const index_t n = filling.size();
    exec::for_each(team, n, [=](index_t c) {
        double sum = 0.0;
        for (index_t k = 0; k < kinds; ++k) sum += fractions[k * n + c];
        filling[c] = sum;
    });
}

namespace {
/// A line of voxels: the filling and each kind's share of it.
struct LineValues {
    LineValues(index_t kind_count, index_t cells)
        : kinds(kind_count),
          length(cells),
          filling(static_cast<std::size_t>(cells)),
          shares(static_cast<std::size_t>(kind_count * cells)),
          flux(static_cast<std::size_t>(kind_count * (cells + 1))) {}

    index_t kinds;
    index_t length;
    std::vector<double> filling;
    std::vector<double> shares;  // kind after kind
    std::vector<double> flux;    // kind after kind, of the faces

    double share(index_t kind, index_t i) const {
        return shares[static_cast<std::size_t>(kind * length + i)];
    }
    double f(index_t i) const { return filling[static_cast<std::size_t>(i)]; }
    double& flux_of(index_t kind, index_t face) {
        return flux[static_cast<std::size_t>(kind * (length + 1) + face)];
    }

    /// False where the line is empty, so that nothing moves along it.
    bool load(View<const double> u, index_t cells, index_t first, index_t stride) {
        bool any = false;
        for (index_t i = 0; i < length; ++i) {
            double sum = 0.0;
            for (index_t k = 0; k < kinds; ++k) sum += u[k * cells + first + i * stride];
            filling[static_cast<std::size_t>(i)] = sum;
            any = any || sum != 0.0;
            for (index_t k = 0; k < kinds; ++k)
                shares[static_cast<std::size_t>(k * length + i)] =
                    sum > 0.0 ? u[k * cells + first + i * stride] / sum : 0.0;
        }
        return any;
    }

    /// Fluxes through a face that `courant` of the donor's volume passes, of signed share.
    void upwind(index_t face, double courant) {
        const bool ahead = courant > 0.0;
        const index_t donor = ahead ? face - 1 : face;
        const bool inside = donor >= 0 && donor < length;
        const index_t back = ahead ? donor - 1 : donor + 1;
        const index_t front = ahead ? donor + 1 : donor - 1;
        const bool curved = inside && back >= 0 && back < length && front >= 0 && front < length;
        const auto value = [&](const auto& of) {
            const double here = of(donor);
            if (!curved) return here;
            return std::max(0.0, here + 0.5 * limited(here - of(back), of(front) - here));
        };
        double whole = 0.0;
        double moved = 0.0;
        if (inside && f(donor) > 0.0) {
            moved = courant * value([&](index_t i) { return f(i); });
            for (index_t k = 0; k < kinds; ++k) {
                const double share_at = value([&](index_t i) { return share(k, i); });
                flux_of(k, face) = share_at;
                whole += share_at;
            }
        }
        for (index_t k = 0; k < kinds; ++k) {
            double& flux_at = flux_of(k, face);
            if (whole <= 0.0) {
                flux_at = 0.0;
                continue;
            }
            const double most = greatest_gain * std::abs(courant) * f(donor) * share(k, donor);
            flux_at = std::clamp(moved * (flux_at / whole), -most, most);
        }
    }
};

struct Tile {
    index_t begin;
    index_t end;
};

template <class Work>
void for_tiles(exec::ThreadTeam& team, index_t lines, const Work& work) {
    team.run((lines + lines_per_tile - 1) / lines_per_tile, [&](index_t t) {
        work(Tile{t * lines_per_tile, std::min(lines, (t + 1) * lines_per_tile)});
    });
}
}  // namespace

void TissueCarrier::stage(exec::ThreadTeam& team, const FaceField& velocity, double dt,
                          index_t kinds, View<const double> from, View<double> to,
                          std::vector<double>& left) const {
    const index_t cells = grid_.cell_count();
    exec::for_each(team, cells * kinds, [=](index_t i) { to[i] = from[i]; });
    for (int axis = 0; axis < 3; ++axis) {
        const Lines lines = lines_along(axis, velocity);
        std::vector<double> lost(static_cast<std::size_t>(lines.count * kinds), 0.0);
        for_tiles(team, lines.count, [&](const Tile& tile) {
            LineValues values(kinds, lines.length);
            for (index_t l = tile.begin; l < tile.end; ++l) {
                const index_t first = lines.first_cell(l);
                if (!values.load(from, cells, first, lines.stride)) continue;
                for (index_t face = 0; face <= lines.length; ++face) {
                    const auto at =
                        static_cast<std::size_t>(lines.first_face(l) + face * lines.stride);
                    values.upwind(face, (*lines.velocity)[at] * dt / lines.spacing);
                }
                for (index_t k = 0; k < kinds; ++k) {
                    for (index_t i = 0; i < lines.length; ++i)
                        to[k * cells + first + i * lines.stride] -=
                            values.flux_of(k, i + 1) - values.flux_of(k, i);
                    lost[static_cast<std::size_t>(l * kinds + k)] =
                        values.flux_of(k, lines.length) - values.flux_of(k, 0);
                }
            }
        });
        for (std::size_t i = 0; i < lost.size(); ++i)
            left[i % static_cast<std::size_t>(kinds)] += 0.5 * lost[i] * grid_.cell_volume();
    }
}

void TissueCarrier::find_normals(exec::ThreadTeam& team, index_t kinds,
                                 View<const double> fractions) {
    const Grid& g = grid_;
    filling_.resize(static_cast<std::size_t>(g.cell_count()));
    normals_.resize(filling_.size());
    sum_kinds(team, fractions, kinds, view_of(filling_));
    const auto value = [&](index_t i, index_t j, index_t k) {
        return filling_[static_cast<std::size_t>(g.index(std::clamp(i, index_t{0}, g.nx - 1),
                                                         std::clamp(j, index_t{0}, g.ny - 1),
                                                         std::clamp(k, index_t{0}, g.nz - 1)))];
    };
    exec::for_each(team, g.cell_count(), [&](index_t c) {
        const index_t i = c % g.nx;
        const index_t j = c / g.nx % g.ny;
        const index_t k = c / (g.nx * g.ny);
        const double x = 0.5 * (value(i + 1, j, k) - value(i - 1, j, k));
        const double y = 0.5 * (value(i, j + 1, k) - value(i, j - 1, k));
        const double z = 0.5 * (value(i, j, k + 1) - value(i, j, k - 1));
        const double slope = std::sqrt(x * x + y * y + z * z) + smallest_slope;
        normals_[static_cast<std::size_t>(c)] = {x / slope, y / slope, z / slope};
    });
}

void TissueCarrier::sharpen(exec::ThreadTeam& team, double pseudo_time, index_t kinds,
                            View<double> fractions) {
    find_normals(team, kinds, fractions);
    const index_t cells = grid_.cell_count();
    View<double> from = view_of(first_);
    exec::for_each(team, cells * kinds, [=](index_t i) { from[i] = fractions[i]; });
    const FaceField no_velocity(Grid{});
    for (int axis = 0; axis < 3; ++axis) {
        const Lines lines = lines_along(axis, no_velocity);
        const auto along = static_cast<std::size_t>(axis);
        for_tiles(team, lines.count, [&](const Tile& tile) {
            LineValues values(kinds, lines.length);
            for (index_t l = tile.begin; l < tile.end; ++l) {
                const index_t first = lines.first_cell(l);
                if (!values.load(from, cells, first, lines.stride)) continue;
                for (index_t face = 1; face < lines.length; ++face) {
                    const double low = values.f(face - 1);
                    const double high = values.f(face);
                    const auto cell = static_cast<std::size_t>(first + face * lines.stride);
                    const double normal =
                        0.5 * (normals_[cell - static_cast<std::size_t>(lines.stride)][along] +
                               normals_[cell][along]);
                    const double edge = 0.5 * (std::max(0.0, low * (1.0 - low)) +
                                               std::max(0.0, high * (1.0 - high)));
                    const double flux = pseudo_time * (edge * normal - width * (high - low));
                    const index_t donor = flux > 0.0 ? face - 1 : face;
                    const double most = values.f(donor) * greatest_share;
                    const double moved = std::clamp(flux, -most, most);
                    for (index_t k = 0; k < kinds; ++k)
                        values.flux_of(k, face) = moved * values.share(k, donor);
                }
                for (index_t k = 0; k < kinds; ++k)
                    for (index_t i = 0; i < lines.length; ++i)
                        fractions[k * cells + first + i * lines.stride] -=
                            values.flux_of(k, i + 1) - values.flux_of(k, i);
            }
        });
    }
}

namespace {
/// Greatest outflow of a voxel (1/s) and greatest speed in voxels (1/s).
std::array<double, 2> fastest(exec::ThreadTeam& team, const Grid& g, const FaceField& v) {
    const auto outflow = [&](index_t c) {
        const index_t i = c % g.nx;
        const index_t j = c / g.nx % g.ny;
        const index_t k = c / (g.nx * g.ny);
        const auto x = static_cast<std::size_t>(i + (g.nx + 1) * (j + g.ny * k));
        const auto y = static_cast<std::size_t>(i + g.nx * (j + (g.ny + 1) * k));
        const auto z = static_cast<std::size_t>(c);
        const auto row = static_cast<std::size_t>(g.nx);
        const auto layer = static_cast<std::size_t>(g.nx * g.ny);
        return (std::max(0.0, v.x[x + 1]) + std::max(0.0, -v.x[x])) / g.spacing[0] +
               (std::max(0.0, v.y[y + row]) + std::max(0.0, -v.y[y])) / g.spacing[1] +
               (std::max(0.0, v.z[z + layer]) + std::max(0.0, -v.z[z])) / g.spacing[2];
    };
    const double most = exec::transform_reduce(team, g.cell_count(), 0.0, outflow, exec::Maximum{});
    const double speed = std::max({exec::max_abs(team, view_of(v.x)) / g.spacing[0],
                                   exec::max_abs(team, view_of(v.y)) / g.spacing[1],
                                   exec::max_abs(team, view_of(v.z)) / g.spacing[2]});
    return {most, speed};
}
}  // namespace

void TissueCarrier::advance(exec::ThreadTeam& team, View<double> fractions, index_t kinds,
                            const FaceField& velocity, double dt, std::vector<double>& left) {
    const index_t size = grid_.cell_count() * kinds;
    if (kinds < 1 || fractions.size() != size || left.size() != static_cast<std::size_t>(kinds))
        throw std::invalid_argument("fractions and losses must have the sizes of grid and kinds");
    const auto [outflow, speed] = fastest(team, grid_, velocity);
    if (outflow * dt == 0.0) return;
    const double needed = std::ceil(outflow * dt / longest_courant);
    if (!(needed <= most_substeps))
        throw NumericalError(NumericalFailure{"motion of tissue", "velocity", "", 0.0, 0.0,
                                              "needs more than 100,000 sub-steps",
                                              "take shorter steps or check the rates of growth"});
    first_.resize(static_cast<std::size_t>(size));
    second_.resize(static_cast<std::size_t>(size));
    const double substep = dt / needed;
    const double pseudo_time = std::min(longest_pseudo, sharpening_ * speed * substep);
    for (int s = 0; s < static_cast<int>(needed); ++s) {
        stage(team, velocity, substep, kinds, fractions, view_of(first_), left);
        stage(team, velocity, substep, kinds, view_of(first_), view_of(second_), left);
        const double* second = second_.data();
        exec::for_each(team, size,
                       [=](index_t i) { fractions[i] = 0.5 * (fractions[i] + second[i]); });
        if (pseudo_time > 0.0) sharpen(team, pseudo_time, kinds, fractions);
    }
}

}  // namespace caravel::tissue
