#include "caravel/tissue/fields/convection.hpp"

#include "caravel/base/error.hpp"
#include "caravel/tissue/fields/face_field.hpp"
#include "caravel/tissue/fields/flux_rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

namespace caravel::tissue {

namespace {

// Below the 1/2 at which a cell may be emptied, so that round-off makes nothing negative.
constexpr double courant = 0.49;
constexpr double most_sub_steps = 1e5;
constexpr index_t most_pieces = 64;

/// One forward Euler stage: result = keep * kept + take * (u - dt div(velocity c)).
struct Stage {
    const double* kept = nullptr;
    const double* u = nullptr;
    const double* c = nullptr;  // u over capacity
    double* result = nullptr;
    double keep = 0.0;
    double take = 1.0;
    double dt = 0.0;
    double inflow = 0.0;
};

/// Does the planes of one piece in ascending order; fluxes through a face are computed once, those
/// between two pieces twice with the same bits.
class Piece {
  public:
    Piece(const Grid& grid, const FaceField& velocity, const Stage& stage, double* scratch)
        : grid_(grid),
          velocity_(&velocity),
          stage_(stage),
          kernels_(fluxes::usable_kernels().back()),
          ghosts_(scratch),
          padded_(ghosts_ + 2 * grid.nx),
          flux_x_(padded_ + grid.nx + 4),
          flux_y_(flux_x_ + grid.nx + 1),
          flux_z_(flux_y_ + 2 * grid.nx) {}

    static index_t scratch_size(const Grid& g) { return 6 * g.nx + 5 + 2 * g.nx * g.ny; }

    /// Returns what leaves the box per time in this stage (unit of u times m3 per s).
    double run(index_t first, index_t end) {
        double leaving = 0.0;
        const index_t plane = grid_.nx * grid_.ny;
        for (index_t j = 0; j < grid_.ny; ++j) {
            z_row(j, first, flux_z_ + j * grid_.nx);
        }
        leaving -= first == 0 ? area(2) * sum(flux_z_, plane) : 0.0;
        for (index_t k = first; k < end; ++k) {
            double* const low = flux_z_ + ((k - first) % 2) * plane;
            double* const high = flux_z_ + ((k - first + 1) % 2) * plane;
            y_row(0, k, flux_y_);
            leaving -= area(1) * sum(flux_y_, grid_.nx);
            for (index_t j = 0; j < grid_.ny; ++j) {
                z_row(j, k + 1, high + j * grid_.nx);
                leaving += row(j, k, low + j * grid_.nx, high + j * grid_.nx);
            }
            leaving += area(1) * sum(flux_y_ + (grid_.ny % 2) * grid_.nx, grid_.nx);
            leaving += k + 1 == grid_.nz ? area(2) * sum(high, plane) : 0.0;
        }
        return leaving;
    }

  private:
    double area(std::size_t axis) const { return grid_.cell_volume() / grid_.spacing[axis]; }

    static double sum(const double* values, index_t count) {
        double total = 0.0;
        for (index_t i = 0; i < count; ++i) {
            total += values[i];
        }
        return total;
    }

    double row(index_t j, index_t k, const double* z_low, const double* z_high) {
        const index_t cell = grid_.index(0, j, k);
        double* const y_low = flux_y_ + (j % 2) * grid_.nx;
        double* const y_high = flux_y_ + ((j + 1) % 2) * grid_.nx;
        x_row(j, k);
        y_row(j + 1, k, y_high);
        kernels_.update_row({stage_.result + cell,
                             stage_.kept + cell,
                             stage_.u + cell,
                             {flux_x_, y_low, z_low},
                             {flux_x_ + 1, y_high, z_high},
                             {stage_.dt / grid_.spacing[0], stage_.dt / grid_.spacing[1],
                              stage_.dt / grid_.spacing[2]},
                             stage_.keep,
                             stage_.take,
                             grid_.nx});
        return area(0) * (flux_x_[grid_.nx] - flux_x_[0]);
    }

    /// What lies beyond a face of the box: the inflow's value, or for an outflow the straight line
    /// through the last two cells as far as 0.
    double ghost(bool inflow, double last, double before) const {
        const double line = 2.0 * last - before;
        if (inflow) return stage_.inflow;
        return last > 0.0 ? std::max(line, 0.0) : last < 0.0 ? std::min(line, 0.0) : 0.0;
    }

