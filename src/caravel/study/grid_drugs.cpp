// Free drugs of a tumour in space.
#include "caravel/study/grid_parts.hpp"
#include "caravel/tissue/interstitium/wall_exchange.hpp"

#include <cmath>

namespace caravel::study {
namespace {

using tissue::Law;

/// Hydrodynamic radius (m) of a molecule of this molar mass (kg/mol): 0.912 nm (M/kDa)^0.333
/// (Schmidt & Wittrup 2009).
double molecular_radius(double molar_mass) { return 0.912e-9 * std::cbrt(molar_mass); }

void add_drug(GridParts& parts, const std::string& agent, const body::DrugBlock& drug) {
    const auto& d = drug.disposition();
    const auto pool = static_cast<std::size_t>(drug.pool("arterial").index);
    const double dose = parts.built.model.all_species()[pool].scale;
    auto& mine =
        parts.drugs.emplace(agent, body::DrugBlock(d, drug.molar_mass(), parts.scale(dose)))
            .first->second;
    mine.add_pool(parts.local(), "venous");
    mine.add_pool(parts.local(), "lymph");
    parts.tumour.add_drug_pools(parts.local(), mine);
    parts.tumour.add_drug_reactions(parts.local(), mine, parts.built.physiology);
    const double wall = tissue::drug_wall(d, parts.parameters);
    const double radius = molecular_radius(drug.molar_mass());
    const int solute = parts.add_solute(
        {agent, radius, wall, wall * parts.surfaces(),
         tissue::reflection_coefficient(radius, tissue::WallPores{}), d.blood_to_plasma});
    const std::string vessel = parts.place(".plasma");
    const std::string matrix = parts.place(".interstitium");
    parts.solute_of[matrix + "." + agent] = solute;
    const auto transfer = [&](const std::string& from, const std::string& to) {
        return tissue::LumpedTumour::drug_transfer(from, to, agent);
    };
    parts.vary(transfer(vessel, "venous"), Law::venous_outflow);
    parts.vary(transfer(vessel, matrix), Law::wall_out, solute);
    parts.vary(transfer(matrix, vessel), Law::wall_back, solute);
    parts.vary(transfer(matrix, "lymph"), Law::lymph, solute);
    for (std::size_t i = 0; i < parts.parameters.populations.size(); ++i) {
        const auto into = transfer(matrix, parts.tumour.cell_place(i));
        parts.vary(into, Law::interstitium, solute, parts.value_of(into));
    }
}

}  // namespace

void add_grid_drugs(GridParts& parts) {
    for (const auto& [agent, drug] : parts.built.drugs) add_drug(parts, agent, drug);
}

}  // namespace caravel::study
