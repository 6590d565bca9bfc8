#include "caravel/tissue/fields/factored_solver.hpp"

#include <algorithm>
#include <cstdint>

namespace caravel::tissue {

using sweeps::Rows;

namespace {

constexpr index_t numbers_per_line = 8;  // of cache

double* aligned(double* p) {
    const auto past = static_cast<index_t>(reinterpret_cast<std::uintptr_t>(p) / sizeof(double) %
                                           numbers_per_line);
    return p + (numbers_per_line - past) % numbers_per_line;
}

double value_beyond(const FaceCondition& condition) {
    return condition.kind == FaceCondition::Kind::zero_flux ? 0.0 : condition.value;
}

}  // namespace

template <class Face>
index_t FactoredSolver<Face>::scratch_size(const Grid& grid) {
    const index_t block = (std::max(grid.ny, grid.nz) + 1) * sweeps::columns_at_once;
    const index_t most = std::max({block, sweeps::scratch_for_x(grid.nx), grid.nx + 2});
    return (most + 2 * numbers_per_line - 1) / numbers_per_line * numbers_per_line;
}

template <class Face>
FactoredSolver<Face>::FactoredSolver(const Grid& grid, const Boundaries& boundaries,
                                     const FaceNumbers<Face>& conductances, const CellTerms& terms,
                                     View<const double> storage, double time, View<double> scratch)
    : grid_(grid),
      boundaries_(boundaries),
      conductances_(&conductances),
      terms_(terms),
      storage_(storage),
      time_(time),
      scratch_(scratch),
      kernels_(sweeps::usable_kernels<Face>().back()) {
    const auto row = static_cast<std::size_t>(std::max(grid.nx, sweeps::columns_at_once));
    ones_.assign(row, 1.0);
    zeros_.assign(row, 0.0);
    for (std::size_t face = 2; face < 6; ++face) {
        beyond_.insert(beyond_.end(), static_cast<std::size_t>(grid.nx),
                       value_beyond(boundaries[face]));
    }
}

template <class Face>
typename FactoredSolver<Face>::Lines FactoredSolver<Face>::lines(int axis, bool homogeneous) const {
    const auto a = static_cast<std::size_t>(axis);
    const std::vector<Face>* const faces[] = {&conductances_->x, &conductances_->y,
                                              &conductances_->z};
    const double held = homogeneous ? 0.0 : 1.0;
    return {faces[a]->data(), time_ / grid_.spacing[a], held * value_beyond(boundaries_[2 * a]),
            held * value_beyond(boundaries_[2 * a + 1])};
}

// Sweeps of x and y need a plane of z alone, that of z a plane of y alone: two passes. Lines do not
// touch each other, so that pieces may follow the number of threads.
template <class Face>
template <class Fill>
void FactoredSolver<Face>::sweep(exec::ThreadTeam& team, double* values, bool homogeneous,
                                 const Fill& fill) const {
    const index_t size = team.size();
    const index_t per_thread = scratch_.size() / size;
    team.run(size, [&](index_t piece) {
        double* const scratch = aligned(scratch_.data() + piece * per_thread);
        for (index_t k = piece * grid_.nz / size; k < (piece + 1) * grid_.nz / size; ++k) {
            for (index_t j = 0; j < grid_.ny; ++j) {
                fill(j, k, scratch);
            }
            sweep_plane(values, k, homogeneous, scratch);
        }
    });
    team.run(size, [&](index_t piece) {
        double* const scratch = aligned(scratch_.data() + piece * per_thread);
        for (index_t j = piece * grid_.ny / size; j < (piece + 1) * grid_.ny / size; ++j) {
            sweep_slab(values, j, homogeneous, scratch);
        }
    });
}

template <class Face>
void FactoredSolver<Face>::sweep_plane(double* values, index_t k, bool homogeneous,
                                       double* scratch) const {
    const index_t nx = grid_.nx;
    const index_t first = nx * grid_.ny * k;
    const auto storage_at = [&](index_t cell) {
        return storage_.empty() ? Rows<const double>{ones_.data(), 0}
                                : Rows<const double>{storage_.data() + cell, nx};
    };
    const Lines along = lines(0, homogeneous);
    kernels_.along_x({{values + first, nx},
                      storage_at(first),
                      {ones_.data(), 0},
                      {along.faces + (nx + 1) * grid_.ny * k, nx + 1},
                      along.scale,
                      along.low,
                      along.high,
                      nx,
                      grid_.ny,
                      scratch});
    const Lines across = lines(1, homogeneous);
    const index_t first_face = nx * (grid_.ny + 1) * k;
    for (index_t c = 0; c < nx; c += sweeps::columns_at_once) {
        const index_t columns = std::min(sweeps::columns_at_once, nx - c);
        kernels_.across({{values + first + c, nx},
                         storage_at(first + c),
                         storage_at(first + c),
                         {across.faces + first_face + c, nx},
                         across.scale,
                         across.low,
                         across.high,
                         grid_.ny,
                         columns,
                         scratch + sweeps::columns_at_once,
                         scratch});
    }
}

template <class Face>
void FactoredSolver<Face>::sweep_slab(double* values, index_t j, bool homogeneous,
                                      double* scratch) const {
    const index_t plane = grid_.nx * grid_.ny;
    const Lines across = lines(2, homogeneous);
    for (index_t c = 0; c < grid_.nx; c += sweeps::columns_at_once) {
        const index_t columns = std::min(sweeps::columns_at_once, grid_.nx - c);
        const index_t first = grid_.nx * j + c;
        const Rows<const double> storage = storage_.empty()
                                               ? Rows<const double>{ones_.data(), 0}
                                               : Rows<const double>{storage_.data() + first, plane};
        kernels_.across({{values + first, plane},
                         storage,
                         storage,
                         {across.faces + first, plane},
                         across.scale,
                         across.low,
                         across.high,
                         grid_.nz,
                         columns,
                         scratch + sweeps::columns_at_once,
                         scratch});
    }
}

template <class Face>
sweeps::StartRow FactoredSolver<Face>::start_row(const double* u, double* result,
                                                 index_t cell) const {
    return {result + cell,
            u + cell,
            terms_.capacity.empty() ? ones_.data() : terms_.capacity.data() + cell,
            terms_.source.empty() ? zeros_.data() : terms_.source.data() + cell,
            time_,
            grid_.nx};
}

template <class Face>
void FactoredSolver<Face>::fill_residual(const ResidualSolve& solve, index_t j, index_t k,
                                         double* scratch) const {
    const index_t nx = grid_.nx;
    const index_t plane = nx * grid_.ny;
    const index_t cell = grid_.index(0, j, k);
    const double* const v = solve.v.data() + cell;
    std::copy(v, v + nx, scratch + 1);
    scratch[0] = value_beyond(boundaries_[0]);
    scratch[nx + 1] = value_beyond(boundaries_[1]);
    const double* const beyond = beyond_.data();
    const Face* const y_faces = conductances_->y.data() + nx * (j + (grid_.ny + 1) * k);
    const Face* const z_faces = conductances_->z.data() + cell;
    sweeps::RightRow<Face> row;
    row.start = start_row(solve.u.data(), solve.result.data(), cell);
    row.v = scratch + 1;
    row.storage = storage_.empty() ? ones_.data() : storage_.data() + cell;
    row.v_low[0] = j > 0 ? v - nx : beyond;
    row.v_high[0] = j + 1 < grid_.ny ? v + nx : beyond + nx;
    row.v_low[1] = k > 0 ? v - plane : beyond + 2 * nx;
    row.v_high[1] = k + 1 < grid_.nz ? v + plane : beyond + 3 * nx;
    row.faces_x = conductances_->x.data() + (nx + 1) * (j + grid_.ny * k);
    row.faces_low[0] = y_faces;
    row.faces_high[0] = y_faces + nx;
    row.faces_low[1] = z_faces;
    row.faces_high[1] = z_faces + plane;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        row.scales[axis] = time_ / grid_.spacing[axis];
    }
    row.base = solve.base;
    row.ahead = solve.ahead;
    row.residual = solve.residual;
    kernels_.right_row(row);
}

template <class Face>
void FactoredSolver<Face>::solve_start(exec::ThreadTeam& team, View<const double> u,
                                       View<double> result) const {
    sweep(team, result.data(), false, [&](index_t j, index_t k, double*) {
        kernels_.start_row(start_row(u.data(), result.data(), grid_.index(0, j, k)));
    });
}

template <class Face>
void FactoredSolver<Face>::solve_residual(exec::ThreadTeam& team,
                                          const ResidualSolve& solve) const {
    sweep(team, solve.result.data(), solve.base == 0.0,
          [&](index_t j, index_t k, double* scratch) { fill_residual(solve, j, k, scratch); });
}

template <class Face>
void FactoredSolver<Face>::add(exec::ThreadTeam& team, View<const double> change,
                               View<double> u) const {
    const index_t plane = grid_.nx * grid_.ny;
    team.run(grid_.nz, [&](index_t k) {
        for (index_t i = plane * k; i < plane * (k + 1); ++i) {
            u[i] += change[i];
        }
    });
}

template class FactoredSolver<float>;
template class FactoredSolver<double>;

}  // namespace caravel::tissue