    void x_row(index_t j, index_t k) {
        const index_t nx = grid_.nx;
        const double* const c = stage_.c + grid_.index(0, j, k);
        const double* const velocity = velocity_->x.data() + (nx + 1) * (j + grid_.ny * k);
        std::copy(c, c + nx, padded_ + 2);
        padded_[0] = padded_[1] = ghost(velocity[0] > 0.0, c[0], c[std::min(nx - 1, index_t{1})]);
        padded_[nx + 2] = padded_[nx + 3] =
            ghost(velocity[nx] < 0.0, c[nx - 1], c[std::max(nx - 2, index_t{0})]);
        kernels_.face_row(
            {flux_x_, velocity, padded_, padded_ + 1, padded_ + 2, padded_ + 3, nx + 1});
    }

    /// Fluxes across one face of rows at distance `stride` on an axis of `count` cells; `c` is
    /// row 0, `velocity` that of face 0 with `face_stride` to the next.
    void across_row(const double* c, index_t stride, index_t count, index_t face,
                    const double* velocity, index_t face_stride, double* flux) {
        const index_t nx = grid_.nx;
        const index_t last = count - 1;
        if (face <= 1) {
            for (index_t i = 0; i < nx; ++i) {
                ghosts_[i] =
                    ghost(velocity[i] > 0.0, c[i], c[stride * std::min(last, index_t{1}) + i]);
            }
        }
        if (face >= last) {
            const double* const end = c + stride * last;
            const double* const before = c + stride * std::max(last - 1, index_t{0});
            for (index_t i = 0; i < nx; ++i) {
                ghosts_[nx + i] = ghost(velocity[face_stride * count + i] < 0.0, end[i], before[i]);
            }
        }
        const auto at = [&](index_t row) -> const double* {
            return row < 0 ? ghosts_ : row > last ? ghosts_ + nx : c + stride * row;
        };
        kernels_.face_row({flux, velocity + face_stride * face, at(face - 2), at(face - 1),
                           at(face), at(face + 1), nx});
    }

    void y_row(index_t face, index_t k, double* flux) {
        across_row(stage_.c + grid_.index(0, 0, k), grid_.nx, grid_.ny, face,
                   velocity_->y.data() + grid_.nx * (grid_.ny + 1) * k, grid_.nx, flux);
    }

    void z_row(index_t j, index_t face, double* flux) {
        const index_t plane = grid_.nx * grid_.ny;
        across_row(stage_.c + grid_.nx * j, plane, grid_.nz, face,
                   velocity_->z.data() + grid_.nx * j, plane, flux);
    }

