#include "caravel/tissue/heat/pennes.hpp"

#include "caravel/base/error.hpp"
#include "caravel/tissue/fields/elliptic_work.hpp"
#include "caravel/tissue/fields/factored_solver.hpp"
#include "caravel/tissue/heat/pennes_work.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace caravel::tissue {

namespace {

// Of the two-stage stiffly accurate SDIRK of second order: gamma = 1 - 1/sqrt(2).
constexpr double gamma = 0.29289321881345247560;
constexpr int most_halvings = 3;
constexpr double tolerated = 1e-9;  // of the range of temperatures, beyond the bounds
// Of an error after the corrections of a stage; where one leaves more than `slowest_splitting`,
// multigrid goes ahead of it.
constexpr double splitting_left = 3e-3;
constexpr double slowest_splitting = 0.5;
constexpr double stage_tolerance = 1e-9;
constexpr double small_change = 0.01;  // K, over a step
constexpr int most_turns = 50;         // of a balance with conductivities that follow it

void check_field(View<const double> temperature, index_t cells) {
    if (temperature.size() == cells) return;
    throw InputError(Diagnostic{{},
                                fmt::format("{} temperatures", temperature.size()),
                                fmt::format("{}, one per voxel", cells),
                                ""});
}

void check_step(double dt) {
    if (dt > 0.0 && std::isfinite(dt)) return;
    throw InputError(Diagnostic{{},
                                fmt::format("a step of {:g} s", dt),
                                "a positive number of seconds, typically 0.1 to 10",
                                ""});
}

bool keeps(exec::ThreadTeam& team, const std::vector<double>& values, HeatBounds bounds,
           std::vector<double>& partial) {
    const double slack = tolerated * (bounds.high - bounds.low) + 1e-12 * std::abs(bounds.high);
    const auto cells = static_cast<index_t>(values.size());
    const double broken = sum_over_cells(team, cells, partial, [&](CellRange range) {
        double count = 0.0;
        for (index_t p = range.begin; p < range.end; ++p) {
            const double v = values[static_cast<std::size_t>(p)];
            if (!(v >= bounds.low - slack) || !(v <= bounds.high + slack)) count += 1.0;
        }
        return count;
    });
    return broken == 0.0;
}

}  // namespace

// The solver's splitting, worst of all modes: what a correction leaves of an error, (P - P_0)/P
// with P the product and P_0 the sum less two of 1 + 4 t g/(C h) along the axes.
double PennesSolver::Work::splitting(double time) const {
    const double x = 1.0 + 2.0 * time * fastest[0];
    const double y = 1.0 + 2.0 * time * fastest[1];
    const double z = 1.0 + 2.0 * time * fastest[2];
    return 1.0 - (x + y + z - 2.0) / (x * y * z);
}

// (C - t L) result = capacity u + t supply from the first guess in `result`. Every correction by
// the factored operator leaves sum(C result) = sum(capacity u + t supply), so that heat is kept
// whatever the solution's own accuracy.
void PennesSolver::Work::solve_stage(exec::ThreadTeam& team, const FactoredSolver<double>& solver,
                                     View<const double> u, View<double> result, double time) {
    const double left = splitting(time);
    int corrections = 1;
    if (left > slowest_splitting) {
        stage_loss.resize(storage.size());
        stage_supply.resize(storage.size());
        over_cells(team, cells, [&](CellRange range) {
            for (index_t p = range.begin; p < range.end; ++p) {
                const auto c = static_cast<std::size_t>(p);
                stage_loss[c] = storage[c] / time;
                stage_supply[c] = supply[c] + capacity[c] * u[p] / time;
            }
        });
        hold_elliptic(team).solve(team, result, {{}, view_of(stage_loss), view_of(stage_supply)},
                                  stage_tolerance);
    } else {
        const double needed = std::log(splitting_left) / std::log(left);
        corrections = std::max(1, static_cast<int>(std::ceil(needed)));
    }
    for (int n = 0; n < corrections; ++n) {
        solver.solve_residual(team, {u, result, view_of(correction), 0.0, 0.0, 1.0});
        solver.add(team, view_of(correction), result);
    }
}

