#include "caravel/tissue/grid/grid_transport.hpp"

#include "caravel/base/error.hpp"
#include "caravel/exec/reduce.hpp"
#include "caravel/tissue/grid/grid_stepper.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::tissue {
namespace {

FaceField scaled(const FaceField& field, double factor, FaceField result) {
    const auto multiply = [factor](const std::vector<double>& from, std::vector<double>& to) {
        std::transform(from.begin(), from.end(), to.begin(),
                       [factor](double v) { return factor * v; });
    };
    multiply(field.x, result.x);
    multiply(field.y, result.y);
    multiply(field.z, result.z);
    return result;
}

View<double> species_view(std::span<double> fields, std::size_t species, std::size_t n) {
    return {fields.data() + species * n, static_cast<index_t>(n)};
}

bool is_empty(exec::ThreadTeam& team, View<const double> values) {
    return exec::max_abs(team, values) == 0.0;
}

/// No flow through faces of air.
void close_outside(const Domain& domain, FaceField& velocity) {
    const Grid& g = domain.grid;
    for (index_t k = 0; k < g.nz; ++k)
        for (index_t j = 0; j < g.ny; ++j)
            for (index_t i = 0; i < g.nx; ++i) {
                if (domain.region[static_cast<std::size_t>(g.index(i, j, k))] != Region::outside)
                    continue;
                const auto x = static_cast<std::size_t>(i + (g.nx + 1) * (j + g.ny * k));
                const auto y = static_cast<std::size_t>(i + g.nx * (j + (g.ny + 1) * k));
                const auto z = static_cast<std::size_t>(i + g.nx * (j + g.ny * k));
                velocity.x[x] = velocity.x[x + 1] = 0.0;
                velocity.y[y] = velocity.y[y + static_cast<std::size_t>(g.nx)] = 0.0;
                velocity.z[z] = velocity.z[z + static_cast<std::size_t>(g.nx * g.ny)] = 0.0;
            }
}

}  // namespace

GridTransport::SoluteTransport::SoluteTransport(const Grid& grid)
    : capacity(static_cast<std::size_t>(grid.cell_count())),
      diffusion(grid, {}),
      convection(grid) {}

GridTransport::GridTransport(const GridPlan& plan)
    : plan_(plan),
      velocity_(plan.domain.grid),
      motion_(plan.domain),
      cells_(plan.domain.grid),
      in_cells_(plan.domain.grid),
      carried_out_(plan.returns.size(), 0.0) {
    for (std::size_t k = 0; k < plan.solutes.size(); ++k) solutes_.emplace_back(plan.domain.grid);
}

void GridTransport::solve_fluid(exec::ThreadTeam& team, const FluidTerms& terms,
                                std::span<double> pressure, Scene& scene) {
    const std::vector<double> guess(pressure.begin(), pressure.end());
    auto fluid = solve_interstitial_fluid(team, plan_.domain, terms, end_of_box, guess);
    std::copy(fluid.pressure.begin(), fluid.pressure.end(), pressure.begin());
    scene.filtration = std::move(fluid.filtration);
    scene.drainage = std::move(fluid.drainage);
    velocity_ = std::move(fluid.velocity);
    flows_ = true;
}

void GridTransport::prepare(exec::ThreadTeam& team, const Scene& scene) {
    std::vector<double> conductivity(scene.share.size());
    for (std::size_t k = 0; k < solutes_.size(); ++k) {
        const double r = plan_.solutes[k].radius;
        const SoluteSpaces spaces = solute_spaces(plan_, plan_.solutes[k]);
        auto& solute = solutes_[k];
        for (std::size_t i = 0; i < conductivity.size(); ++i) {
            const bool tissue = is_perfused(plan_.domain.region[i]);
            solute.capacity[i] = tissue ? spaces.space(scene.share[i]) : 0.0;
            conductivity[i] = tissue ? spaces.conductivity(scene.share[i]) : 0.0;
        }
        solute.diffusion.set_conductivity(team, view_of(std::as_const(conductivity)));
        if (flows_)
            solute.convection.set_velocity(scaled(velocity_, retardation(r, plan_.tumour.matrix),
                                                  FaceField(plan_.domain.grid)));
    }
}

void GridTransport::advance_species(exec::ThreadTeam& team, std::size_t species, View<double> u,
                                    double dt, GridStatistics& statistics) {
    auto& solute = solutes_[static_cast<std::size_t>(plan_.species[species].solute)];
    const auto capacity = view_of(std::as_const(solute.capacity));
    const int out = plan_.species[species].outflow;
    const auto convect = [&] {
        const double left =
            solute.convection.advance(team, u, capacity, 0.5 * dt, 0.0, convection_scratch_);
        if (out >= 0) carried_out_[static_cast<std::size_t>(out)] += left * plan_.domain.copies;
    };
    if (flows_) convect();
    exec::for_each(team, u.size(),
                   [=](index_t i) { u[i] = capacity[i] > 0.0 ? u[i] / capacity[i] : 0.0; });
    CellTerms terms;
    terms.capacity = capacity;
    const auto done = step_positive(team, solute.diffusion, u, terms, dt, scratch_);
    statistics.halvings += done.halvings;
    statistics.first_order_steps += done.first_order ? 1 : 0;
    exec::for_each(team, u.size(), [=](index_t i) { u[i] *= capacity[i]; });
    if (flows_) convect();
}

