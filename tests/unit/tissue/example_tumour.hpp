// A tumour in a reference mouse, every number known.
#pragma once

#include "caravel/tissue/lumped_tumour.hpp"
#include "unit/body/example_carrier.hpp"

namespace caravel::test {

inline tissue::TumourParameters example_tumour() {
    tissue::TumourParameters p;
    p.name = "tumour";
    p.line = "generic";
    p.volume = 2e-7;      // m3
    p.blood_flow = 2e-3;  // 1/s
    p.vascular_fraction = 0.05;
    p.interstitial_fraction = 0.3;
    p.vessel_surface_density = 1e4;
    p.cell_volume = 2e-15;
    p.endosomal_escape_half_life = 600.0;
    p.dying_rate = 1e-5;
    tissue::PopulationInput sensitive;
    sensitive.fraction = 0.75;
    tissue::PopulationInput resistant;
    resistant.name = "resistant";
    resistant.fraction = 0.25;
    resistant.accumulation = 0.2;
    p.populations = {sensitive, resistant};
    return p;
}

/// Mouse, tumour and the drug "probe", volumes feeding back on the rest's blood flow.
struct TumourModel {
    TumourModel(const TumourModel&) = delete;
    explicit TumourModel(const body::DrugDisposition& disposition = inert_drug(),
                         const tissue::TumourParameters& p = example_tumour())
        : body(reference_mouse({{p.name, p.blood_flow * p.volume}})),
          tumour(model, p),
          drugs({{"probe", body::DrugBlock(model, body, disposition, 0.5, 1e-9)}}),
          drug(drugs.at("probe")) {
        tumour.add_drug_pools(model, drug);
        kinetics::Sum flow{"tumour flow", {}, 0.0};
        for (std::size_t i = 0; i < p.populations.size(); ++i)
            flow.terms.push_back({tumour.population(i), p.blood_flow});
        for (const auto& stage : tumour.dying()) flow.terms.push_back({stage, p.blood_flow});
        rest.flow_without_tumours = body.organ("rest").arterial_flow + p.blood_flow * p.volume;
        rest.tumour_flow = model.add_sum(flow);
        drug.add_reactions(model, body, rest);
        tumour.add_drug_reactions(model, drug, body);
    }
    kinetics::SpeciesId pool(const std::string& place) const { return drug.pool(place); }

    body::Physiology body;
    kinetics::KineticModel model;
    tissue::LumpedTumour tumour;
    std::map<std::string, body::DrugBlock> drugs;
    body::DrugBlock& drug;
    body::RestFlow rest;
};

}  // namespace caravel::test
