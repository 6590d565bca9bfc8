#include "caravel/tissue/grid/scene.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::tissue {
namespace {

/// Voxels with less tumour than this say nothing about the pattern of its vessels.
constexpr double telling_share = 0.05;

/// Traces of tumour that moving tissue leaves behind.
constexpr double least_share = 1e-6;

/// Largest blood fraction that new vessels make.
constexpr double most_blood = 0.5;

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

double mean_vessels(const Scene& scene) {
    double vessels = 0.0;
    double tumour = 0.0;
    for (std::size_t i = 0; i < scene.cells.size(); ++i) {
        vessels += scene.cells[i] * scene.vessels[i];
        tumour += scene.cells[i];
    }
    return tumour > 0.0 ? vessels / tumour : 0.0;
}

SceneBuilder::SceneBuilder(const GridPlan& plan)
    : plan_(plan),
      pattern_(pattern_of(plan.domain, plan.vessels.surface_density,
                          plan.tumour.vessels.surface_density,
                          plan.normal.vessels.surface_density)),
      perfusion_pattern_(pattern_of(plan.domain, plan.vessels.perfusion,
                                    plan.tumour.vessels.perfusion, plan.normal.vessels.perfusion)) {
    for (const auto& solute : plan.solutes) spaces_.push_back(solute_spaces(plan, solute));
    held_.assign(plan.solutes.size(), true);
    for (const auto& species : plan.species)
        if (species.solute >= 0) held_[static_cast<std::size_t>(species.solute)] = false;
}

void SceneBuilder::follow_cells(Scene& scene, std::span<const double> fields,
                                std::span<const double> perfusion) const {
    const auto n = plan_.domain.region.size();
    for (auto* list : {&scene.cells, &scene.share, &scene.viable, &scene.dead, &scene.vessels,
                       &scene.surface, &scene.blood, &scene.perfusion})
        list->resize(n);
    scene.filtration.resize(n, 0.0);
    scene.drainage.resize(n, 0.0);
    scene.outflow.resize(n, 0.0);
    const auto& t = plan_.tumour;
    const auto& h = plan_.normal;
    const bool changes = plan_.input.angiogenesis.has_value();
    const double* density = changes ? fields.data() + plan_.vessel_row() * n : nullptr;
    const VesselFactors factors =
        changes ? normalised_vessels(density[n], plan_.input.angiogenesis->normalisation)
                : VesselFactors{};
    scene.leakiness = factors.permeability;
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
        const double grown = changes ? density[i] * factors.density : 1.0;
        scene.vessels[i] = grown * pattern_[i];
        scene.surface[i] = exists * blend(t.vessels.surface_density * scene.vessels[i],
                                          h.vessels.surface_density, share);
        scene.blood[i] = exists * blend(blood_fraction(scene, i), h.vessels.blood_fraction, share);
        const double open = perfusion.empty() ? exists : exists * perfusion[i];
        const double more = grown * factors.flow_per_vessel;
        scene.perfusion[i] = open * blend(t.vessels.perfusion * perfusion_pattern_[i] * more,
                                          h.vessels.perfusion, share);
        flow += scene.perfusion[i];
        tumour_flow += open * share * t.vessels.perfusion * perfusion_pattern_[i] * more;
    }
    const double volume = plan_.domain.grid.cell_volume() * plan_.domain.copies;
    scene.flow = flow * volume;
    scene.tumour_flow = tumour_flow * volume;
}

/// Blood per volume of tumour tissue; new vessels leave room for tissue.
double SceneBuilder::blood_fraction(const Scene& scene, std::size_t i) const {
    const double start = plan_.tumour.vessels.blood_fraction * pattern_[i];
    if (!plan_.input.angiogenesis) return start;
    return std::min(plan_.tumour.vessels.blood_fraction * scene.vessels[i],
                    std::max(start, most_blood));
}

void SceneBuilder::follow_pressure(Scene& scene, std::span<const double> pressure) const {
    const Grid& grid = plan_.domain.grid;
    std::vector<double> conductivity(pressure.size());
    for (std::size_t i = 0; i < pressure.size(); ++i) {
        scene.drainage[i] = lymph_conductance(scene, i) * pressure[i];
        conductivity[i] = hydraulic_conductivity(scene, i);
    }
    Boundaries faces{};
    faces.fill(end_of_box);
    follow_flow(scene, darcy_velocity(
                           grid, {pressure.begin(), pressure.end()},
                           conductances(grid, view_of(std::as_const(conductivity)), faces), faces));
}

