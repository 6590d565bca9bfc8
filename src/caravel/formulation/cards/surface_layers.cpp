// Groups, coats and attraction of a formulation's surface from its description and the tables.
#include "caravel/formulation/cards/surface_parts.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/matter/water.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace caravel::formulation::surface {
namespace {

using colloid::SurfaceGroup;

constexpr const char* kinds[] = {"acid", "base", "positive", "negative"};

/// Groups that a table gives for a material.
std::vector<SurfaceGroup> tabulated_groups(CardFacts& facts, const char* table,
                                           const std::string& material) {
    std::vector<SurfaceGroup> groups;
    for (const std::string kind : kinds) {
        const auto density = facts.find(table, material, kind + "_density");
        if (!density) continue;
        groups.push_back(
            {kind, *density, facts.find(table, material, kind + "_pka").value_or(0.0)});
    }
    const auto iep = facts.find(table, material, "isoelectric_point");
    if (!iep || !groups.empty()) return groups;
    const double sites = facts.value(table, material, "site_density");
    const double half = 0.5 * facts.value(table, material, "delta_pk");
    return {{"acid", sites, *iep + half}, {"base", sites, *iep - half}};
}

void set_groups(const CardContext& c, Surface& s) {
    const Formulation& f = c.formulation;
    if (!f.surface_groups.empty()) {
        s.groups = f.surface_groups;
        s.group_basis = {"surface groups of the formulation"};
        return;
    }
    const auto use = [&](const char* table, const std::string& material) {
        CardFacts facts(c.library);
        std::vector<SurfaceGroup> found = tabulated_groups(facts, table, material);
        if (found.empty()) return;
        s.groups = std::move(found);
        s.group_basis = facts.basis();
    };
    for (const Coating& coating : f.coatings)
        use("coatings", coating.material);  // the outermost that has any stays
    if (s.groups.empty()) use("colloid", f.layers.back().material);
}

std::optional<colloid::Chain> chain_of(CardFacts& facts, const std::string& material) {
    const auto segment = facts.find("coatings", material, "segment_length");
    const auto footprint = facts.find("coatings", material, "footprint");
    const auto monomer = facts.find("coatings", material, "monomer_molar_mass");
    auto mass = facts.find("coatings", material, "chain_molar_mass");
    if (!mass) mass = facts.find("materials", material, "molar_mass");
    const auto density = facts.find("coatings", material, "density");
    if (!segment || !footprint || !monomer || !mass || !density) return std::nullopt;
    return colloid::Chain{*mass / *monomer, *segment, *footprint, *monomer / (avogadro * *density)};
}

void add_membrane(CardFacts& facts, const Coating& coating, Coat& coat) {
    coat.solid = coating.thickness.value_or(
        facts.find("coatings", coating.material, "layer_thickness").value_or(0.0));
    coat.thickness = facts.find("coatings", coating.material, "hydrated_thickness").value_or(0.0);
}

void set_pressure(CardFacts& facts, double temperature, Coat& coat) {
    coat.hydrated.thickness = coat.thickness;
    const auto segment = facts.find("coatings", coat.material, "segment_length");
    if (coat.chain && coat.density)
        coat.hydrated.osmotic_pressure = colloid::brush_pressure(*coat.density, temperature);
    else if (coat.volume_fraction && segment)
        coat.hydrated.osmotic_pressure =
            colloid::layer_pressure(*coat.volume_fraction, *segment, temperature);
    else if (coat.thickness > 0.0)
        coat.problem = fmt::format("coating '{}' has no density of chains and no volume fraction",
                                   coat.material);
}

Coat make_coat(const CardContext& c, const Coating& coating, double radius) {
    Coat coat;
    CardFacts facts(c.library);
    coat.material = coating.material;
    coat.density = coating.density;
    coat.chain = chain_of(facts, coating.material);
    coat.volume_fraction = facts.find("coatings", coating.material, "volume_fraction");
    const bool has_chains = coat.chain && coat.density;
    if (coating.attachment == "membrane")
        add_membrane(facts, coating, coat);
    else if (coating.thickness)
        coat.thickness = *coating.thickness;
    else if (has_chains)
        coat.thickness = colloid::layer_thickness(*coat.chain, *coat.density, radius);
    else
        coat.thickness = facts.find("coatings", coating.material, "layer_thickness").value_or(0.0);
    if (has_chains) coat.dry = colloid::dry_thickness(*coat.chain, *coat.density, radius);
    if (!has_chains && coat.volume_fraction) coat.dry = coat.thickness * *coat.volume_fraction;
    set_pressure(facts, c.formulation.medium.temperature, coat);
    coat.basis = facts.basis();
    return coat;
}

/// Signed root of the Hamaker constant of a material across water.
double root_hamaker(const CardContext& c, const std::string& material, CardFacts& facts) {
    const auto table = facts.find("colloid", material, "hamaker_constant");
    if (table) return std::copysign(std::sqrt(std::abs(*table)), *table);
    for (const MaterialDefinition& m : c.formulation.materials) {
        if (m.name != material || !m.n || m.k > 0.0) continue;
        const double t = c.formulation.medium.temperature;
        facts.add({"index given inline, Tabor and Winterton 1968"});
        constexpr double water_index = 1.333;
        const double a = colloid::tabor_winterton(*m.n, *m.n * *m.n, water_index,
                                                  matter::water_permittivity(t), t);
        return std::copysign(std::sqrt(a), *m.n - water_index);
    }
    throw InputError(
        Diagnostic{{},
                   fmt::format("no Hamaker constant of '{}' across water", material),
                   "a row hamaker_constant in data/colloid.csv",
                   "a transparent material given inline with n serves, by Tabor and Winterton"});
}

}  // namespace

