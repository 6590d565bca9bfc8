#include "caravel/imaging/mri/mri_maps.hpp"

#include "caravel/exec/for_each.hpp"
#include "caravel/formulation/magnetism/relaxivity.hpp"
#include "caravel/imaging/mri/fluorine.hpp"
#include "caravel/imaging/mri/mri_maps_tissue.hpp"
#include "caravel/imaging/mri/susceptibility.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::imaging {
namespace {

using formulation::magnetism::proton_gyromagnetic_ratio;

void add_tissues(exec::ThreadTeam& team, const ImagedObject& object, matter::Library& library,
                 MriMaps& maps) {
    std::vector<MriTissue> tissues;
    tissues.reserve(object.regions.size());
    for (const ImagedRegion& region : object.regions)
        tissues.push_back(mri_tissue(library, region.tissue, maps.field));
    const std::size_t voxels = object.region.size();
    for (auto* values : {&maps.proton_density, &maps.r1, &maps.r2, &maps.r2_star, &maps.diffusion})
        values->resize(voxels);
    exec::for_each(team, static_cast<index_t>(voxels), [&](index_t i) {
        const auto v = static_cast<std::size_t>(i);
        const MriTissue& tissue = tissues[object.region[v]];
        maps.proton_density[v] = tissue.proton_density;
        maps.r1[v] = tissue.r1;
        maps.r2[v] = tissue.r2;
        maps.r2_star[v] = tissue.r2_star;
        maps.diffusion[v] = tissue.diffusion;
    });
}

/// Adds `share` times a field to `sum`, which is made when it is empty.
void accumulate(exec::ThreadTeam& team, const std::vector<double>& field, double share,
                std::vector<double>& sum) {
    if (share == 0.0) return;
    sum.resize(field.size(), 0.0);
    exec::for_each(team, static_cast<index_t>(field.size()), [&](index_t i) {
        const auto v = static_cast<std::size_t>(i);
        sum[v] += share * field[v];
    });
}

void add_relaxivity(exec::ThreadTeam& team, const std::vector<double>& concentration,
                    const Relaxivity& per, MriMaps& maps) {
    const double star = std::max(per.r2_star, per.r2);
    exec::for_each(team, static_cast<index_t>(concentration.size()), [&](index_t i) {
        const auto v = static_cast<std::size_t>(i);
        if (!(maps.proton_density[v] > 0.0)) return;
        maps.r1[v] += per.r1 * concentration[v];
        maps.r2[v] += per.r2 * concentration[v];
        maps.r2_star[v] += star * concentration[v];
    });
}

/// Agents of several kinds exchange at the mean of their rates and shifts, weighted by protons.
struct ExchangeMean {
    double weight = 0.0;
    double rate = 0.0;
    double shift = 0.0;
};

double total(const std::vector<double>& values) {
    double sum = 0.0;
    for (const double value : values) sum += value;
    return sum;
}

void add_agents(exec::ThreadTeam& team, const ImagedObject& object, MriMaps& maps,
                std::vector<double>& magnetisation) {
    ExchangeMean mean;
    for (const AgentField& field : object.fields) {
        const auto& agent = object.agents[field.agent].relaxing;
        if (!agent) continue;
        const auto compartment = static_cast<std::size_t>(field.compartment);
        add_relaxivity(team, field.concentration, agent->relaxivity[compartment], maps);
        accumulate(team, field.concentration, agent->magnetisation, magnetisation);
        accumulate(team, field.concentration, agent->fluorine, maps.fluorine);
        accumulate(team, field.concentration,
                   agent->exchanging_protons / water_proton_concentration, maps.exchange_share);
        if (agent->exchanging_protons > 0.0) {
            const double protons = agent->exchanging_protons * total(field.concentration);
            mean.weight += protons;
            mean.rate += protons * agent->exchange_rate;
            mean.shift += protons * agent->exchange_shift;
        }
    }
    if (mean.weight > 0.0) {
        maps.exchange_rate = mean.rate / mean.weight;
        maps.exchange_shift = mean.shift / mean.weight;
    }
}

void add_warmth(exec::ThreadTeam& team, const ImagedObject& object, MriMaps& maps) {
    if (object.temperature.empty()) return;
    maps.temperature.resize(object.temperature.size());
    for (std::size_t v = 0; v < maps.temperature.size(); ++v)
        maps.temperature[v] = object.temperature[v] - object.reference_temperature;
    accumulate(team, maps.temperature,
               proton_gyromagnetic_ratio * maps.field * water_shift_per_kelvin, maps.off_resonance);
}

void add_fluorine_rates(const ImagedObject& object, matter::Library& library, MriMaps& maps) {
    if (maps.fluorine.empty()) return;
    const FluorineRelaxation relaxation = fluorine_relaxation(library);
    maps.fluorine_r1.resize(maps.fluorine.size());
    for (std::size_t v = 0; v < maps.fluorine.size(); ++v)
        maps.fluorine_r1[v] =
            relaxation.r1(object.oxygen.empty() ? usual_oxygen : object.oxygen[v]);
}

}  // namespace

MriMaps mri_maps(exec::ThreadTeam& team, const ImagedObject& object, matter::Library& library,
                 double field, bool with_shift) {
    check_object(object);
    MriMaps maps;
    maps.grid = object.grid;
    maps.field = field;
    add_tissues(team, object, library, maps);
    std::vector<double> magnetisation;
    add_agents(team, object, maps, magnetisation);
    add_warmth(team, object, maps);
    add_fluorine_rates(object, library, maps);
    if (with_shift && !magnetisation.empty())
        accumulate(team, susceptibility_shift(team, object.grid, magnetisation),
                   proton_gyromagnetic_ratio, maps.off_resonance);
    return maps;
}

}  // namespace caravel::imaging
