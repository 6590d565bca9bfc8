#include "caravel/tissue/fields/convection.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/large_pages.hpp"
#include "caravel/tissue/fields/convection_stage.hpp"
#include "caravel/tissue/fields/face_field.hpp"
#include "caravel/tissue/fields/flux_rows.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
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

/// Sets the rows of concentrations (u over capacity) and the inverse of the capacity, 0 for both
/// where there is none.
void concentrate(exec::ThreadTeam& team, const Grid& g, View<const double> u,
                 View<const double> capacity, double* c, double* inverse) {
    const ConvectionRows rows(g);
    const auto ratio_row = fluxes::usable_kernels().back().ratio_row;
    team.run(g.nz, [&](index_t k) {
        const std::vector<double> ones(static_cast<std::size_t>(g.nx), 1.0);
        for (index_t j = 0; j < g.ny; ++j) {
            const index_t cell = g.index(0, j, k);
            const double* const below = capacity.empty() ? ones.data() : capacity.data() + cell;
            ratio_row({c + rows.cell(j, k), u.data() + cell, below, g.nx});
            ratio_row({inverse + rows.plain(j, k), ones.data(), below, g.nx});
        }
    });
}

/// The amounts of these concentrations; cells of no capacity keep theirs.
void fill(exec::ThreadTeam& team, const Grid& g, const double* c, View<const double> capacity,
          View<double> u) {
    const ConvectionRows rows(g);
    team.run(g.nz, [&](index_t k) {
        for (index_t j = 0; j < g.ny; ++j) {
            const double* const from = c + rows.cell(j, k);
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

void step(exec::ThreadTeam& team, const Grid& grid, ConvectionStage stage, double dt,
          const Scheme& scheme, double* scratch, March& march) {
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

/// The first number from there that a vector may begin at.
double* aligned(double* from) {
    constexpr std::uintptr_t size = sizeof(double) * ConvectionRows::lanes;
    const auto beyond = reinterpret_cast<std::uintptr_t>(from) % size;
    return beyond == 0 ? from : from + (size - beyond) / sizeof(double);
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

double Convection::longest_step(exec::ThreadTeam& team, View<const double> capacity) const {
    const Grid& g = grid_;
    const auto rate_of = [&](index_t i, index_t j, index_t k, double share) {
        const auto most = [](const double* v, index_t next) {
            return std::max(std::abs(*v), std::abs(*(v + next)));
        };
        const double* const x = velocity_.x.data() + i + (g.nx + 1) * (j + g.ny * k);
        const double* const y = velocity_.y.data() + i + g.nx * (j + (g.ny + 1) * k);
        const double* const z = velocity_.z.data() + g.index(i, j, k);
        return (most(x, 1) / g.spacing[0] + most(y, g.nx) / g.spacing[1] +
                most(z, g.nx * g.ny) / g.spacing[2]) /
               share;
    };
    std::vector<double> rates(static_cast<std::size_t>(g.nz));
    team.run(g.nz, [&](index_t k) {
        double rate = 0.0;
        for (index_t j = 0; j < g.ny; ++j) {
            for (index_t i = 0; i < g.nx; ++i) {
                const double share = capacity.empty() ? 1.0 : capacity[g.index(i, j, k)];
                if (share > 0.0) rate = std::max(rate, rate_of(i, j, k, share));
            }
        }
        rates[static_cast<std::size_t>(k)] = rate;
    });
    const double rate = rates.empty() ? 0.0 : *std::max_element(rates.begin(), rates.end());
    return rate > 0.0 ? courant / rate : std::numeric_limits<double>::infinity();
}

double Convection::advance(exec::ThreadTeam& team, View<double> u, View<const double> capacity,
                           double dt, double inflow_value) {
    return advance(team, u, capacity, dt, inflow_value, scratch_);
}

double Convection::advance(exec::ThreadTeam& team, View<double> u, View<const double> capacity,
                           double dt, double inflow_value, std::vector<double>& scratch) const {
    const index_t cells = grid_.cell_count();
    if (u.size() != cells || (!capacity.empty() && capacity.size() != cells)) {
        throw std::invalid_argument("convection needs one value per cell");
    }
    if (!(dt >= 0.0)) {
        throw std::invalid_argument("a step of convection must not be negative");
    }
    const double longest = longest_step(team, capacity);
    if (dt == 0.0 || std::isinf(longest)) return 0.0;
    const double needed = dt / longest * (1.0 - 1e-12);
    if (!(needed <= most_sub_steps)) refuse(std::ceil(needed));
    const ConvectionRows rows(grid_);
    const index_t padded = rows.cell_numbers();
    const auto numbers =
        static_cast<std::size_t>(ConvectionRows::lanes + 3 * padded + rows.plain_numbers() +
                                 rows.face_numbers() + stage_memory(grid_, team.size()));
    if (scratch.capacity() < numbers) scratch = large_vector<double>(numbers);
    scratch.resize(numbers);
    double* const c = aligned(scratch.data());
    double* const inverse = c + 3 * padded;
    double* const faces = inverse + rows.plain_numbers();
    concentrate(team, grid_, u, capacity, c, inverse);
    March march{{c, c + padded, c + 2 * padded}, c};
    ConvectionStage stage;
    stage.velocity = lay_out(team, grid_, velocity_, capacity, faces);
    stage.inverse = inverse;
    stage.inflow = inflow_value;
    for (index_t k = 0; k < grid_.nz; ++k)
        for (index_t j = 0; j < grid_.ny; ++j)
            end_row(grid_, stage.velocity, inflow_value, j, k, c + rows.cell(j, k));
    const Steps steps = divide(needed);
    for (int s = 0; s < steps.count; ++s)
        step(team, grid_, stage, dt / steps.count, steps.scheme, faces + rows.face_numbers(),
             march);
    fill(team, grid_, march.now, capacity, u);
    return march.left;
}

}  // namespace caravel::tissue
