// Coatings of a card: chains, regime, thickness, and the markers of membranes.
#include "caravel/formulation/cards/surface_parts.hpp"

#include "caravel/base/unit.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace caravel::formulation::surface {
namespace {

void add_chain_values(const Coat& coat, const std::string& ordinal, CardSection& section) {
    const colloid::Chain& chain = *coat.chain;
    const auto add = [&](std::string name, double si, std::string unit, std::string doc,
                         std::string method, std::string validity) {
        section.values.push_back({std::move(name) + ordinal,
                                  si,
                                  std::move(unit),
                                  std::move(doc),
                                  std::move(method),
                                  std::move(validity),
                                  coat.basis.source,
                                  coat.basis.status,
                                  {}});
    };
    add("flory_radius", colloid::flory_radius(chain), "nm", "of a free chain of the coating",
        "a N^(3/5), good solvent", fmt::format("N = {}", format_number(chain.segments, 4)));
    add("maximum_grafting_density", colloid::largest_graft_density(chain), "1/nm2",
        "beyond it chains have no room", "one stretched chain per footprint", "");
    if (!coat.density) return;
    const double ratio = colloid::flory_radius(chain) / colloid::graft_spacing(*coat.density);
    const auto regime = colloid::to_text(colloid::graft_regime(chain, *coat.density));
    add("grafting_overlap", ratio, "1", "Flory radius over the diameter of a chain's circle",
        "mushroom below 1, brush above, dense brush above 2.8 (Perry 2012)",
        fmt::format("'{}' is a {}", coat.material, regime));
}

void add_thickness(const CardContext& c, const Coat& coat, const Coating& given,
                   const std::string& name, CardSection& section) {
    if (coat.thickness <= 0.0 && coat.solid <= 0.0)
        throw NotAvailable(fmt::format(
            "coating '{}' has neither a thickness nor a density of chains of known length",
            coat.material));
    const bool is_given = given.thickness.has_value();
    section.values.push_back(
        {name,
         coat.thickness + coat.solid,
         "nm",
         "in water",
         is_given ? "as given" : "Alexander-de Gennes brush, thinned by curvature (Daoud-Cotton)",
         fmt::format("'{}' on a radius of {} nm", coat.material,
                     format_number(0.5e9 * c.properties.outer_diameter, 3)),
         is_given ? "the formulation" : coat.basis.source,
         is_given ? CardStatus::input : coat.basis.status,
         {}});
}

void add_diameter(const CardContext& c, const Surface& s, CardSection& section) {
    const bool measured = c.formulation.hydrodynamic_diameter.has_value();
    const double grown = c.properties.hydrodynamic_diameter;
    double given = 0.0;
    for (const Coating& coating : c.formulation.coatings) given += coating.thickness.value_or(0.0);
    const double extra = s.coat_thickness() + s.solid_radius() - s.radius - given;
    section.values.push_back({"hydrodynamic_diameter_without_corona",
                              measured ? *c.formulation.hydrodynamic_diameter : grown + 2.0 * extra,
                              "nm",
                              "in water, coatings included",
                              measured ? "as measured" : "geometry and coats",
                              "",
                              "the formulation",
                              measured ? CardStatus::measured : CardStatus::computed,
                              {}});
}

void add_marker(const CardContext& c, const std::string& membrane, const std::string& marker,
                CardSection& section) {
    CardFacts facts(c.library);
    const double density = facts.value("coatings", membrane, "marker_density", marker);
    const auto add = [&](std::string name, double si, std::string doc, std::string method,
                         std::string validity) {
        const CardBasis basis = facts.basis();
        section.values.push_back({std::move(name), si, "1", std::move(doc), std::move(method),
                                  std::move(validity), basis.source, basis.status});
    };
    add("marker_count_" + marker, density * c.properties.surface_area, "copies on one particle",
        "density of the cell's membrane times the area",
        fmt::format("{} per um2, all right side out", format_number(density * 1e-12, 3)));
    const auto half = facts.find("coatings", marker, "half_occupancy_density");
    if (half)
        add("self_signal", colloid::marker_occupancy(density, *half),
            "fraction of a phagocyte's inhibiting receptors engaged by " + marker,
            "occupancy with a half density",
            fmt::format("half at {} per um2", format_number(*half * 1e-12, 3)));
}

}  // namespace

void add_coats(const CardContext& c, const Surface& s, CardSection& section) {
    for (std::size_t i = 0; i < s.coats.size(); ++i) {
        const Coat& coat = s.coats[i];
        const std::string ordinal = i == 0 ? "" : fmt::format("_{}", i + 1);
        if (coat.chain) add_chain_values(coat, ordinal, section);
        const std::string name = "coating_thickness" + ordinal;
        attempt(section, name,
                [&] { add_thickness(c, coat, c.formulation.coatings[i], name, section); });
    }
    add_diameter(c, s, section);
}

void add_markers(const CardContext& c, CardSection& section) {
    // The body meets the outermost membrane only.
    const auto& coatings = c.formulation.coatings;
    const auto outermost =
        std::find_if(coatings.rbegin(), coatings.rend(),
                     [](const Coating& coating) { return coating.attachment == "membrane"; });
    if (outermost == coatings.rend()) return;
    const std::string& membrane = outermost->material;
    attempt(section, "membrane_markers", [&] {
        std::vector<std::string> markers;
        for (const matter::Fact* fact : c.library.table("coatings").all(membrane))
            if (fact->property == "marker_density") markers.push_back(fact->context);
        if (markers.empty())
            throw NotAvailable(fmt::format(
                "'{}' does not say of which cell; data/coatings.csv knows the markers of "
                "red_blood_cell_membrane, cancer_cell_membrane, t_cell_membrane, "
                "macrophage_membrane and platelet_membrane",
                membrane));
        for (const std::string& marker : markers) add_marker(c, membrane, marker, section);
    });
}

}  // namespace caravel::formulation::surface
