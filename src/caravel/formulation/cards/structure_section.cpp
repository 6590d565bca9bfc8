#include "caravel/base/constants.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/formulation/cards/card_facts.hpp"
#include "caravel/formulation/cards/parts.hpp"
#include "caravel/formulation/layering.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>

namespace caravel::formulation {
namespace {

/// What the masses rest on: the densities of everything in the particle, molar masses of coatings,
/// and, where it is loaded, what is known of the payloads.
CardFacts mass_facts(const CardContext& c) {
    CardFacts facts(c.library);
    const Formulation& f = c.formulation;
    if (f.density) {
        facts.add({"the formulation (density of the whole)"});
    } else {
        for (const Layer& layer : f.layers) {
            facts.find("materials", layer.material, "density");
            if (layer.porosity > 0.0) facts.find("materials", layer.filled_with, "density");
        }
        for (const Inclusion& inclusion : f.inclusions)
            facts.find("materials", inclusion.material, "density");
    }
    for (const CoatingProperties& coating : c.properties.coatings)
        if (coating.mass > 0.0) facts.find("materials", coating.material, "molar_mass");
    return facts;
}

void add_payload_facts(const CardContext& c, CardFacts& facts) {
    for (const PayloadProperties& payload : c.properties.payloads) {
        facts.find("agents", payload.agent, "molar_mass");
        if (payload.place == "surface" || payload.mass <= 0.0) continue;
        if (!facts.find("agents", payload.agent, "density") &&
            !facts.find("materials", payload.agent, "density"))
            facts.add({"packed payload 1.3 g/mL (assumed)", CardStatus::assumed});
    }
}

/// A number as it was typed in: measured where the description as a whole is.
CardStatus typed_status(const CardContext& c) {
    return c.formulation.status == "measured" ? CardStatus::measured : CardStatus::input;
}

bool needs_masses(std::string_view name) {
    static constexpr std::string_view names[] = {
        "carrier_mass",        "water_mass",        "payload_mass",
        "particle_mass",       "density",           "loading",
        "particle_molar_mass", "payload_molecules", "specific_surface_area"};
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

/// Coatings whose thickness is unknown while no diameter was measured.
bool has_unknown_thickness(const CardContext& c) {
    return !c.formulation.hydrodynamic_diameter &&
           std::any_of(c.formulation.coatings.begin(), c.formulation.coatings.end(),
                       [](const Coating& coating) { return !coating.thickness; });
}

void refuse_masses(const CardContext& c, std::string name, CardSection& s) {
    s.refusals.push_back(
        {std::move(name), fmt::format("the density of '{}' is not given: [[material]] density",
                                      fmt::join(c.properties.unknown_densities, "', '"))});
}

CardValue named_value(const CardContext& c, const PropertyKind& kind) {
    CardValue v{std::string(kind.name), property(c.formulation, c.properties, kind.name),
                std::string(kind.unit), std::string(kind.doc), "geometry"};
    const bool is_given =
        kind.name == "polydispersity_index" ||
        (kind.name == "ligands" && !c.formulation.ligands.empty()) ||
        (kind.name == "hydrodynamic_diameter" && c.formulation.hydrodynamic_diameter);
    if (is_given) {
        v.method = "given in the formulation";
        v.status = typed_status(c);
    }
    if (!needs_masses(kind.name)) return v;
    CardFacts facts = mass_facts(c);
    add_payload_facts(c, facts);
    v.method = c.formulation.density ? "geometry and the measured density"
                                     : "geometry and table densities, payload volume for volume";
    v.source = facts.basis().source;
    v.status = facts.basis().status;
    return v;
}

void add_geometry(const CardContext& c, CardSection& s) {
    for (const PropertyKind& kind : property_kinds()) {
        if (needs_masses(kind.name) && !c.properties.unknown_densities.empty()) {
            refuse_masses(c, std::string(kind.name), s);
            continue;
        }
        CardValue v = named_value(c, kind);
        if (kind.name == "hydrodynamic_diameter" && has_unknown_thickness(c)) {
            v.name = "hydrodynamic_diameter_of_layers";
            v.doc =
                "of the layers and of coatings of known thickness alone; the surface section "
                "adds estimates for the others";
        }
        s.values.push_back(std::move(v));
    }
}

/// Volume and surface of pores per dry mass of their layer.
void add_pores(const CardContext& c, std::size_t i, CardSection& s) {
    const LayerProperties& layer = c.properties.layers[i];
    const std::string name = fmt::format("layer_{}_pore_volume_per_mass", i + 1);
    if (!(layer.dry_mass > 0.0)) return refuse_masses(c, name, s);
    CardFacts facts(c.library);
    facts.find("materials", layer.material, "density");
    const CardBasis basis = facts.basis();
    const std::string doc = fmt::format("of the {} layer", layer.material);
    s.values.push_back({name, layer.pore_volume / layer.dry_mass, "mL/g", doc, "porosity", "",
                        basis.source, basis.status});
    if (layer.pore_surface > 0.0)
        s.values.push_back({fmt::format("layer_{}_pore_surface_per_mass", i + 1),
                            layer.pore_surface / layer.dry_mass, "m2/g", doc,
                            "cylindrical pores, 4 volume/diameter", "", basis.source,
                            basis.status});
}

void add_layers(const CardContext& c, CardSection& s) {
    const bool has_satellites = std::holds_alternative<CoreSatellite>(c.formulation.shape.form);
    for (std::size_t i = 0; i < c.properties.layers.size(); ++i) {
        const LayerProperties& layer = c.properties.layers[i];
        const std::string what = has_satellites && i == 0 ? "diameter of the {} core"
                                 : has_satellites && i == 1
                                     ? "extent up to the outside of the {} satellites"
                                     : "outer extent of the {} layer";
        s.values.push_back({fmt::format("layer_{}_diameter", i + 1), layer.outer_diameter, "nm",
                            fmt::format(fmt::runtime(what), layer.material), "geometry"});
        if (layer.pore_volume > 0.0) add_pores(c, i, s);
    }
}

void add_payloads(const CardContext& c, CardSection& s) {
    if (!c.properties.unknown_densities.empty()) return;
    for (std::size_t i = 0; i < c.properties.payloads.size(); ++i) {
        const PayloadProperties& p = c.properties.payloads[i];
        const bool is_counted = c.formulation.payloads[i].count.has_value();
        CardFacts facts = mass_facts(c);
        add_payload_facts(c, facts);
        CardValue v{p.agent + "_molecules", p.molecules,          "1",
                    "per particle",         "loading and masses", "",
                    facts.basis().source,   facts.basis().status};
        if (is_counted) {
            v.method = "given in the formulation";
            v.source = "";
            v.status = typed_status(c);
        }
        s.values.push_back(std::move(v));
        if (p.capacity <= 0.0) continue;
        CardFacts packing(c.library);
        if (!packing.find("agents", p.agent, "density") &&
            !packing.find("materials", p.agent, "density"))
            packing.add({"density of a packed payload, 1.3 g/mL (assumed)", CardStatus::assumed});
        s.values.push_back({p.agent + "_capacity", p.capacity, "fg",
                            "that fits into the pores of a particle", "dense packing in pores", "",
                            packing.basis().source, packing.basis().status});
    }
}

/// Faces (m2) of the lipids of layer i: both of a bilayer, the outer one of a monolayer.
struct LipidFaces {
    double area = 0.0;
    double thickness = 0.0;
    bool is_bilayer = true;
};

LipidFaces lipid_faces(const Formulation& f, std::size_t i) {
    constexpr double thinnest_bilayer = 3e-9;  // m
    LipidFaces faces;
    const auto* vesicle = std::get_if<Vesicle>(&f.shape.form);
    if (vesicle != nullptr && i == 0) {
        faces.thickness = vesicle->wall;
        for (std::int64_t w = 0; w < vesicle->walls; ++w) {
            const double outer = vesicle->diameter - 2.0 * static_cast<double>(w) *
                                                         (vesicle->wall + vesicle->water_gap);
            faces.area +=
                std::numbers::pi * (std::pow(outer, 2) + std::pow(outer - 2.0 * vesicle->wall, 2));
        }
    } else if (i > 0) {
        const auto stack = stack_layers(f);
        faces.thickness = stack[i].growth - stack[i - 1].growth;
        faces.area = outer_surface(f.shape.form, stack[i].growth) +
                     outer_surface(f.shape.form, stack[i - 1].growth);
    }
    faces.is_bilayer = faces.thickness >= thinnest_bilayer;
    if (!faces.is_bilayer) faces.area *= 0.5;
    return faces;
}

/// Lipids of a wall by the area of one, where the layer is one or two molecules thick, and by mass.
void add_lipids(const CardContext& c, CardSection& s) {
    constexpr double thinnest = 1.5e-9, thickest = 7e-9;  // m, of a mono- or a bilayer
    const Formulation& f = c.formulation;
    for (std::size_t i = 0; i < f.layers.size(); ++i) {
        const std::string& material = f.layers[i].material;
        CardFacts by_area(c.library), by_mass(c.library);
        const auto area = by_area.find("materials", material, "area_per_molecule");
        if (!area) continue;
        const LipidFaces faces = lipid_faces(f, i);
        const bool is_wall = faces.thickness >= thinnest && faces.thickness <= thickest;
        const std::string doc = fmt::format("{} molecules", material);
        if (is_wall)
            s.values.push_back({"lipids_per_particle", faces.area / *area, "1", doc,
                                faces.is_bilayer
                                    ? "area of both faces over the area of one molecule"
                                    : "mean area of the monolayer over the area of one molecule",
                                fmt::format("{} nm thick, {} nm2 per molecule",
                                            format_number(faces.thickness * 1e9, 3),
                                            format_number(*area * 1e18, 3)),
                                by_area.basis().source, by_area.basis().status});
        const auto molar_mass = by_mass.find("materials", material, "molar_mass");
        by_mass.find("materials", material, "density");
        const double mass = c.properties.layers[i].dry_mass;
        if (molar_mass && mass > 0.0)
            s.values.push_back({is_wall ? "lipids_per_particle_by_mass" : "lipids_per_particle",
                                mass / *molar_mass * avogadro, "1",
                                is_wall ? doc + ", a check of the number by area" : doc,
                                "mass over molar mass", "", by_mass.basis().source,
                                by_mass.basis().status});
        return;
    }
}

void add_shape(const CardContext& c, CardSection& s) {
    const auto& form = c.formulation.shape.form;
    if (const auto* dendrimer = std::get_if<Dendrimer>(&form)) {
        const double groups = surface_groups(*dendrimer);
        s.values.push_back({"surface_groups", groups, "1", "ends of a dendrimer",
                            "core branches times branching^generation"});
        if (const auto molar_mass = ideal_dendrimer_molar_mass(c.formulation))
            s.values.push_back({"dendrimer_molar_mass", *molar_mass, "kg/mol",
                                "of the ideal poly(amidoamine)", "count of branch cells"});
    }
    if (const auto* micelle = std::get_if<Micelle>(&form)) {
        const double area = std::numbers::pi * micelle->core_diameter * micelle->core_diameter /
                            static_cast<double>(micelle->aggregation_number);
        s.values.push_back({"area_per_chain", area, "nm2", "on the micelle's core", "geometry"});
        s.values.push_back({"chains", static_cast<double>(micelle->aggregation_number), "1",
                            "per micelle", "given in the formulation", "", "", typed_status(c)});
    }
    if (const auto* satellite = std::get_if<CoreSatellite>(&form)) {
        const double most = most_satellites(satellite->core_diameter, satellite->satellite_diameter,
                                            satellite->gap);
        s.values.push_back({"satellite_coverage", static_cast<double>(satellite->satellites) / most,
                            "1", "satellites over the most that fit", "hexagonal packing"});
    }
}

void add_void(const CardContext& c, CardSection& s) {
    double matter = 0.0;
    for (const LayerProperties& layer : c.properties.layers)
        if (layer.material != "water" && layer.material != "air")
            matter += layer.volume - layer.pore_volume - layer.hydration_volume;
    s.values.push_back({"void_fraction", std::max(0.0, 1.0 - matter / c.properties.volume), "1",
                        "pores, water and gas inside the particle", "geometry"});
}

/// A material of a shipped name keeps what the formulation does not state.
void add_material_notes(const CardContext& c, CardSection& s) {
    const auto& table = c.library.table("materials");
    for (const MaterialDefinition& m : c.formulation.materials) {
        const auto facts = table.all(m.name);
        const bool is_shipped = std::any_of(
            facts.begin(), facts.end(),
            [](const matter::Fact* fact) { return fact->licence != matter::given_licence; });
        if (!is_shipped) continue;
        std::vector<std::string_view> stated;
        if (m.density) stated.emplace_back("density");
        if (m.molar_mass) stated.emplace_back("molar mass");
        if (m.n || !m.table.empty()) stated.emplace_back("refractive index");
        s.notes.push_back(fmt::format(
            "'{}' is a shipped material: the formulation replaces its {}; everything else is "
            "shipped",
            m.name, stated.empty() ? "nothing" : fmt::format("{}", fmt::join(stated, ", "))));
    }
}

}  // namespace

CardSection structure_section(const CardContext& c) {
    CardSection s{"Structure", {}, {}, {}, c.properties.notes};
    add_material_notes(c, s);
    if (!c.properties.is_particle()) {
        s.notes.emplace_back("a dissolved drug: there is no particle");
        return s;
    }
    add_geometry(c, s);
    add_void(c, s);
    add_layers(c, s);
    add_payloads(c, s);
    add_lipids(c, s);
    add_shape(c, s);
    return s;
}

}  // namespace caravel::formulation
