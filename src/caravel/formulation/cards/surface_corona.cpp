// Protein corona of a card: composition, course, and the particle as the body meets it.
#include "caravel/formulation/cards/surface_parts.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/unit.hpp"

#include <fmt/format.h>

#include <cmath>

namespace caravel::formulation::surface {
namespace {

constexpr double plasma_salt = 154.0;  // mol/m3
constexpr double plasma_ph = 7.4;
constexpr double first_time = 1.0;    // s
constexpr double last_time = 3600.0;  // s
constexpr int course_points = 37;
constexpr const char* method = "competitive Langmuir with Vroman exchange, brush barrier";

colloid::PlasmaProtein protein_of(CardFacts& facts, const std::string& name) {
    const auto value = [&](const char* property) {
        return facts.value("proteins", name, property);
    };
    return {name,
            value("molar_mass"),
            value("plasma_concentration"),
            value("footprint"),
            value("thickness"),
            value("volume"),
            value("charge"),
            value("on_rate"),
            value("off_rate"),
            value("opsonic")};
}

std::vector<double> course_times() {
    std::vector<double> times;
    for (int i = 0; i < course_points; ++i)
        times.push_back(first_time * std::pow(last_time / first_time, i / (course_points - 1.0)));
    return times;
}

void add_course(const std::vector<colloid::PlasmaProtein>& proteins,
                const colloid::CoronaCourse& course, CardSection& section) {
    CardCurve curve{"corona_composition",
                    "time in plasma",
                    "s",
                    course.times,
                    "share of the mass",
                    "1",
                    {},
                    method,
                    true,
                    false};
    for (std::size_t i = 0; i < proteins.size(); ++i) {
        CardLine line{proteins[i].name, {}};
        for (const auto& coverage : course.coverage)
            line.y.push_back(colloid::corona_layer(proteins, coverage).mass_share[i]);
        curve.lines.push_back(std::move(line));
    }
    section.curves.push_back(std::move(curve));
}

/// Zeta potential (V) with the corona: its charge in its own layer over what is left of the bare
/// surface's; a bare potential that is not known counts as 0 under a layer thicker than the Debye
/// length.
double corona_zeta(const CardContext& c, const Surface& s, const colloid::CoronaLayer& layer) {
    const auto salt = colloid::salt_water(plasma_salt, c.formulation.medium.temperature, plasma_ph);
    double bare = 0.0;
    if (c.formulation.zeta_potential)
        bare = surface_potential_in(c, s, salt, plasma_ph);
    else if (!s.groups.empty())
        bare = colloid::zeta_potential(s.groups, s.radius, slip_distance(c, s), plasma_ph, salt);
    return colloid::soft_layer_potential(layer.charge_density, layer.thickness, bare, salt);
}

/// Proteins on one particle, counted as albumin, the most frequent one.
double proteins_per_particle(const CardContext& c, const colloid::CoronaLayer& layer) {
    const double albumin = c.library.value("proteins", "albumin", "molar_mass") / avogadro;
    return layer.mass_per_area * c.properties.surface_area / albumin;
}

void add_layer(const CardContext& c, const Surface& s,
               const std::vector<colloid::PlasmaProtein>& proteins,
               const colloid::CoronaLayer& layer, const std::string& validity,
               const CardBasis& basis, CardSection& section) {
    const auto add = [&](std::string name, double si, std::string unit, std::string doc) {
        section.values.push_back({std::move(name),
                                  si,
                                  std::move(unit),
                                  std::move(doc),
                                  method,
                                  validity,
                                  basis.source,
                                  basis.status,
                                  {}});
    };
    add("corona_coverage", layer.coverage, "1", "of the surface, after 1 h in plasma");
    add("corona_thickness", layer.thickness, "nm", "mean");
    add("corona_mass_per_area", layer.mass_per_area, "mg/m2", "protein on the surface");
    if (proteins_per_particle(c, layer) < 1.0) {
        section.refusals.push_back(
            {"corona_composition",
             fmt::format("on average {} proteins sit on a particle: shares mean nothing",
                         format_number(proteins_per_particle(c, layer), 2))});
    } else {
        for (std::size_t i = 0; i < proteins.size(); ++i)
            add("corona_share_" + proteins[i].name, layer.mass_share[i], "1",
                "of the corona's mass");
        add("opsonin_fraction", layer.opsonin_fraction, "1",
            "of the corona's mass that phagocytes know");
    }
    add("opsonin_mass_per_area", layer.opsonin_fraction * layer.mass_per_area, "mg/m2",
        "opsonins on the surface");
    double without = 0.0;
    for (const CardValue& value : section.values)
        if (value.name == "hydrodynamic_diameter_without_corona") without = value.si;
    add("hydrodynamic_diameter_with_corona", without + 2.0 * layer.thickness, "nm",
        "as the body meets it");
    add("zeta_potential_with_corona", corona_zeta(c, s, layer), "mV", "in plasma");
}

}  // namespace

std::vector<colloid::PlasmaProtein> plasma_proteins(const matter::Library& library, bool serum,
                                                    CardFacts& facts) {
    std::vector<colloid::PlasmaProtein> proteins;
    for (const std::string& name : library.table("proteins").names())
        if (!serum || name != "fibrinogen") proteins.push_back(protein_of(facts, name));
    return proteins;
}

void add_corona(const CardContext& c, const Surface& s, CardSection& section) {
    attempt(section, "corona", [&] {
        for (const Coat& coat : s.coats)
            if (!coat.problem.empty()) throw NotAvailable(coat.problem);
        CardFacts facts(c.library);
        const auto proteins = plasma_proteins(c.library, false, facts);
        for (const Coat& coat : s.coats) facts.add(coat.basis);
        const CardBasis basis = facts.basis();
        colloid::CoronaConditions at;
        at.temperature = c.formulation.medium.temperature;
        at.coat = s.strongest_coat();
        const auto course = colloid::corona_course(proteins, at, course_times());
        const auto layer = colloid::corona_layer(proteins, course.coverage.back());
        if (proteins_per_particle(c, layer) >= 1.0) add_course(proteins, course, section);
        const std::string validity =
            fmt::format("coat of {} kPa, {} nm", format_number(1e-3 * at.coat.osmotic_pressure, 3),
                        format_number(1e9 * at.coat.thickness, 3));
        add_layer(c, s, proteins, layer, validity, basis, section);
        section.values.push_back({"corona_settling_time",
                                  colloid::corona_settling_time(proteins, at),
                                  "min",
                                  "time constant of the last exchange",
                                  method,
                                  validity,
                                  basis.source,
                                  basis.status,
                                  {}});
    });
}

}  // namespace caravel::formulation::surface
