#include "caravel/tissue/heat/pennes_work.hpp"

#include "caravel/tissue/fields/elliptic_work.hpp"
#include "caravel/tissue/fields/face_field.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace caravel::tissue {

namespace {

// The slope of a conductivity holds between these; beyond, the conductivity stays as at the limit.
constexpr double coldest = 273.15;    // K
constexpr double hottest = 373.15;    // K
constexpr double reference = 310.15;  // K, to which tables refer

double factor_of(const std::vector<double>& factors, index_t p) {
    return factors.empty() ? 1.0 : factors[static_cast<std::size_t>(p)];
}

}  // namespace

PennesSolver::Work::Work(const HeatMedium& given)
    : medium((check(given), &given)),
      grid(given.grid),
      cells(given.grid.cell_count()),
      faces(given.grid) {
    for (auto* field :
         {&capacity, &conductivity, &loss, &supply, &rise, &mean, &stage, &storage, &correction}) {
        field->resize(static_cast<std::size_t>(cells));
    }
    is_sloped = std::any_of(given.tissues.begin(), given.tissues.end(),
                            [](const auto& tissue) { return tissue.conductivity_slope != 0.0; });
    wall[0].resize(static_cast<std::size_t>(grid.ny * grid.nz));
    wall[1] = wall[0];
    wall[2].resize(static_cast<std::size_t>(grid.nx * grid.nz));
    wall[3] = wall[2];
    wall[4].resize(static_cast<std::size_t>(grid.nx * grid.ny));
    wall[5] = wall[4];
    follow_medium();
}

void PennesSolver::Work::follow_medium() {
    const HeatMedium& m = *medium;
    check(m);
    for (index_t p = 0; p < cells; ++p) {
        const auto c = static_cast<std::size_t>(p);
        const ThermalTissue& tissue = m.tissues[m.label[c]];
        capacity[c] = tissue.volumetric_heat_capacity() * factor_of(m.capacity_factor, p);
        conductivity[c] = tissue.conductivity * factor_of(m.conductivity_factor, p);
    }
    has_conductances = false;
    stages.reset();
}

void PennesSolver::Work::set_conductances(exec::ThreadTeam& team, View<const double> temperature) {
    if (has_conductances && !is_sloped) return;
    View<const double> now = view_of(std::as_const(conductivity));
    if (is_sloped) {
        current.resize(static_cast<std::size_t>(cells));
        const HeatMedium& m = *medium;
        over_cells(team, cells, [&](CellRange range) {
            for (index_t p = range.begin; p < range.end; ++p) {
                const auto c = static_cast<std::size_t>(p);
                const ThermalTissue& tissue = m.tissues[m.label[c]];
                const double above = std::clamp(temperature[p], coldest, hottest) - reference;
                current[c] = (tissue.conductivity + tissue.conductivity_slope * above) *
                             factor_of(m.conductivity_factor, p);
            }
        });
        now = view_of(std::as_const(current));
        stages.reset();
    }
    fill_conductances(team, grid, now, Boundaries{}, faces);
    cut_links(now);
    couple_walls(now);
    find_fastest(team);
    has_conductances = true;
    is_elliptic_set = false;
}

void PennesSolver::Work::cut_links(View<const double> now) {
    const Grid& g = grid;
    for (const HeatLink& link : medium->links) {
        const index_t p = link.voxel;
        const auto axis = static_cast<std::size_t>(link.axis);
        const index_t row = p / g.nx;
        const index_t plane = g.nx * g.ny;
        const std::array<index_t, 3> next{p + 1, p + g.nx, p + plane};
        // faces of a row along x and of a plane along y outnumber its voxels
        const std::array<index_t, 3> face{p + row + 1, p + g.nx * (p / plane + 1), p + plane};
        double& conductance = (axis == 0   ? faces.x
                               : axis == 1 ? faces.y
                                           : faces.z)[static_cast<std::size_t>(face[axis])];
        conductance =
            1.0 / (g.spacing[axis] * (link.share / now[p] + (1.0 - link.share) / now[next[axis]]));
    }
}

void PennesSolver::Work::find_fastest(exec::ThreadTeam& team) {
    const Grid& g = grid;
    const auto at = [](const std::vector<double>& values, index_t i) {
        return values[static_cast<std::size_t>(i)];
    };
    std::vector<Vector3> planes(static_cast<std::size_t>(g.nz), Vector3{});
    over_planes(team, cells, g.nz, [&](index_t k) {
        Vector3 most{};
        for (index_t j = 0; j < g.ny; ++j) {
            for (index_t i = 0; i < g.nx; ++i) {
                const index_t p = g.index(i, j, k);
                const index_t x = i + (g.nx + 1) * (j + g.ny * k);
                const index_t y = i + g.nx * (j + (g.ny + 1) * k);
                const double inverse = 1.0 / at(capacity, p);
                most[0] = std::max(most[0], (at(faces.x, x) + at(faces.x, x + 1)) * inverse);
                most[1] = std::max(most[1], (at(faces.y, y) + at(faces.y, y + g.nx)) * inverse);
                most[2] =
                    std::max(most[2], (at(faces.z, p) + at(faces.z, p + g.nx * g.ny)) * inverse);
            }
        }
        planes[static_cast<std::size_t>(k)] = most;
    });
    fastest = {};
    for (const Vector3& plane : planes) {
        for (std::size_t d = 0; d < 3; ++d) {
            fastest[d] = std::max(fastest[d], plane[d] / g.spacing[d]);
        }
    }
}

void PennesSolver::Work::couple_walls(View<const double> now) {
    over_walls(grid, [&](std::size_t side, index_t face, index_t p) {
        const HeatFace& condition = medium->faces[side];
        const double spacing = grid.spacing[side / 2];
        const double half = 2.0 * now[p] / spacing;
        double through = 0.0;
        if (condition.kind == HeatFace::Kind::fixed) through = half;
        if (condition.kind == HeatFace::Kind::convective) {
            through = half * (condition.transfer / (half + condition.transfer));
        }
        wall[side][static_cast<std::size_t>(face)] = through / spacing;
    });
}

}  // namespace caravel::tissue
