#include "caravel/tissue/cells/spheroid_oxygen.hpp"

#include "caravel/exec/reduce.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::tissue {

namespace {
constexpr double stirred = 100.0;           // diffusion beyond the still medium, against medium
constexpr double firmly = 100.0;            // exchange where the medium's pressure is held
constexpr double nearly_linear = 1e6;       // half pressure over the medium's: first-order uptake
constexpr double balance_tolerance = 1e-7;  // relative residual

double distance(const Grid& grid, index_t cell) {
    const Vector3 c =
        grid.centre(cell % grid.nx, cell / grid.nx % grid.ny, cell / (grid.nx * grid.ny));
    return std::sqrt(c[0] * c[0] + c[1] * c[1] + c[2] * c[2]);
}

Boundaries outer_faces(const SpheroidSurroundings& surroundings, bool held) {
    Boundaries faces;
    if (held)
        for (const std::size_t face : {std::size_t{1}, std::size_t{3}, std::size_t{5}})
            faces[face] = {FaceCondition::Kind::value, surroundings.oxygen, 0.0};
    return faces;
}
}  // namespace

SpheroidOxygen::SpheroidOxygen(const Grid& octant, const CellBiology& biology,
                               const SpheroidSurroundings& surroundings, bool held_faces)
    : grid_(octant),
      biology_(biology),
      surroundings_(surroundings),
      solver_(octant, outer_faces(surroundings, held_faces)),
      diffusion_(octant, outer_faces(surroundings, held_faces)) {
    const auto cells = static_cast<std::size_t>(octant.cell_count());
    half_ = biology.oxygen_uptake > 0.0 ? nearly_linear * surroundings.oxygen : biology.oxygen_half;
    pressure_.assign(cells, surroundings.oxygen);
    outside_.assign(cells, surroundings.oxygen);
    exchange_.assign(cells, 0.0);
    conductivity_.resize(cells);
    consumption_.resize(cells);
    loss_.resize(cells);
    source_.resize(cells);
    if (!held_faces) stir_outside();
}

void SpheroidOxygen::stir_outside() {
    const Grid& g = grid_;
    const double d = surroundings_.medium_diffusion;
    const double inscribed = std::min({static_cast<double>(g.nx) * g.spacing[0],
                                       static_cast<double>(g.ny) * g.spacing[1],
                                       static_cast<double>(g.nz) * g.spacing[2]}) -
                             g.spacing[0];
    const double still = std::min(inscribed, surroundings_.medium_radius);
    double volume = 0.0;
    for (index_t c = 0; c < g.cell_count(); ++c)
        if (distance(g, c) > still) volume += g.cell_volume();
    double rate = firmly * d / std::pow(g.spacing[0], 2);
    const double gap = 1.0 / still - 1.0 / surroundings_.medium_radius;
    if (gap > 0.0) {
        // 4 pi D/(1/r - 1/r_medium) of the whole sphere, an eighth of it here
        rate = std::min(rate, 0.5 * std::numbers::pi * d / (gap * volume));
        stirring_ = stirred;
    }
    for (index_t c = 0; c < g.cell_count(); ++c)
        if (distance(g, c) > still) exchange_[static_cast<std::size_t>(c)] = rate;
}

void SpheroidOxygen::set_tissue(exec::ThreadTeam& team, View<const double> states) {
    const index_t n = grid_.cell_count();
    const bool linear = biology_.oxygen_uptake > 0.0;
    const double plenty = linear ? biology_.oxygen_uptake * half_ : biology_.oxygen_consumption;
    exec::for_each(team, n, [&](index_t c) {
        const auto i = static_cast<std::size_t>(c);
        const CellStates s{states[c], states[n + c], states[2 * n + c]};
        consumption_[i] = plenty * consuming_volume(biology_, s);
        const double filling = std::clamp(s.sum(), 0.0, 1.0);
        const double medium =
            surroundings_.medium_diffusion * (exchange_[i] > 0.0 ? stirring_ : 1.0);
        conductivity_[i] = filling * surroundings_.tissue_diffusion + (1.0 - filling) * medium;
    });
}

void SpheroidOxygen::balance(exec::ThreadTeam& team) {
    solver_.set_conductivity(team, view_of(conductivity_));
    const SaturableBalance terms{view_of(consumption_), half_, view_of(exchange_),
                                 view_of(outside_), surroundings_.decay};
    solve_saturable(team, solver_, view_of(pressure_), terms, balance_tolerance);
}

void SpheroidOxygen::advance(exec::ThreadTeam& team, double dt, double step) {
    diffusion_.set_conductivity(team, view_of(conductivity_));
    const double steps = std::max(1.0, std::ceil(dt / step));
    for (int s = 0; s < static_cast<int>(steps); ++s) {
        exec::for_each(team, grid_.cell_count(), [&](index_t c) {
            const auto i = static_cast<std::size_t>(c);
            loss_[i] =
                consumption_[i] / (pressure_[i] + half_) + exchange_[i] + surroundings_.decay;
            source_[i] = exchange_[i] * outside_[i];
        });
        const CellTerms terms{{}, view_of(loss_), view_of(source_)};
        saved_ = pressure_;
        diffusion_.step(team, view_of(pressure_), terms, dt / steps, TimeScheme::crank_nicolson);
        if (exec::minimum(team, view_of(pressure_)) >= 0.0) continue;
        pressure_.swap(saved_);
        step_positive(team, diffusion_, view_of(pressure_), terms, dt / steps, saved_);
    }
}

}  // namespace caravel::tissue
