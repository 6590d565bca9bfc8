#include "caravel/tissue/fields/variable_diffusion.hpp"

#include "caravel/base/large_pages.hpp"
#include "caravel/tissue/fields/face_field.hpp"
#include "caravel/tissue/fields/factored_solver.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <stdexcept>

namespace caravel::tissue {

namespace {

// Of the two-stage stiffly accurate SDIRK of second order: gamma = 1 - 1/sqrt(2).
constexpr double gamma = 0.29289321881345247560;
constexpr double ahead = (1.0 - gamma) / gamma;
constexpr int most_halvings = 3;

void check_extent(const Grid& grid) {
    (void)grid.cell_count();
    for (const double spacing : grid.spacing) {
        if (!(spacing > 0.0) || !std::isfinite(spacing)) {
            throw std::invalid_argument("spacing of a grid must be positive");
        }
    }
}

void check(View<const double> u, const CellTerms& terms, double dt, index_t cells) {
    const auto right = [cells](View<const double> v) { return v.empty() || v.size() == cells; };
    if (u.size() != cells || !right(terms.capacity) || !right(terms.loss) || !right(terms.source)) {
        throw std::invalid_argument("diffusion needs one value per cell");
    }
    if (!(dt > 0.0) || !std::isfinite(dt)) {
        throw std::invalid_argument("a step of diffusion must be positive and finite");
    }
}

// storage = capacity + time * loss, 1 in cells without capacity; true when there are such cells.
bool fill_storage(exec::ThreadTeam& team, const CellTerms& terms, double time,
                  View<double> storage) {
    constexpr index_t piece = 1 << 14;
    std::atomic<bool> closed{false};
    team.run((storage.size() + piece - 1) / piece, [&](index_t tile) {
        const index_t end = std::min((tile + 1) * piece, storage.size());
        bool valid = true;
        bool any = false;
        for (index_t i = tile * piece; i < end; ++i) {
            const double capacity = terms.capacity.empty() ? 1.0 : terms.capacity[i];
            const double loss = terms.loss.empty() ? 0.0 : terms.loss[i];
            const double sum = capacity + time * loss;
            valid = valid && capacity >= 0.0 && loss >= 0.0 && std::isfinite(sum);
            any = any || !(capacity > 0.0);
            storage[i] = capacity > 0.0 ? sum : 1.0;
        }
        if (!valid) {
            throw std::invalid_argument("capacity and loss must be finite and not negative");
        }
        if (any) closed = true;
    });
    return closed;
}

bool makes_negative(exec::ThreadTeam& team, View<const double> before, View<const double> after) {
    constexpr index_t piece = 1 << 14;
    std::atomic<bool> found{false};
    team.run((after.size() + piece - 1) / piece, [&](index_t tile) {
        const index_t end = std::min((tile + 1) * piece, after.size());
        bool any = false;
        for (index_t i = tile * piece; i < end; ++i) {
            any = any || (!(after[i] >= 0.0) && !(before[i] < 0.0));  // not a number too
        }
        if (any) found = true;
    });
    return found;
}

}  // namespace

VariableDiffusion::VariableDiffusion(const Grid& grid, const Boundaries& boundaries)
    : grid_(grid), boundaries_(boundaries), conductances_(grid) {
    check_extent(grid);
}

void VariableDiffusion::set_conductivity(exec::ThreadTeam& team, View<const double> conductivity) {
    fill_conductances(team, grid_, conductivity, boundaries_, conductances_);
}

void VariableDiffusion::set_conductances(const FaceField& conductances) {
    if (!fits(conductances, grid_)) {
        throw std::invalid_argument("conductances need one value per face");
    }
    conductances_ = shortened(conductances);
}

void VariableDiffusion::step(exec::ThreadTeam& team, View<double> u, const CellTerms& terms,
                             double dt, TimeScheme scheme) {
    step(team, u, terms, dt, scheme, scratch_);
}

void VariableDiffusion::step(exec::ThreadTeam& team, View<double> u, const CellTerms& terms,
                             double dt, TimeScheme scheme, std::vector<double>& memory) const {
    const index_t cells = grid_.cell_count();
    check(u, terms, dt, cells);
    const double share = scheme == TimeScheme::backward_euler   ? 1.0
                         : scheme == TimeScheme::crank_nicolson ? 0.5
                                                                : gamma;
    const double time = share * dt;
    const bool uniform = terms.capacity.empty() && terms.loss.empty();
    const index_t stage_size = scheme == TimeScheme::backward_euler ? 0 : cells;
    const index_t storage_size = uniform ? 0 : cells;
    const index_t per_thread = FactoredSolver<float>::scratch_size(grid_);
    const auto size =
        static_cast<std::size_t>(stage_size + storage_size + team.size() * per_thread);
    if (memory.capacity() < size) memory = large_vector<double>(size);
    memory.resize(size);
    const View<double> stage(memory.data(), stage_size);
    const View<double> storage(stage.end(), storage_size);
    const View<double> scratch(storage.end(), team.size() * per_thread);
    const bool closed = !uniform && fill_storage(team, terms, time, storage);
    FaceNumbers<float> kept(Grid{0, 0, 0});
    if (closed) {
        kept = conductances_;
        close_cells(grid_, terms.capacity, kept);
    }
    const FactoredSolver<float> solver(grid_, boundaries_, closed ? kept : conductances_, terms,
                                       storage, time, scratch);
    if (scheme == TimeScheme::backward_euler) {
        solver.solve_start(team, u, u);
    } else if (scheme == TimeScheme::crank_nicolson) {
        solver.solve_residual(team, {u, u, stage, 0.0, 0.0, 2.0});
        solver.add(team, stage, u);
    } else {
        solver.solve_start(team, u, stage);
        solver.solve_residual(team, {u, stage, u, 1.0, ahead, 1.0 / gamma});
    }
}

PositiveStep step_positive(exec::ThreadTeam& team, VariableDiffusion& diffusion, View<double> u,
                           const CellTerms& terms, double dt, std::vector<double>& saved) {
    saved.assign(u.begin(), u.end());
    const auto try_steps = [&](int steps, TimeScheme scheme) {
        for (int s = 0; s < steps; ++s) {
            diffusion.step(team, u, terms, dt / steps, scheme);
            if (scheme == TimeScheme::l_stable && makes_negative(team, view_of(saved), u)) {
                std::copy(saved.begin(), saved.end(), u.begin());
                return false;
            }
        }
        return true;
    };
    for (int halvings = 0; halvings <= most_halvings; ++halvings) {
        if (try_steps(1 << halvings, TimeScheme::l_stable)) {
            return {halvings, false};
        }
    }
    try_steps(4, TimeScheme::backward_euler);
    return {most_halvings, true};
}

}  // namespace caravel::tissue
