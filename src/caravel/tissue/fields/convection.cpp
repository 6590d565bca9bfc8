#include "caravel/tissue/fields/convection.hpp"

#include "caravel/base/error.hpp"
#include "caravel/tissue/fields/face_field.hpp"
#include "caravel/tissue/fields/flux_rows.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

namespace caravel::tissue {

namespace {

// Below the 1/2 at which a cell may be emptied, so that round-off makes nothing negative.
constexpr double courant = 0.49;
constexpr double most_sub_steps = 1e5;

/// A strong-stability-preserving Runge-Kutta step: `stages` of forward Euler over 1 / lengths of
/// it. What `joined` stages give is averaged with what the first `kept` gave, of share `keep`.
struct Scheme {
    int stages;
    int lengths;
    int kept;
    int joined;
    double keep;

    /// Part of what a stage (from 1) moves that stays.
    double part(int stage) const { return stage > kept && stage <= joined ? 1.0 - keep : 1.0; }
};
constexpr Scheme second_order{2, 1, 0, 2, 0.5};
constexpr Scheme third_order{9, 6, 1, 6, 0.6};  // Ketcheson 2008, optimal: longer steps per stage

/// Where rows of cells begin in a field that has two ghosts on both ends of each.
struct Rows {
    explicit Rows(const Grid& g) : width(g.nx + 4), ny(g.ny), plane(width * g.ny) {}
    index_t at(index_t j, index_t k) const { return width * (j + ny * k) + 2; }
    index_t width;
    index_t ny;
    index_t plane;
};

/// One forward Euler stage: result = c - dt / capacity div(velocity c), or the mean of that and
/// `kept`.
struct Stage {
    const FaceField* velocity = nullptr;
    const double* inverse = nullptr;  // of the capacity
    const double* c = nullptr;        // as rows with ghosts, like kept and result
    const double* kept = nullptr;
    double* result = nullptr;
    double keep = 0.0;
    double take = 1.0;
    double dt = 0.0;
    double inflow = 0.0;
};

/// Ghosts on both ends of the row that begins at c.
void end_row(const Grid& g, const FaceField& velocity, double inflow, index_t j, index_t k,
             double* c) {
    const index_t nx = g.nx;
    const double* const v = velocity.x.data() + (nx + 1) * (j + g.ny * k);
    fluxes::set_beyond(c[-1], c[0], c[std::min(nx - 1, index_t{1})]);
    fluxes::set_beyond(c[nx], c[nx - 1], c[std::max(nx - 2, index_t{0})]);
    if (v[0] > 0.0) c[-1] = inflow;
    if (v[nx] < 0.0) c[nx] = inflow;
    c[-2] = c[-1];
    c[nx + 1] = c[nx];
}

/// Does the planes of one thread in ascending order; fluxes through a face are computed once, those
/// between two threads twice with the same bits.
class Piece {
  public:
    Piece(const Grid& grid, const Stage& stage, double* scratch)
        : grid_(grid),
          rows_(grid),
          stage_(stage),
          kernels_(fluxes::usable_kernels().back()),
          ghosts_(scratch),
          flux_x_(ghosts_ + 2 * grid.nx),
          flux_y_(flux_x_ + grid.nx + 1),
          flux_z_(flux_y_ + 2 * grid.nx) {}

    static index_t scratch_size(const Grid& g) { return 5 * g.nx + 1 + 2 * g.nx * g.ny; }

