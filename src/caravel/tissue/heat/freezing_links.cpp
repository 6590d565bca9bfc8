#include "caravel/tissue/heat/freezing_work.hpp"

namespace caravel::tissue {

using freezing::per_square;
using freezing::place;

namespace {

double harmonic(double a, double b) { return 2.0 * a * b / (a + b); }

/// Calls visit(voxel, i, j, k) for the voxels at a side of the box (x low, x high, y low ...).
template <class Visit>
void over_side(const Grid& g, std::size_t side, const Visit& visit) {
    const std::array<index_t, 3> size{g.nx, g.ny, g.nz};
    std::array<index_t, 3> begin{0, 0, 0};
    std::array<index_t, 3> end = size;
    const std::size_t axis = side / 2;
    if (side % 2 == 0) {
        end[axis] = 1;
    } else {
        begin[axis] = size[axis] - 1;
    }
    for (index_t k = begin[2]; k < end[2]; ++k) {
        for (index_t j = begin[1]; j < end[1]; ++j) {
            for (index_t i = begin[0]; i < end[0]; ++i) visit(g.index(i, j, k), i, j, k);
        }
    }
}

}  // namespace

/// Between voxels that conduct alike the integral of the conductivity over temperature drives the
/// flux: exact for steady heat whatever freezes between them. Other faces are crossings.
void FreezingSolver::Work::link_voxels() {
    const Grid& g = medium->grid;
    const std::array<index_t, 3> step{1, g.nx, g.nx * g.ny};
    curve.assign(colours.size(), medium->label[0]);
    factor.assign(medium->capacity_factor.empty() ? 0 : colours.size(), 1.0);
    latent.assign(medium->particles.latent_heat.empty() ? 0 : colours.size(), 0.0);
    has_crossings = false;
    for (index_t k = 0; k < g.nz; ++k) {
        for (index_t j = 0; j < g.ny; ++j) {
            for (index_t i = 0; i < g.nx; ++i) {
                const index_t cell = g.index(i, j, k);
                const std::size_t e = place(colours.element(i, j, k));
                curve[e] = medium->label[place(cell)];
                const VoxelHeat heat = voxel_heat(cell);
                if (!factor.empty()) factor[e] = heat.capacity_factor;
                if (!latent.empty()) latent[e] = heat.particle_latent;
                const std::array<index_t, 3> number{i, j, k};
                for (std::size_t a = 0; a < 3; ++a) {
                    integral_way[a][e] = 0.0F;
                    if (number[a] == 0) continue;
                    const index_t below = cell - step[a];
                    if (conduction[medium->label[place(below)]] == conduction[curve[e]]) {
                        integral_way[a][e] = static_cast<float>(
                            harmonic(conductivity_factor(cell), conductivity_factor(below)) *
                            per_square(g, a));
                    } else {
                        has_crossings = true;
                    }
                }
            }
        }
    }
    for (auto& values : way) values.assign(has_crossings ? colours.size() : 0, 0.0F);
}

void FreezingSolver::Work::link_face(std::size_t side) {
    const Grid& g = medium->grid;
    const HeatFace& face = medium->faces[side];
    const std::size_t axis = side / 2;
    const bool high = side % 2 == 1;
    over_side(g, side, [&](index_t cell, index_t i, index_t j, index_t k) {
        std::array<index_t, 3> beyond{i, j, k};
        beyond[axis] += high ? 1 : -1;
        const std::size_t rim = place(colours.element(beyond[0], beyond[1], beyond[2]));
        const bool is_fixed = face.kind == HeatFace::Kind::fixed;
        const auto wall_way =
            is_fixed ? static_cast<float>(2.0 * conductivity_factor(cell) * per_square(g, axis))
                     : 0.0F;
        integral_way[axis][high ? rim : place(colours.element(i, j, k))] = wall_way;
        temperature[rim] = face.temperature;
        integral[rim] = is_fixed ? conductivity_integral(curve_of(cell), face.temperature) : 0.0;
    });
}

/// Harmonic means of the conductivities at the step's start.
void FreezingSolver::Work::load_crossings(exec::ThreadTeam& team, View<const double> enthalpy) {
    const Grid& g = medium->grid;
    const std::array<index_t, 3> step{1, g.nx, g.nx * g.ny};
    const auto conductivity = [&](index_t cell) {
        return conductivity_factor(cell) *
               point_at(curve_of(cell), voxel_heat(cell), enthalpy[cell]).conductivity;
    };
    team.run(g.nz, [&](index_t k) {
        for (index_t j = 0; j < g.ny; ++j) {
            for (index_t i = 0; i < g.nx; ++i) {
                const index_t cell = g.index(i, j, k);
                const std::size_t e = place(colours.element(i, j, k));
                const std::array<index_t, 3> number{i, j, k};
                for (std::size_t a = 0; a < 3; ++a) {
                    if (number[a] == 0) continue;
                    const index_t below = cell - step[a];
                    if (conduction[medium->label[place(below)]] == conduction[curve[e]]) continue;
                    way[a][e] = static_cast<float>(
                        harmonic(conductivity(cell), conductivity(below)) * per_square(g, a));
                }
            }
        }
    });
}

namespace {

/// Exchange (J/m3/K) of a voxel with what is beyond a convective face over a step, and what the
/// face's own flux brings (J/m3).
struct Convection {
    double exchange = 0.0;
    double brought = 0.0;
};

Convection convection(const HeatFace& face, double conductivity, double spacing, double dt) {
    const double half = 2.0 * conductivity / spacing;
    const double share = dt / spacing * half / (half + face.transfer);
    return {share * face.transfer, -share * face.heat_flux};
}

}  // namespace

void FreezingSolver::Work::load_walls(View<const double> enthalpy, double dt) {
    for (std::size_t side = 0; side < 6; ++side) {
        const HeatFace& face = medium->faces[side];
        if (face.kind != HeatFace::Kind::convective) continue;
        over_side(medium->grid, side, [&](index_t cell, index_t i, index_t j, index_t k) {
            const std::size_t e = place(colours.element(i, j, k));
            const double conductivity =
                conductivity_factor(cell) *
                point_at(curve_of(cell), voxel_heat(cell), enthalpy[cell]).conductivity;
            const Convection c = convection(face, conductivity, medium->grid.spacing[side / 2], dt);
            exchange[e] += c.exchange;
            supply[e] += c.exchange * face.temperature + c.brought;
        });
    }
}

bool FreezingSolver::Work::is_cooled(index_t j, index_t k) const {
    const Grid& g = medium->grid;
    const std::array<bool, 6> touches{true, true, j == 0, j + 1 == g.ny, k == 0, k + 1 == g.nz};
    for (std::size_t side = 0; side < 6; ++side) {
        const bool cools = medium->faces[side].kind == HeatFace::Kind::convective;
        if (touches[side] && cools) return true;
    }
    return false;
}

double FreezingSolver::Work::wall_heat(View<const double> enthalpy, double dt) const {
    double sum = 0.0;
    for (std::size_t side = 0; side < 6; ++side) {
        const HeatFace& face = medium->faces[side];
        if (face.kind == HeatFace::Kind::insulated) continue;
        const std::size_t axis = side / 2;
        const bool high = side % 2 == 1;
        over_side(medium->grid, side, [&](index_t cell, index_t i, index_t j, index_t k) {
            const std::size_t e = place(colours.element(i, j, k));
            if (face.kind == HeatFace::Kind::fixed) {
                std::array<index_t, 3> beyond{i, j, k};
                beyond[axis] += high ? 1 : -1;
                const std::size_t rim = place(colours.element(beyond[0], beyond[1], beyond[2]));
                sum += dt * static_cast<double>(integral_way[axis][high ? rim : e]) *
                       (integral[rim] - integral[e]);
            } else {
                const double conductivity =
                    conductivity_factor(cell) *
                    point_at(curve_of(cell), voxel_heat(cell), enthalpy[cell]).conductivity;
                const Convection c = convection(face, conductivity, medium->grid.spacing[axis], dt);
                sum += c.exchange * (face.temperature - temperature[e]) + c.brought;
            }
        });
    }
    return sum;
}

}  // namespace caravel::tissue