void SceneBuilder::follow_flow(Scene& scene, const FaceField& velocity) const {
    const Grid& grid = plan_.domain.grid;
    const auto leaving = [](const std::vector<double>& v, index_t low, index_t high) {
        return std::max(0.0, -v[static_cast<std::size_t>(low)]) +
               std::max(0.0, v[static_cast<std::size_t>(high)]);
    };
    for (index_t k = 0; k < grid.nz; ++k)
        for (index_t j = 0; j < grid.ny; ++j)
            for (index_t i = 0; i < grid.nx; ++i) {
                const index_t x = i + (grid.nx + 1) * (j + grid.ny * k);
                const index_t y = i + grid.nx * (j + (grid.ny + 1) * k);
                const index_t z = i + grid.nx * (j + grid.ny * k);
                scene.outflow[static_cast<std::size_t>(z)] =
                    leaving(velocity.x, x, x + 1) / grid.spacing[0] +
                    leaving(velocity.y, y, y + grid.nx) / grid.spacing[1] +
                    leaving(velocity.z, z, z + grid.nx * grid.ny) / grid.spacing[2];
            }
}

double SceneBuilder::hydraulic_conductivity(const Scene& scene, std::size_t i) const {
    if (plan_.domain.region[i] == Region::outside) return 0.0;
    // The fluid of a voxel on the surface passes one tissue behind the other.
    return 1.0 / blend(1.0 / plan_.tumour.hydraulic_conductivity,
                       1.0 / plan_.normal.hydraulic_conductivity, scene.share[i]);
}

double SceneBuilder::lymph_conductance(const Scene& scene, std::size_t i) const {
    if (!is_perfused(plan_.domain.region[i])) return 0.0;
    return blend(plan_.tumour.lymph_conductance, plan_.normal.lymph_conductance, scene.share[i]);
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
        terms.conductivity[i] = hydraulic_conductivity(scene, i);
        const double wall_t = share * t.wall_conductivity * t.vessels.surface_density *
                              scene.vessels[i] * scene.leakiness;
        const double wall_n = (1.0 - share) * h.wall_conductivity * h.vessels.surface_density;
        terms.vessel_conductance[i] = wall_t + wall_n;
        if (wall_t + wall_n > 0.0)
            terms.vessel_pressure[i] = (wall_t * p_tumour + wall_n * p_normal) / (wall_t + wall_n);
        if (!is_perfused(plan_.domain.region[i])) {
            terms.vessel_conductance[i] = 0.0;
            continue;
        }
        terms.lymph_conductance[i] = lymph_conductance(scene, i);
    }
    return terms;
}

double SceneBuilder::permeability_surface(const Scene& scene, const Solute& solute,
                                          std::size_t i) const {
    const double share = scene.share[i];
    return tumour_wall(scene, solute, i) + (1.0 - share) * solute.normal_permeability_surface;
}

double SceneBuilder::tumour_part_of_blood(const Scene& scene, std::size_t i) const {
    if (scene.blood[i] <= 0.0) return scene.share[i];
    return scene.share[i] * blood_fraction(scene, i) / scene.blood[i];
}

SoluteSplit SceneBuilder::split_in(const Scene& scene, int solute, std::size_t i) const {
    const Solute& s = plan_.solutes[static_cast<std::size_t>(solute)];
    const double share = scene.share[i];
    if (held_[static_cast<std::size_t>(solute)]) {
        const double space = std::max(share, least_share) * spaces(solute).tumour_space;
        return {space > 0.0 ? 1.0 / space : 0.0, 0.0, 1.0};
    }
    return split(spaces(solute),
                 {share, std::cbrt(plan_.domain.grid.cell_volume()), tumour_wall(scene, s, i),
                  (1.0 - share) * s.normal_permeability_surface, scene.drainage[i],
                  spaces(solute).retardation * scene.outflow[i]});
}

double SceneBuilder::at_walls(const Scene& scene, int solute, const SoluteSplit& parts,
                              std::size_t i) const {
    const Solute& s = plan_.solutes[static_cast<std::size_t>(solute)];
    const double share = scene.share[i];
    const double tumour = tumour_wall(scene, s, i);
    const double normal = (1.0 - share) * s.normal_permeability_surface;
    if (tumour + normal <= 0.0) return parts.tumour;
    return (tumour * parts.tumour + normal * parts.normal) / (tumour + normal);
}

}  // namespace caravel::tissue