    /// Sets what leaves the box from each plane per time in this stage (unit of u times m3 per s).
    void run(index_t first, index_t end, double* leaving) {
        const index_t plane = grid_.nx * grid_.ny;
        for (index_t j = 0; j < grid_.ny && first < end; ++j) {
            z_row(j, first, flux_z_ + (first % 2) * plane + j * grid_.nx);
        }
        for (index_t k = first; k < end; ++k) leaving[k] = run_plane(k);
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

    double run_plane(index_t k) {
        const index_t plane = grid_.nx * grid_.ny;
        double* const low = flux_z_ + (k % 2) * plane;
        double* const high = flux_z_ + ((k + 1) % 2) * plane;
        double leaving = k == 0 ? -area(2) * sum(low, plane) : 0.0;
        y_row(0, k, flux_y_);
        leaving -= area(1) * sum(flux_y_, grid_.nx);
        for (index_t j = 0; j < grid_.ny; ++j) {
            z_row(j, k + 1, high + j * grid_.nx);
            leaving += row(j, k, low + j * grid_.nx, high + j * grid_.nx);
        }
        leaving += area(1) * sum(flux_y_ + (grid_.ny % 2) * grid_.nx, grid_.nx);
        leaving += k + 1 == grid_.nz ? area(2) * sum(high, plane) : 0.0;
        return leaving;
    }

    double row(index_t j, index_t k, const double* z_low, const double* z_high) {
        const index_t nx = grid_.nx;
        const index_t start = rows_.at(j, k);
        double* const y_low = flux_y_ + (j % 2) * nx;
        double* const y_high = flux_y_ + ((j + 1) % 2) * nx;
        const double* const c = stage_.c + start;
        kernels_.face_row({flux_x_, stage_.velocity->x.data() + (nx + 1) * (j + grid_.ny * k),
                           c - 2, c - 1, c, c + 1, nx + 1});
        y_row(j + 1, k, y_high);
        double* const result = stage_.result + start;
        kernels_.update_row({result,
                             stage_.kept == nullptr ? nullptr : stage_.kept + start,
                             c,
                             stage_.inverse + grid_.index(0, j, k),
                             {flux_x_, y_low, z_low},
                             {flux_x_ + 1, y_high, z_high},
                             {stage_.dt / grid_.spacing[0], stage_.dt / grid_.spacing[1],
                              stage_.dt / grid_.spacing[2]},
                             stage_.keep,
                             stage_.take,
                             nx});
        end_row(grid_, *stage_.velocity, stage_.inflow, j, k, result);
        return area(0) * (flux_x_[nx] - flux_x_[0]);
    }

    /// Fluxes across one face of rows at distance `stride` on an axis of `count` cells; `c` is
    /// row 0, `velocity` that of face 0 with `face_stride` to the next.
    void across_row(const double* c, index_t stride, index_t count, index_t face,
                    const double* velocity, index_t face_stride, double* flux) {
        const index_t nx = grid_.nx;
        const index_t last = count - 1;
        if (face <= 1) {
            kernels_.ghost_row({ghosts_, velocity, c, c + stride * std::min(last, index_t{1}), 1.0,
                                stage_.inflow, nx});
        }
        if (face >= last) {
            const double* const end = c + stride * last;
            kernels_.ghost_row({ghosts_ + nx, velocity + face_stride * count, end,
                                c + stride * std::max(last - 1, index_t{0}), -1.0, stage_.inflow,
                                nx});
        }
        const auto at = [&](index_t row) -> const double* {
            return row < 0 ? ghosts_ : row > last ? ghosts_ + nx : c + stride * row;
        };
        kernels_.face_row({flux, velocity + face_stride * face, at(face - 2), at(face - 1),
                           at(face), at(face + 1), nx});
    }

    void y_row(index_t face, index_t k, double* flux) {
        across_row(stage_.c + rows_.at(0, k), rows_.width, grid_.ny, face,
                   stage_.velocity->y.data() + grid_.nx * (grid_.ny + 1) * k, grid_.nx, flux);
    }

    void z_row(index_t j, index_t face, double* flux) {
        across_row(stage_.c + rows_.at(j, 0), rows_.plane, grid_.nz, face,
                   stage_.velocity->z.data() + grid_.nx * j, grid_.nx * grid_.ny, flux);
    }

    Grid grid_;
    Rows rows_;
    Stage stage_;
    fluxes::FluxKernels kernels_;
    double* ghosts_;
    double* flux_x_;
    double* flux_y_;
    double* flux_z_;
};

/// Returns what leaves the box per time; scratch has room for a number per plane and the pieces.
double run_stage(exec::ThreadTeam& team, const Grid& grid, const Stage& stage, double* scratch) {
    double* const leaving = scratch;
    double* const memory = scratch + grid.nz;
    const index_t size = team.size();
    team.run(size, [&](index_t member) {
        Piece piece(grid, stage, memory + member * Piece::scratch_size(grid));
        piece.run(member * grid.nz / size, (member + 1) * grid.nz / size, leaving);
    });
    double total = 0.0;
    for (index_t k = 0; k < grid.nz; ++k) {
        total += leaving[k];
    }
    return total;
}

/// Sets the rows of concentrations (u over capacity) and the inverse of the capacity, 0 for both
/// where there is none.
void concentrate(exec::ThreadTeam& team, const Grid& g, View<const double> u,
                 View<const double> capacity, double* c, double* inverse) {
    const Rows rows(g);
    const auto ratio_row = fluxes::usable_kernels().back().ratio_row;
    team.run(g.nz, [&](index_t k) {
        const std::vector<double> ones(static_cast<std::size_t>(g.nx), 1.0);
        for (index_t j = 0; j < g.ny; ++j) {
            const index_t cell = g.index(0, j, k);
            const double* const below = capacity.empty() ? ones.data() : capacity.data() + cell;
            ratio_row({c + rows.at(j, k), u.data() + cell, below, g.nx});
            ratio_row({inverse + cell, ones.data(), below, g.nx});
        }
    });
}

/// The amounts of these concentrations; cells of no capacity keep theirs.
void fill(exec::ThreadTeam& team, const Grid& g, const double* c, View<const double> capacity,
          View<double> u) {
    const Rows rows(g);
    team.run(g.nz, [&](index_t k) {
        for (index_t j = 0; j < g.ny; ++j) {
            const double* const from = c + rows.at(j, k);
            const index_t cell = g.index(0, j, k);
            for (index_t i = 0; i < g.nx; ++i) {
                if (capacity.empty()) {
                    u[cell + i] = from[i];
                } else if (capacity[cell + i] > 0.0) {
                    u[cell + i] = capacity[cell + i] * from[i];
                }
            }
        }
    });
}

struct Steps {
    Scheme scheme;
    int count;
};

/// The cheapest way over a time of `needed` forward Euler steps.
Steps divide(double needed) {
    const int simple = std::max(1, static_cast<int>(std::ceil(needed)));
    const int longer = static_cast<int>(std::ceil(needed / third_order.lengths));
    if (longer * third_order.stages < simple * second_order.stages) return {third_order, longer};
    return {second_order, simple};
}

/// Rows of concentrations, of which `now` is advanced, and the amount that left through the box.
struct March {
    std::array<double*, 3> rows;
    double* now;
    double left = 0.0;

