#include "caravel/tissue/fields/elliptic_work.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace caravel::tissue {

namespace {

void check(const Grid& grid) {
    if (grid.cell_count() < 1) throw std::invalid_argument("an elliptic solver needs cells");
    for (const double h : grid.spacing) {
        if (!(h > 0.0) || !std::isfinite(h)) {
            throw std::invalid_argument("the spacing of a grid must be positive and finite");
        }
    }
}

void check_values(const std::vector<double>& values, index_t count) {
    if (static_cast<index_t>(values.size()) != count) {
        throw std::invalid_argument("conductances need one value per face");
    }
    for (const double value : values) {
        if (!(value >= 0.0) || !std::isfinite(value)) {
            throw std::invalid_argument("conductances must be finite and not negative");
        }
    }
}

}  // namespace

EllipticSolver::Work::Work(const Grid& given_grid, const Boundaries& given_boundaries)
    : grid((check(given_grid), given_grid)),
      boundaries(given_boundaries),
      cells(grid.cell_count()),
      row(grid.nx),
      plane(grid.nx * grid.ny),
      conductances(grid),
      residual(static_cast<std::size_t>(cells)),
      image(static_cast<std::size_t>(cells)),
      multigrid({grid.nx, grid.ny, grid.nz}, grid.spacing, boundaries) {
    for (auto* field : {&coupling[0], &coupling[1], &coupling[2], &diagonal, &direction}) {
        field->resize(cells, plane + 1);
    }
    for (std::size_t side = 0; side < 6; ++side) {
        wall[side].assign(multigrid.finest().wall[side].size(), 0.0);
    }
}

void EllipticSolver::Work::set_conductances(exec::ThreadTeam& team, FaceField given) {
    check_values(given.x, (grid.nx + 1) * grid.ny * grid.nz);
    check_values(given.y, grid.nx * (grid.ny + 1) * grid.nz);
    check_values(given.z, grid.nx * grid.ny * (grid.nz + 1));
    conductances = std::move(given);
    double most = couple_cells(team);
    couple_walls();
    for (const auto& side : wall) {
        for (const double value : side) most = std::max(most, value);
    }
    scale = most > 0.0 ? 1.0 / most : 1.0;
    MultigridLevel& finest = multigrid.finest();
    for (std::size_t a = 0; a < 3; ++a) {
        over_cells(team, cells, [&](CellRange range) {
            for (index_t p = range.begin; p < range.end; ++p) {
                finest.coupling[a].data()[p] = static_cast<float>(scale * coupling[a].data()[p]);
            }
        });
    }
    for (std::size_t side = 0; side < 6; ++side) {
        for (std::size_t p = 0; p < wall[side].size(); ++p) {
            finest.wall[side][p] = static_cast<float>(scale * wall[side][p]);
        }
    }
    multigrid.couplings_changed();
    is_fresh = true;
}

double EllipticSolver::Work::couple_cells(exec::ThreadTeam& team) {
    const Grid& g = grid;
    const double* x = conductances.x.data();
    const double* y = conductances.y.data();
    const double* z = conductances.z.data();
    std::vector<double> largest(static_cast<std::size_t>(g.nz), 0.0);
    over_planes(team, cells, g.nz, [&](index_t k) {
        double most = 0.0;
        for (index_t j = 0; j < g.ny; ++j) {
            for (index_t i = 0; i < g.nx; ++i) {
                const index_t p = g.index(i, j, k);
                const double over_x = x[i + (g.nx + 1) * (j + g.ny * k)] / g.spacing[0];
                const double over_y = y[i + g.nx * (j + (g.ny + 1) * k)] / g.spacing[1];
                const double over_z = z[p] / g.spacing[2];
                coupling[0].data()[p] = i > 0 ? over_x : 0.0;
                coupling[1].data()[p] = j > 0 ? over_y : 0.0;
                coupling[2].data()[p] = k > 0 ? over_z : 0.0;
                most = std::max({most, over_x, over_y, over_z});
            }
        }
        largest[static_cast<std::size_t>(k)] = most;
    });
    return *std::max_element(largest.begin(), largest.end());
}

void EllipticSolver::Work::couple_walls() {
    const Grid& g = grid;
    const auto lead = [&](std::size_t side, index_t at, const std::vector<double>& values,
                          index_t face) {
        wall[side][static_cast<std::size_t>(at)] =
            values[static_cast<std::size_t>(face)] / g.spacing[side / 2];
    };
    for (index_t k = 0; k < g.nz; ++k) {
        for (index_t j = 0; j < g.ny; ++j) {
            const index_t face = (g.nx + 1) * (j + g.ny * k);
            lead(0, j + g.ny * k, conductances.x, face);
            lead(1, j + g.ny * k, conductances.x, face + g.nx);
        }
        for (index_t i = 0; i < g.nx; ++i) {
            const index_t face = i + g.nx * (g.ny + 1) * k;
            lead(2, i + g.nx * k, conductances.y, face);
            lead(3, i + g.nx * k, conductances.y, face + g.nx * g.ny);
        }
    }
    for (index_t p = 0; p < plane; ++p) {
        lead(4, p, conductances.z, p);
        lead(5, p, conductances.z, p + cells);
    }
}

void EllipticSolver::Work::set_loss(exec::ThreadTeam& team, View<const double> loss) {
    if (!loss.empty() && loss.size() != cells) {
        throw std::invalid_argument("a loss needs one value per cell");
    }
    double* next = direction.data();
    const double losing = sum_over_cells(
        team, cells, partial, [&](CellRange range) { return add_losses(loss, range, next); });
    bool is_walled = false;
    over_walls(grid, [&](std::size_t side, index_t face, index_t p) {
        const double value = wall[side][static_cast<std::size_t>(face)];
        next[p] += value;
        is_walled = is_walled || value > 0.0;
    });
    float* single = multigrid.finest().loss.data();
    const double changed = sum_over_cells(team, cells, partial, [&](CellRange range) {
        double count = 0.0;
        for (index_t p = range.begin; p < range.end; ++p) {
            if (diagonal.data()[p] != next[p]) count += 1.0;
            diagonal.data()[p] = next[p];
            single[p] = loss.empty() ? 0.0F : static_cast<float>(scale * loss[p]);
        }
        return count;
    });
    is_held = is_walled || losing > 0.0;
    is_fresh = is_fresh || changed > 0.0;
}

double EllipticSolver::Work::add_losses(View<const double> loss, CellRange range,
                                        double* next) const {
    const double* x = coupling[0].data();
    const double* y = coupling[1].data();
    const double* z = coupling[2].data();
    double losing = 0.0;
    for (index_t p = range.begin; p < range.end; ++p) {
        const double own = loss.empty() ? 0.0 : loss[p];
        if (!(own >= 0.0) || !std::isfinite(own)) {
            throw std::invalid_argument("a loss must be finite and not negative");
        }
        if (own > 0.0) losing += 1.0;
        next[p] = own + ((x[p] + x[p + 1]) + (y[p] + y[p + row]) + (z[p] + z[p + plane]));
    }
    return losing;
}

}  // namespace caravel::tissue