double Surface::solid_radius() const {
    double r = radius;
    for (const Coat& coat : coats) r += coat.solid;
    return r;
}

double Surface::coat_thickness() const {
    double sum = 0.0;
    for (const Coat& coat : coats) sum += coat.thickness;
    return sum;
}

double Surface::dry_thickness() const {
    double sum = 0.0;
    for (const Coat& coat : coats) sum += coat.dry;
    return sum;
}

colloid::HydratedCoat Surface::strongest_coat() const {
    colloid::HydratedCoat strongest;
    for (const Coat& coat : coats)
        if (coat.hydrated.osmotic_pressure > strongest.osmotic_pressure) strongest = coat.hydrated;
    return strongest;
}

void require_possible_coats(const CardContext& c) {
    for (const Coating& coating : c.formulation.coatings) {
        if (!coating.density) continue;
        CardFacts facts(c.library);
        const auto chain = chain_of(facts, coating.material);
        if (chain) colloid::require_graft_density(*chain, *coating.density);
    }
}

Surface make_surface(const CardContext& c) {
    const Formulation& f = c.formulation;
    Surface s;
    s.radius = std::sqrt(c.properties.surface_area / (4.0 * std::numbers::pi));
    s.is_sphere = std::holds_alternative<Sphere>(f.shape.form);
    s.electrolyte = colloid::salt_water(f.medium.ionic_strength, f.medium.temperature, f.medium.ph);
    s.ph = f.medium.ph;
    set_groups(c, s);
    for (const Coating& coating : f.coatings)
        s.coats.push_back(make_coat(c, coating, s.solid_radius()));
    return s;
}

std::vector<colloid::AttractionLayer> attraction_layers(const CardContext& c, const Surface& s,
                                                        CardFacts& facts) {
    std::vector<colloid::AttractionLayer> layers;
    const std::vector<Layer>& given = c.formulation.layers;
    for (std::size_t i = s.is_sphere ? 0 : given.size() - 1; i < given.size(); ++i) {
        const double matter = 1.0 - given[i].porosity;
        const double outer = s.is_sphere ? 0.5 * c.properties.layers[i].outer_diameter : s.radius;
        layers.push_back({outer, matter * root_hamaker(c, given[i].material, facts)});
    }
    double radius = s.radius;
    for (const Coat& coat : s.coats) {
        if (coat.solid <= 0.0) continue;
        radius += coat.solid;
        layers.push_back({radius, root_hamaker(c, "cell_membrane", facts)});
    }
    return layers;
}

}  // namespace caravel::formulation::surface
