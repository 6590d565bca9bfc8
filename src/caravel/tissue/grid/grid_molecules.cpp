#include "caravel/tissue/grid/grid_molecules.hpp"

#include "caravel/tissue/grid/hypoxia.hpp"

#include <numbers>

namespace caravel::tissue {

double signal_of(const MoleculeInput& m, double concentration) {
    return m.signal == "pH" ? m.blood_ph - concentration / m.buffer_capacity : concentration;
}

double production(const MoleculeInput& m, double viable, double dead, double oxygen) {
    const double hypoxic = hypoxic_pressure / (hypoxic_pressure + oxygen);
    return viable * (m.production + hypoxic * m.hypoxic_production) + dead * m.dead_production;
}

GridMolecules::GridMolecules(const GridPlan& plan) : plan_(plan) {
    for (std::size_t m = 0; m < plan.input.molecules.size(); ++m)
        solvers_.emplace_back(plan.domain.grid, Boundaries{});
}

void GridMolecules::balance(exec::ThreadTeam& team, const Scene& scene,
                            std::span<const double> oxygen, std::span<double> fields) {
    const auto n = scene.share.size();
    const bool first = loss_.empty();
    loss_.resize(n);
    source_.resize(n);
    for (std::size_t k = 0; k < solvers_.size(); ++k) {
        const auto& m = plan_.input.molecules[k];
        if (first) {
            std::vector<double> conductivity(n);
            for (std::size_t i = 0; i < n; ++i)
                conductivity[i] = plan_.domain.region[i] == Region::outside ? 0.0 : m.diffusion;
            solvers_[k].set_conductivity(team, view_of(std::as_const(conductivity)));
        }
        const double decay = m.half_life ? std::numbers::ln2 / *m.half_life : 0.0;
        for (std::size_t i = 0; i < n; ++i) {
            const double wall = m.wall_permeability * scene.surface[i];
            loss_[i] = decay + wall;
            source_[i] = production(m, scene.viable[i], scene.dead[i], oxygen[i]) + wall * m.blood;
        }
        solvers_[k].solve(team, View<double>(fields.data() + k * n, static_cast<index_t>(n)),
                          {{}, view_of(std::as_const(loss_)), view_of(std::as_const(source_))},
                          1e-8);
    }
}

}  // namespace caravel::tissue