    Grid grid_;
    const FaceField* velocity_;
    Stage stage_;
    fluxes::FluxKernels kernels_;
    double* ghosts_;
    double* padded_;
    double* flux_x_;
    double* flux_y_;
    double* flux_z_;
};

double run_stage(exec::ThreadTeam& team, const Grid& grid, const FaceField& velocity,
                 const Stage& stage, double* scratch) {
    const index_t pieces = std::min(grid.nz, most_pieces);
    double* const leaving = scratch;
    double* const memory = scratch + pieces;
    // Pieces of one thread follow each other, so that it needs the memory of one.
    const index_t size = team.size();
    team.run(size, [&](index_t member) {
        double* const own = memory + member * Piece::scratch_size(grid);
        Piece piece(grid, velocity, stage, own);
        for (index_t p = member * pieces / size; p < (member + 1) * pieces / size; ++p) {
            leaving[p] = piece.run(p * grid.nz / pieces, (p + 1) * grid.nz / pieces);
        }
    });
    double total = 0.0;
    for (index_t p = 0; p < pieces; ++p) {
        total += leaving[p];
    }
    return total;
}

void concentrate(exec::ThreadTeam& team, View<const double> u, View<const double> capacity,
                 double* c) {
    constexpr index_t piece = 1 << 14;
    const auto ratio_row = fluxes::usable_kernels().back().ratio_row;
    team.run((u.size() + piece - 1) / piece, [&](index_t tile) {
        const index_t begin = tile * piece;
        ratio_row({c + begin, u.data() + begin, capacity.data() + begin,
                   std::min(piece, u.size() - begin)});
    });
}

[[noreturn]] void refuse(double steps) {
    NumericalFailure failure;
    failure.process = "convection";
    failure.quantity = "velocity";
    failure.problem = "needs " + std::to_string(steps) + " sub-steps, more than 100000";
    failure.advice = "shorten the step, coarsen the grid or bound the velocity";
    throw NumericalError(std::move(failure));
}

}  // namespace

Convection::Convection(const Grid& grid) : grid_(grid), velocity_(grid) { (void)grid.cell_count(); }

void Convection::set_velocity(FaceField velocity) {
    if (!fits(velocity, grid_)) {
        throw std::invalid_argument("velocity needs one value per face");
    }
    for (const std::vector<double>* const axis : {&velocity.x, &velocity.y, &velocity.z}) {
        if (!std::all_of(axis->begin(), axis->end(), [](double v) { return std::isfinite(v); })) {
            throw std::invalid_argument("velocity must be finite");
        }
    }
    velocity_ = std::move(velocity);
}

double Convection::longest_step(View<const double> capacity) const {
    const Grid& g = grid_;
    double rate = 0.0;
    for (index_t k = 0; k < g.nz; ++k) {
        for (index_t j = 0; j < g.ny; ++j) {
            for (index_t i = 0; i < g.nx; ++i) {
                const index_t cell = g.index(i, j, k);
                const double share = capacity.empty() ? 1.0 : capacity[cell];
                if (!(share > 0.0)) continue;
                const auto most = [](const double* v, index_t next) {
                    return std::max(std::abs(*v), std::abs(*(v + next)));
                };
                const double* const x = velocity_.x.data() + i + (g.nx + 1) * (j + g.ny * k);
                const double* const y = velocity_.y.data() + i + g.nx * (j + (g.ny + 1) * k);
                const double* const z = velocity_.z.data() + cell;
                rate = std::max(rate, (most(x, 1) / g.spacing[0] + most(y, g.nx) / g.spacing[1] +
                                       most(z, g.nx * g.ny) / g.spacing[2]) /
                                          share);
            }
        }
    }
    return rate > 0.0 ? courant / rate : std::numeric_limits<double>::infinity();
}

double Convection::advance(exec::ThreadTeam& team, View<double> u, View<const double> capacity,
                           double dt, double inflow_value) {
    const index_t cells = grid_.cell_count();
    if (u.size() != cells || (!capacity.empty() && capacity.size() != cells)) {
        throw std::invalid_argument("convection needs one value per cell");
    }
    if (!(dt >= 0.0)) {
        throw std::invalid_argument("a step of convection must not be negative");
    }
    const double longest = longest_step(capacity);
    if (dt == 0.0 || std::isinf(longest)) return 0.0;
    const double needed = std::ceil(dt / longest * (1.0 - 1e-12));
    if (!(needed <= most_sub_steps)) refuse(needed);
    const int steps = std::max(1, static_cast<int>(needed));
    FaceField closed(Grid{0, 0, 0});
    const bool any_closed =
        std::any_of(capacity.begin(), capacity.end(), [](double share) { return !(share > 0.0); });
    if (any_closed) {
        closed = velocity_;
        close_cells(grid_, capacity, closed);
    }
    stage_.resize(static_cast<std::size_t>(cells));
    const index_t concentration = capacity.empty() ? 0 : cells;
    scratch_.resize(static_cast<std::size_t>(concentration + most_pieces +
                                             team.size() * Piece::scratch_size(grid_)));
    double* const scratch = scratch_.data() + concentration;
    const auto values = [&](View<const double> amounts) {
        if (capacity.empty()) return amounts.data();
        concentrate(team, amounts, capacity, scratch_.data());
        return static_cast<const double*>(scratch_.data());
    };
    const double sub_step = dt / steps;
    const FaceField& velocity = any_closed ? closed : velocity_;
    double left = 0.0;
    for (int s = 0; s < steps; ++s) {
        const double* const c = values(u);
        double rate = run_stage(
            team, grid_, velocity,
            {u.data(), u.data(), c, stage_.data(), 0.0, 1.0, sub_step, inflow_value}, scratch);
        const double* const later = values(view_of(stage_));
        rate += run_stage(
            team, grid_, velocity,
            {u.data(), stage_.data(), later, u.data(), 0.5, 0.5, sub_step, inflow_value}, scratch);
        left += 0.5 * sub_step * rate;
    }
    return left;
}

}  // namespace caravel::tissue
