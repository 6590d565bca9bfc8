#include "caravel/tissue/grid/grid_oxygen.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::tissue {
namespace {

/// First-order uptake as the start of a law that saturates this far away (Pa).
constexpr double far_half = 1e9;

/// Mirrored faces and the box's end alike let no oxygen through: what lies beyond is the same
/// tissue.
Boundaries closed() { return {}; }

}  // namespace

double proliferation_share(const CellBiology& biology, double oxygen) {
    if (!(oxygen > 0.0)) return 0.0;
    return dividing_share(biology, oxygen) * oxygen / (oxygen + biology.proliferation_half);
}

double oxygen_exchange(const OxygenConstants& c, double surface_density, double perfusion) {
    if (surface_density <= 0.0 || perfusion <= 0.0) return 0.0;
    const double wall = c.wall_permeability * surface_density;
    // Krogh cylinder whose surface density is S: radius sqrt(2 r/S); mean difference between wall
    // and tissue per consumption.
    const double radius = std::sqrt(2.0 * c.capillary_radius / surface_density);
    const double shape = std::max(std::log(radius / c.capillary_radius) - 0.75, 0.05);
    const double spread = 2.0 * c.diffusion / (radius * radius * shape);
    const double supply = perfusion * c.blood_capacity;
    return 1.0 / (1.0 / wall + 1.0 / spread + 1.0 / supply);
}

GridOxygen::GridOxygen(const GridPlan& plan) : plan_(plan), solver_(plan.domain.grid, closed()) {}

void GridOxygen::balance(exec::ThreadTeam& team, const SceneBuilder& builder,
                         std::span<const double> fields, std::span<const double> perfusion,
                         const Scene& scene, std::span<double> oxygen) {
    cells_ = scene;
    builder.follow_cells(cells_, fields, perfusion);
    balance(team, cells_, oxygen);
}

void GridOxygen::balance(exec::ThreadTeam& team, const Scene& scene, std::span<double> oxygen) {
    const auto n = scene.share.size();
    if (!ready_) {
        std::vector<double> conductivity(n, plan_.oxygen.diffusion);
        for (std::size_t i = 0; i < n; ++i)
            if (plan_.domain.region[i] == Region::outside) conductivity[i] = 0.0;
        solver_.set_conductivity(team, view_of(std::as_const(conductivity)));
        for (auto* list : {&consumption_, &exchange_, &vessel_}) list->resize(n);
        ready_ = true;
    }
    const auto& b = plan_.biology;
    const bool first_order = b.oxygen_uptake > 0.0;
    for (std::size_t i = 0; i < n; ++i) {
        const double dividing = dividing_share(b, oxygen[i]);
        // Normal tissue consumes as resting cells do (assumed).
        const double normal = is_perfused(plan_.domain.region[i]) ? 1.0 - scene.share[i] : 0.0;
        const double need =
            scene.viable[i] * (dividing + (1.0 - dividing) * b.resting_consumption) +
            normal * b.resting_consumption + scene.dead[i] * b.dead_consumption;
        const double there = plan_.domain.region[i] == Region::outside ? 0.0 : need;
        consumption_[i] = there * (first_order ? b.oxygen_uptake * far_half : b.oxygen_consumption);
        exchange_[i] = oxygen_exchange(plan_.oxygen, scene.surface[i], scene.perfusion[i]);
        vessel_[i] = plan_.oxygen.arterial_pressure;
    }
    SaturableBalance balance;
    balance.consumption = view_of(std::as_const(consumption_));
    balance.half = first_order ? far_half : b.oxygen_half;
    balance.exchange = view_of(std::as_const(exchange_));
    balance.vessel_value = view_of(std::as_const(vessel_));
    solve_saturable(team, solver_, View<double>(oxygen.data(), static_cast<index_t>(n)), balance,
                    1e-6);
}

}  // namespace caravel::tissue
