#include "caravel/tissue/grid/scene.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::tissue {
namespace {

/// Voxels with less tumour than this say nothing about the pattern of its vessels.
constexpr double telling_share = 0.05;

/// Moving tissue is packed to a few per cent; what is missing inside is not normal tissue.
constexpr double full_filling = 0.97;

/// What a blended map says of tumour tissue alone, against its mean.
std::vector<double> pattern_of(const Domain& domain, const std::vector<double>& map, double tumour,
                               double normal) {
    std::vector<double> pattern(map.size(), 1.0);
    if (tumour <= 0.0) return pattern;
    for (std::size_t i = 0; i < map.size(); ++i) {
        const double share = domain.tumour_share[i];
        if (share < telling_share) continue;
        pattern[i] = std::max(0.0, (map[i] - (1.0 - share) * normal) / (share * tumour));
    }
    return pattern;
}

}  // namespace

SceneBuilder::SceneBuilder(const GridPlan& plan)
    : plan_(plan),
      pattern_(pattern_of(plan.domain, plan.vessels.surface_density,
                          plan.tumour.vessels.surface_density,
                          plan.normal.vessels.surface_density)),
      perfusion_pattern_(pattern_of(plan.domain, plan.vessels.perfusion,
                                    plan.tumour.vessels.perfusion, plan.normal.vessels.perfusion)) {
}

void SceneBuilder::follow_cells(Scene& scene, std::span<const double> fields,
                                std::span<const double> perfusion) const {
    const auto n = plan_.domain.region.size();
    for (auto* list : {&scene.cells, &scene.share, &scene.viable, &scene.dead, &scene.surface,
                       &scene.blood, &scene.perfusion, &scene.interstitium})
        list->resize(n);
    scene.filtration.resize(n, 0.0);
    scene.drainage.resize(n, 0.0);
    const auto& t = plan_.tumour;
    const auto& h = plan_.normal;
    double flow = 0.0;
    double tumour_flow = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
        double viable = 0.0;
        for (const int k : plan_.viable) viable += fields[static_cast<std::size_t>(k) * n + i];
        double dead = 0.0;
        for (const int k : plan_.dead) dead += fields[static_cast<std::size_t>(k) * n + i];
        const bool tissue = is_perfused(plan_.domain.region[i]);
        scene.cells[i] = viable + dead;
        const double share = std::clamp(scene.cells[i] / full_filling, 0.0, 1.0);
        scene.share[i] = share;
        scene.viable[i] = viable;
        scene.dead[i] = dead;
        const double exists = tissue ? 1.0 : 0.0;
        scene.surface[i] = exists * blend(t.vessels.surface_density * pattern_[i],
                                          h.vessels.surface_density, share);
        scene.blood[i] =
            exists * blend(t.vessels.blood_fraction * pattern_[i], h.vessels.blood_fraction, share);
        const double open = perfusion.empty() ? exists : exists * perfusion[i];
        scene.perfusion[i] =
            open * blend(t.vessels.perfusion * perfusion_pattern_[i], h.vessels.perfusion, share);
        scene.interstitium[i] = blend(t.interstitial_fraction, h.interstitial_fraction, share);
        flow += scene.perfusion[i];
        tumour_flow += open * share * t.vessels.perfusion * perfusion_pattern_[i];
    }
    const double volume = plan_.domain.grid.cell_volume() * plan_.domain.copies;
    scene.flow = flow * volume;
    scene.tumour_flow = tumour_flow * volume;
}

FluidTerms SceneBuilder::fluid_terms(const Scene& scene) const {
    const auto n = scene.share.size();
    FluidTerms terms;
    for (auto* list : {&terms.conductivity, &terms.vessel_conductance, &terms.vessel_pressure,
                       &terms.lymph_conductance})
        list->assign(n, 0.0);
    const auto& t = plan_.tumour;
    const auto& h = plan_.normal;
    const auto effective = [&](const TissueConstants& c) {
        return c.vessels.pressure - c.osmotic_reflection * (plan_.plasma_osmotic_pressure -
                                                            c.interstitial_osmotic_pressure);
    };
    const double p_tumour = effective(t);
    const double p_normal = effective(h);
    for (std::size_t i = 0; i < n; ++i) {
        if (plan_.domain.region[i] == Region::outside) continue;
        const double share = scene.share[i];
        terms.conductivity[i] = blend(t.hydraulic_conductivity, h.hydraulic_conductivity, share);
        const double wall_t = share * t.wall_conductivity * t.vessels.surface_density * pattern_[i];
        const double wall_n = (1.0 - share) * h.wall_conductivity * h.vessels.surface_density;
        terms.vessel_conductance[i] = wall_t + wall_n;
        if (wall_t + wall_n > 0.0)
            terms.vessel_pressure[i] = (wall_t * p_tumour + wall_n * p_normal) / (wall_t + wall_n);
        if (!is_perfused(plan_.domain.region[i])) {
            terms.vessel_conductance[i] = 0.0;
            continue;
        }
        terms.lymph_conductance[i] = blend(t.lymph_conductance, h.lymph_conductance, share);
    }
    return terms;
}

double SceneBuilder::permeability_surface(const Scene& scene, const Solute& solute,
                                          std::size_t i) const {
    const double share = scene.share[i];
    return share * solute.permeability_surface * pattern_[i] +
           (1.0 - share) * solute.normal_permeability_surface;
}

double SceneBuilder::tumour_part_of_blood(const Scene& scene, std::size_t i) const {
    if (scene.blood[i] <= 0.0) return scene.share[i];
    return scene.share[i] * plan_.tumour.vessels.blood_fraction * pattern_[i] / scene.blood[i];
}

double SceneBuilder::tumour_part(const Scene& scene, const Solute& solute, std::size_t i) const {
    const double all = permeability_surface(scene, solute, i);
    if (all <= 0.0) return scene.share[i];
    return scene.share[i] * solute.permeability_surface * pattern_[i] / all;
}

}  // namespace caravel::tissue
