#include "caravel/body/law_disposition.hpp"

#include "caravel/base/lower_case.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

namespace caravel::body {

namespace {

/// Organs of a disposition and the organ of the laws they take their clearance from.
constexpr std::array<std::pair<const char*, std::size_t>, 8> others = {{{"heart", 4},
                                                                        {"muscle", 5},
                                                                        {"bone", 6},
                                                                        {"skin", 7},
                                                                        {"brain", 8},
                                                                        {"fat", 11},
                                                                        {"lymph_node", 11},
                                                                        {"rest", 11}}};

constexpr std::size_t brain = 8;  // in the laws' order

constexpr double exposure_window = 86400.0;  // s in a mouse of 20 g; about 8 d in a human

formulation::OrganDisposition organ(const std::string& name) {
    formulation::OrganDisposition value;
    value.organ = name;
    return value;
}

bool has(const std::string& text, const char* word) { return text.find(word) != std::string::npos; }

/// Material class of a layer's matter; empty when none is meant.
std::string class_of(const std::string& name, const std::string& category) {
    static constexpr std::array<std::pair<const char*, const char*>, 18> words = {
        {{"liposom", "liposome"},
         {"dspc", "liposome"},
         {"hspc", "liposome"},
         {"dppc", "liposome"},
         {"phosphol", "liposome"},
         {"lipid", "lipid"},
         {"micell", "micelle"},
         {"dendrimer", "dendrimer"},
         {"pamam", "dendrimer"},
         {"hydrogel", "hydrogel"},
         {"gold", "gold"},
         {"silica", "silica"},
         {"magnet", "iron_oxide"},
         {"iron_oxide", "iron_oxide"},
         {"graphene", "graphene"},
         {"tio2", "titania"},
         {"plga", "polymer"},
         {"polym", "polymer"}}};
    for (const std::string& text : {lower_case(category), lower_case(name)})
        for (const auto& [word, material] : words)
            if (has(text, word)) return material;
    const std::string text = lower_case(name);
    if (text == "au") return "gold";
    if (text == "sio2") return "silica";
    if (text == "fe3o4" || text == "fe2o3") return "iron_oxide";
    return "";
}

}  // namespace

formulation::Disposition disposition_from_laws(const ParticleInBody& particle,
                                               const std::string& species, double body_weight,
                                               std::span<const double> values,
                                               const std::string& calibrated_with) {
    const double scale = std::pow(body_weight / 0.02, -0.25);
    const LawBody mouse = law_mouse(0.02);
    const RateConstants reference = rates(particle, TumourInBody{}, mouse, values);
    const double equal = equal_exposure_factor(
        reference.heterogeneity,
        exposure_window * std::accumulate(reference.in.begin(), reference.in.end(), 0.0));
    std::array<double, law_organ_count> clearance = organ_clearances(particle, values);
    for (double& c : clearance) c *= equal;
    const double exchange = pore_exchange(particle, values);
    formulation::Disposition result;
    result.species = species;
    result.calibrated_with = calibrated_with;
    result.source = "property laws; " + extrapolation_rules();
    result.degradation_half_life = std::numbers::ln2 / (reference.captured_loss * scale);
    result.renal_sieving = law_glomerular_passage(particle, values);
    for (std::size_t i = 0; i < 4; ++i) {
        result.organs.push_back(organ(law_organs()[i]));
        result.organs.back().uptake_clearance = clearance[i] * scale;
    }
    for (const auto& [name, from] : others) {
        result.organs.push_back(organ(name));
        result.organs.back().uptake_clearance = clearance[from] * scale;
        result.organs.back().permeability_surface = from == brain ? 0.0 : exchange * scale;
    }
    result.organs.push_back(organ("gut"));
    const double intestine = mouse.organ_mass[9];
    const double stomach = mouse.organ_mass[10];
    result.organs.back().permeability_surface = exchange * scale;
    result.organs.back().uptake_clearance =
        scale * (clearance[9] * intestine + clearance[10] * stomach) / (intestine + stomach);
    return result;
}

std::string extrapolation_rules() {
    return "clearances per organ mass and losses scale with (body weight / 20 g)^-1/4 at equal "
           "phagocyte density; organ masses, plasma volume and GFR are the species' own; "
           "glomerular "
           "sieving and the tumour's permeability, drainage and binding are unchanged";
}

ParticleInBody particle_from(const formulation::Formulation& formulation,
                             double hydrodynamic_diameter, double particles_per_kg) {
    ParticleInBody particle;
    particle.diameter = hydrodynamic_diameter;
    particle.zeta = formulation.zeta_potential.value_or(-8e-3);
    particle.number = particles_per_kg;
    particle.ligand = formulation.ligands.empty() ? 0.0 : 1.0;
    particle.stealth = 0.0;
    for (const formulation::Coating& coating : formulation.coatings)
        if (has(lower_case(coating.material), "peg")) particle.stealth = 1.0;
    particle.material = "";
    for (const formulation::Layer& layer : formulation.layers)
        if (particle.material.empty())
            particle.material = class_of(layer.material, formulation.category);
    if (particle.material.empty()) particle.material = class_of("", formulation.category);
    if (particle.material.empty()) particle.material = "other_organic";
    return particle;
}

}  // namespace caravel::body