// Faces of the box are in loss and supply, so that the splitting closes them and the mean over the
// step holds all that passes them.
void PennesSolver::Work::implicit_step(exec::ThreadTeam& team, double dt, bool second_order,
                                       double share) {
    const double time = second_order ? gamma * dt : dt;
    over_cells(team, cells, [&](CellRange range) {
        for (index_t p = range.begin; p < range.end; ++p) {
            const auto c = static_cast<std::size_t>(p);
            storage[c] = capacity[c] + time * loss[c];
            stage[c] = rise[c];
        }
    });
    scratch.resize(
        static_cast<std::size_t>(team.size() * FactoredSolver<double>::scratch_size(grid)));
    const FactoredSolver<double> solver(grid, Boundaries{}, faces,
                                        {view_of(capacity), {}, view_of(supply)}, view_of(storage),
                                        time, view_of(scratch));
    solve_stage(team, solver, view_of(rise), view_of(stage), time);
    const double early = second_order ? share * (1.0 - gamma) : share;
    const double ahead = second_order ? (1.0 - gamma) / gamma : 1.0;
    // Multigrid comes sooner to its end from where the first stage's rate leads.
    const bool guesses = second_order && splitting(time) > slowest_splitting;
    over_cells(team, cells, [&](CellRange range) {
        for (index_t p = range.begin; p < range.end; ++p) {
            const auto c = static_cast<std::size_t>(p);
            mean[c] += early * stage[c];
            const double moved = stage[c] - rise[c];
            rise[c] += ahead * moved;
            if (guesses) stage[c] = rise[c] + moved;
        }
    });
    if (!second_order) return;
    solve_stage(team, solver, view_of(rise), view_of(stage), time);
    over_cells(team, cells, [&](CellRange range) {
        for (index_t p = range.begin; p < range.end; ++p) {
            const auto c = static_cast<std::size_t>(p);
            mean[c] += (share - early) * stage[c];
            rise[c] = stage[c];
        }
    });
}

EllipticSolver& PennesSolver::Work::hold_elliptic(exec::ThreadTeam& team) {
    if (!elliptic) elliptic = std::make_unique<EllipticSolver>(grid, Boundaries{});
    if (!is_elliptic_set) elliptic->set_conductances(team, faces);
    is_elliptic_set = true;
    return *elliptic;
}

// Whether one step from `saved` follows what it brings about: the first stage, a step of gamma dt,
// and the whole one see the same rate to a half. Else modes that decay within the step would
// overshoot by up to a fifth.
bool PennesSolver::Work::resolves(exec::ThreadTeam& team) const {
    std::vector<HeatBounds> tiles(static_cast<std::size_t>((cells + tile_cells - 1) / tile_cells));
    team.run(static_cast<index_t>(tiles.size()), [&](index_t t) {
        HeatBounds most;  // low: of the change, high: of the difference
        for (index_t p = t * tile_cells; p < std::min(cells, (t + 1) * tile_cells); ++p) {
            const auto c = static_cast<std::size_t>(p);
            const double first = (mean[c] - gamma * rise[c]) / (1.0 - gamma) - saved[c];
            const double whole = rise[c] - saved[c];
            most.low = std::max(most.low, std::abs(whole));
            most.high = std::max(most.high, std::abs(first / gamma - whole));
        }
        tiles[static_cast<std::size_t>(t)] = most;
    });
    HeatBounds most;
    for (const HeatBounds& tile : tiles) {
        most.low = std::max(most.low, tile.low);
        most.high = std::max(most.high, tile.high);
    }
    return most.low < small_change || most.high <= 0.5 * most.low;
}