    double* other_than(const double* kept) const {
        return *std::find_if(rows.begin(), rows.end(),
                             [&](const double* r) { return r != now && r != kept; });
    }
};

void step(exec::ThreadTeam& team, const Grid& grid, Stage stage, double dt, const Scheme& scheme,
          double* scratch, March& march) {
    stage.dt = dt / scheme.lengths;
    const double* kept = nullptr;
    for (int s = 1; s <= scheme.stages; ++s) {
        if (s == scheme.kept + 1) kept = march.now;
        const bool joins = s == scheme.joined;
        stage.c = march.now;
        stage.kept = joins ? kept : nullptr;
        stage.keep = joins ? scheme.keep : 0.0;
        stage.take = 1.0 - stage.keep;
        stage.result = march.other_than(kept);
        march.left += stage.dt * scheme.part(s) * run_stage(team, grid, stage, scratch);
        march.now = stage.result;
        if (joins) kept = nullptr;
    }
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
    const double needed = dt / longest * (1.0 - 1e-12);
    if (!(needed <= most_sub_steps)) refuse(std::ceil(needed));
    FaceField closed(Grid{0, 0, 0});
    const bool any_closed =
        std::any_of(capacity.begin(), capacity.end(), [](double share) { return !(share > 0.0); });
    if (any_closed) {
        closed = velocity_;
        close_cells(grid_, capacity, closed);
    }
    const index_t padded = Rows(grid_).plane * grid_.nz;
    scratch_.resize(static_cast<std::size_t>(3 * padded + cells + grid_.nz +
                                             team.size() * Piece::scratch_size(grid_)));
    double* const inverse = scratch_.data() + 3 * padded;
    concentrate(team, grid_, u, capacity, scratch_.data(), inverse);
    const FaceField& velocity = any_closed ? closed : velocity_;
    double* const c = scratch_.data();
    March march{{c, c + padded, c + 2 * padded}, c};
    for (index_t k = 0; k < grid_.nz; ++k)
        for (index_t j = 0; j < grid_.ny; ++j)
            end_row(grid_, velocity, inflow_value, j, k, c + Rows(grid_).at(j, k));
    Stage stage;
    stage.velocity = &velocity;
    stage.inverse = inverse;
    stage.inflow = inflow_value;
    const Steps steps = divide(needed);
    for (int s = 0; s < steps.count; ++s)
        step(team, grid_, stage, dt / steps.count, steps.scheme, inverse + cells, march);
    fill(team, grid_, march.now, capacity, u);
    return march.left;
}

}  // namespace caravel::tissue