void GridTransport::advance(exec::ThreadTeam& team, std::span<double> fields, double dt,
                            GridStatistics& statistics) {
    const auto n = plan_.domain.region.size();
    for (std::size_t s = 0; s < plan_.species.size(); ++s) {
        if (plan_.species[s].motion != Motion::fluid) continue;
        const auto u = species_view(fields, s, n);
        if (!is_empty(team, u)) advance_species(team, s, u, dt, statistics);
    }
}

void GridTransport::move_tissue(exec::ThreadTeam& team, std::span<double> fields,
                                const Scene& scene, double start, double end) {
    const auto n = plan_.domain.region.size();
    const double dt = end - start;
    // Volumes of cells are the first species of the local model, one after the other.
    const auto kinds = static_cast<index_t>(plan_.viable.size() + plan_.dead.size());
    const View<double> volumes(fields.data(), kinds * static_cast<index_t>(n));
    std::vector<double> filling(n);
    sum_kinds(team, volumes, kinds, view_of(filling));
    std::vector<double> growth(n, 0.0);
    for (std::size_t i = 0; i < n; ++i)
        if (scene.cells[i] > 0.0 && filling[i] > 0.0)
            growth[i] = scene.cells[i] * std::log(filling[i] / scene.cells[i]) / dt;
    if (is_empty(team, view_of(std::as_const(growth)))) return;
    // What the window's growth adds moves away as growth; only older errors are repacked.
    add_repacking(plan_.domain.grid, view_of(scene.cells), dt, view_of(growth));
    // What a window gives must not depend on whether the run was interrupted before it.
    motion_.forget();
    FaceField velocity = motion_.velocity(team, view_of(std::as_const(growth)));
    close_outside(plan_.domain, velocity);
    if (plan_.input.angiogenesis) move_vessels(team, fields, filling, velocity, dt);
    std::vector<double> left(static_cast<std::size_t>(kinds), 0.0);
    cells_.advance(team, volumes, kinds, velocity, dt, left);
    check_inside(left, start, end);
    in_cells_.set_velocity(velocity);
    for (auto s = static_cast<std::size_t>(kinds); s < plan_.species.size(); ++s) {
        if (plan_.species[s].motion != Motion::tissue) continue;
        const auto u = species_view(fields, s, n);
        if (is_empty(team, u)) continue;
        const double out = in_cells_.advance(team, u, {}, dt, 0.0, convection_scratch_);
        const int back = plan_.species[s].outflow;
        if (back >= 0) carried_out_[static_cast<std::size_t>(back)] += out * plan_.domain.copies;
    }
}

/// Vessels go with the tissue that holds them; what grows has as many per volume as what it grew
/// from. The tissue before the move (`filling`) divides into one that is as dense in vessels as any
/// and one without, which share its fluxes.
void GridTransport::move_vessels(exec::ThreadTeam& team, std::span<double> fields,
                                 const std::vector<double>& filling, const FaceField& velocity,
                                 double dt) {
    const auto n = filling.size();
    const auto density = fields.subspan(plan_.vessel_row() * n, n);
    const auto [least, most] = std::minmax_element(density.begin(), density.end());
    if (*least == *most) return;  // the same everywhere: moves nothing
    const double densest = *most;
    std::vector<double> kinds(2 * n);
    for (std::size_t i = 0; i < n; ++i) {
        kinds[i] = filling[i] * (density[i] / densest);
        kinds[n + i] = filling[i] - kinds[i];
    }
    std::vector<double> left(2, 0.0);
    cells_.advance(team, view_of(kinds), 2, velocity, dt, left);
    for (std::size_t i = 0; i < n; ++i)
        if (const double all = kinds[i] + kinds[n + i]; all > 0.0)
            density[i] = densest * (kinds[i] / all);
}

void GridTransport::check_inside(const std::vector<double>& left, double start, double end) const {
    double lost = 0.0;
    for (const double volume : left) lost += volume;
    lost *= plan_.domain.copies;
    // The surface is a few voxels wide; its last traces may pass.
    if (lost <= 1e-4 * plan_.domain.tumour_volume()) return;
    throw NumericalError({plan_.name + " (grid)", "cells", "its outermost voxels", end, start,
                          "the tumour has grown to the end of its box",
                          "give [subject.tumour.grid] a larger margin; what it may need stands in "
                          "`caravel check`"});
}

std::vector<double> GridTransport::take_carried_out() {
    std::vector<double> taken(carried_out_.size(), 0.0);
    taken.swap(carried_out_);
    return taken;
}

}  // namespace caravel::tissue