void PennesSolver::Work::bounded_step(exec::ThreadTeam& team, double dt) {
    saved = rise;
    std::vector<double> partial;
    const auto try_steps = [&](int steps, bool second_order) {
        std::fill(mean.begin(), mean.end(), 0.0);
        for (int s = 1; s <= steps; ++s) {
            implicit_step(team, dt / steps, second_order, 1.0 / steps);
            if (second_order && !keeps(team, rise, bounds(dt / steps * s), partial)) {
                rise = saved;
                return false;
            }
        }
        return true;
    };
    int halvings = 0;
    if (try_steps(1, true)) {
        if (resolves(team)) return;
        rise = saved;
        halvings = 1;
    }
    while (++halvings <= most_halvings) {
        if (try_steps(1 << halvings, true)) return;
    }
    try_steps(4, false);
}

void PennesSolver::Work::explicit_step(exec::ThreadTeam& team, double dt) {
    if (is_sloped || !stages) {
        stages.emplace(team, grid, view_of(capacity), view_of(is_sloped ? current : conductivity),
                       medium->links.empty() ? nullptr : &faces);
    }
    over_cells(team, cells, [&](CellRange range) {
        for (index_t p = range.begin; p < range.end; ++p) {
            const auto c = static_cast<std::size_t>(p);
            loss[c] /= capacity[c];
            supply[c] /= capacity[c];
        }
    });
    stages->set_loss(view_of(loss));
    stages->chebyshev(team, view_of(rise), view_of(supply), dt, view_of(mean));
}

void PennesSolver::Work::predict_conductances(exec::ThreadTeam& team, double dt) {
    implicit_step(team, 0.5 * dt, false, 0.0);
    for (double& u : rise) u += arterial;
    set_conductances(team, view_of(std::as_const(rise)));
}

PennesSolver::PennesSolver(const HeatMedium& medium) : work_(std::make_unique<Work>(medium)) {}
PennesSolver::~PennesSolver() = default;
PennesSolver::PennesSolver(PennesSolver&&) noexcept = default;
PennesSolver& PennesSolver::operator=(PennesSolver&&) noexcept = default;

void PennesSolver::follow_medium() { work_->follow_medium(); }

HeatBalance PennesSolver::step(exec::ThreadTeam& team, View<double> temperature,
                               const HeatDrive& drive, double dt, HeatScheme scheme) {
    Work& w = *work_;
    check_field(temperature, w.cells);
    check_step(dt);
    w.set_conductances(team, temperature);
    w.set_terms(team, temperature, drive);
    if (w.is_sloped) {
        w.predict_conductances(team, dt);
        w.set_terms(team, temperature, drive);
    }
    if (scheme == HeatScheme::implicit) {
        w.bounded_step(team, dt);
    } else {
        w.explicit_step(team, dt);
    }
    return w.close_books(team, temperature, drive, dt);
}

void PennesSolver::balance(exec::ThreadTeam& team, View<double> temperature,
                           const HeatDrive& drive) {
    Work& w = *work_;
    check_field(temperature, w.cells);
    for (int turn = 0; turn < most_turns; ++turn) {
        w.set_conductances(team, temperature);
        w.set_terms(team, temperature, drive);
        w.hold_elliptic(team).solve(team, view_of(w.rise), {{}, view_of(w.loss), view_of(w.supply)},
                                    1e-11);
        double change = 0.0;
        for (index_t p = 0; p < w.cells; ++p) {
            const double now = w.arterial + w.rise[static_cast<std::size_t>(p)];
            change = std::max(change, std::abs(now - temperature[p]));
            temperature[p] = now;
        }
        if (!w.is_sloped || change < 1e-8) return;
    }
    throw NumericalError(NumericalFailure{"bioheat", "temperature", "", 0.0, 0.0,
                                          "does not come to a balance: conductivities still move",
                                          "take a smaller conductivity slope, or step in time"});
}

}  // namespace caravel::tissue
