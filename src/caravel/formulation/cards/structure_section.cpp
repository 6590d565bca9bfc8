#include "caravel/base/constants.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/formulation/cards/parts.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace caravel::formulation {
namespace {

/// Molar mass (kg/mol) of one branch cell of poly(amidoamine), CH2CH2CONHCH2CH2N, and of its
/// ethylene diamine core; from the atomic weights.
constexpr double pamam_cell = 114.147e-3;
constexpr double pamam_core = 60.098e-3;

void add_geometry(const CardContext& c, CardSection& s) {
    for (const PropertyKind& kind : property_kinds()) {
        CardValue v{std::string(kind.name), property(c.formulation, c.properties, kind.name),
                    std::string(kind.unit), std::string(kind.doc), "geometry and table densities"};
        if (kind.name == "hydrodynamic_diameter" && c.formulation.hydrodynamic_diameter) {
            v.method = "given in the formulation";
            v.status = CardStatus::measured;
        }
        if (kind.name == "polydispersity_index") {
            v.method = "given in the formulation";
            v.status = CardStatus::input;
        }
        s.values.push_back(std::move(v));
    }
}

void add_layers(const CardContext& c, CardSection& s) {
    for (std::size_t i = 0; i < c.properties.layers.size(); ++i) {
        const LayerProperties& layer = c.properties.layers[i];
        const std::string name = fmt::format("layer_{}_diameter", i + 1);
        s.values.push_back({name, layer.outer_diameter, "nm",
                            fmt::format("outer extent of the {} layer", layer.material),
                            "geometry"});
        if (layer.pore_volume <= 0.0) continue;
        s.values.push_back({fmt::format("layer_{}_pore_volume_per_mass", i + 1),
                            layer.pore_volume / layer.dry_mass, "mL/g",
                            fmt::format("of the {} layer", layer.material), "porosity"});
        if (layer.pore_surface > 0.0)
            s.values.push_back({fmt::format("layer_{}_pore_surface_per_mass", i + 1),
                                layer.pore_surface / layer.dry_mass, "m2/g",
                                fmt::format("of the {} layer", layer.material),
                                "cylindrical pores, 4 volume/diameter"});
    }
}

void add_payloads(const CardContext& c, CardSection& s) {
    for (const PayloadProperties& p : c.properties.payloads) {
        s.values.push_back(
            {p.agent + "_molecules", p.molecules, "1", "per particle", "loading and masses"});
        if (p.capacity > 0.0)
            s.values.push_back({p.agent + "_capacity", p.capacity, "fg",
                                "that fits into the pores of a particle", "dense packing in pores",
                                "density of the agent, else 1.3 g/mL (assumed)"});
    }
}

/// Lipids in the walls of a vesicle or liposome: both faces of every wall over the area of one.
void add_lipids(const CardContext& c, CardSection& s) {
    const Formulation& f = c.formulation;
    for (std::size_t i = 0; i < f.layers.size(); ++i) {
        const auto* area =
            c.library.find_fact("materials", f.layers[i].material, "area_per_molecule");
        if (area == nullptr) continue;
        const LayerProperties& layer = c.properties.layers[i];
        const auto molar_mass = c.library.find("materials", f.layers[i].material, "molar_mass");
        if (!molar_mass) continue;
        s.values.push_back(
            {"lipids_per_particle", layer.dry_mass / *molar_mass * avogadro, "1",
             fmt::format("{} molecules", layer.material), "mass over molar mass",
             fmt::format("area per molecule {} nm2", format_number(area->si * 1e18, 3)),
             area->source});
        return;
    }
}

void add_shape(const CardContext& c, CardSection& s) {
    const auto& form = c.formulation.shape.form;
    if (const auto* dendrimer = std::get_if<Dendrimer>(&form)) {
        const double groups = surface_groups(*dendrimer);
        s.values.push_back({"surface_groups", groups, "1", "ends of a dendrimer",
                            "core branches times branching^generation"});
        if (c.formulation.layers.front().material == "PAMAM" && dendrimer->branching == 2) {
            const double cells = 2.0 * groups - static_cast<double>(dendrimer->core_branches);
            s.values.push_back({"dendrimer_molar_mass", pamam_core + cells * pamam_cell, "kg/mol",
                                "of the ideal poly(amidoamine)", "count of branch cells"});
        }
    }
    if (const auto* micelle = std::get_if<Micelle>(&form)) {
        const double area = std::numbers::pi * micelle->core_diameter * micelle->core_diameter /
                            static_cast<double>(micelle->aggregation_number);
        s.values.push_back({"area_per_chain", area, "nm2", "on the micelle's core", "geometry"});
        s.values.push_back({"chains", static_cast<double>(micelle->aggregation_number), "1",
                            "per micelle", "given in the formulation", "", "", CardStatus::input});
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
            matter += layer.volume - layer.pore_volume;
    s.values.push_back({"void_fraction", std::max(0.0, 1.0 - matter / c.properties.volume), "1",
                        "pores, water and gas inside the particle", "geometry"});
}

}  // namespace

CardSection structure_section(const CardContext& c) {
    CardSection s{"Structure", {}, {}, {}, c.properties.notes};
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
