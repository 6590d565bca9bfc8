#include "caravel/tissue/grid/grid_transport.hpp"

#include "caravel/exec/reduce.hpp"
#include "caravel/tissue/grid/grid_stepper.hpp"

#include <algorithm>

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
    // Far tissue and skin are at the pressure of the surroundings.
    FaceCondition boundary;
    boundary.kind = FaceCondition::Kind::value;
    const std::vector<double> guess(pressure.begin(), pressure.end());
    auto fluid = solve_interstitial_fluid(team, plan_.domain, terms, boundary, guess);
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
        auto& solute = solutes_[k];
        const double water = free_diffusion(r);
        const double d_t = water * hindrance(r, plan_.tumour.matrix);
        const double d_n = water * hindrance(r, plan_.normal.matrix);
        const double a_t = available_share(r, plan_.tumour.matrix);
        const double a_n = available_share(r, plan_.normal.matrix);
        for (std::size_t i = 0; i < conductivity.size(); ++i) {
            const double s = scene.share[i];
            const bool tissue = plan_.domain.region[i] != Region::outside;
            solute.capacity[i] = tissue ? scene.interstitium[i] * (s * a_t + (1.0 - s) * a_n) : 0.0;
            conductivity[i] = solute.capacity[i] * (s * d_t + (1.0 - s) * d_n);
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
        const double left = solute.convection.advance(team, u, capacity, 0.5 * dt);
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
                                const Scene& scene, double dt) {
    const auto n = plan_.domain.region.size();
    // Volumes of cells are the first species of the local model, one after the other.
    const auto kinds = static_cast<index_t>(plan_.viable.size() + plan_.dead.size());
    const View<double> volumes(fields.data(), kinds * static_cast<index_t>(n));
    std::vector<double> filling(n);
    sum_kinds(team, volumes, kinds, view_of(filling));
    std::vector<double> growth(n);
    for (std::size_t i = 0; i < n; ++i) growth[i] = (filling[i] - scene.cells[i]) / dt;
    if (is_empty(team, view_of(std::as_const(growth)))) return;
    add_repacking(plan_.domain.grid, view_of(std::as_const(filling)), dt, view_of(growth));
    // What a window gives must not depend on whether the run was interrupted before it.
    motion_.forget();
    const FaceField& velocity = motion_.velocity(team, view_of(std::as_const(growth)));
    std::vector<double> left(static_cast<std::size_t>(kinds), 0.0);
    cells_.advance(team, volumes, kinds, velocity, dt, left);
    in_cells_.set_velocity(velocity);
    for (auto s = static_cast<std::size_t>(kinds); s < plan_.species.size(); ++s) {
        if (plan_.species[s].motion != Motion::tissue) continue;
        const auto u = species_view(fields, s, n);
        if (is_empty(team, u)) continue;
        const double out = in_cells_.advance(team, u, {}, dt);
        const int back = plan_.species[s].outflow;
        if (back >= 0) carried_out_[static_cast<std::size_t>(back)] += out * plan_.domain.copies;
    }
}

std::vector<double> GridTransport::take_carried_out() {
    std::vector<double> taken(carried_out_.size(), 0.0);
    taken.swap(carried_out_);
    return taken;
}

}  // namespace caravel::tissue
