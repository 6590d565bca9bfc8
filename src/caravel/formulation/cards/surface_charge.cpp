// Charge, zeta potential and double layer of a card.
#include "caravel/formulation/cards/surface_parts.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/formulation/colloid/electrophoresis.hpp"
#include "caravel/matter/water.hpp"

#include <fmt/format.h>

#include <cmath>

namespace caravel::formulation::surface {
namespace {

/// One layer of water that does not move along with the liquid (assumed).
constexpr double stagnant_layer = 0.25e-9;  // m
constexpr double relaxation_limit = 0.05;   // V, above it Henry's mobility is too high

/// Whether the groups sit on the outermost coat rather than below the water-filled one.
bool has_outer_groups(const CardContext& c) {
    if (!c.formulation.surface_groups.empty()) return false;
    for (const Coating& coating : c.formulation.coatings)
        for (const matter::Fact* fact : c.library.table("coatings").all(coating.material))
            if (fact->property.find("_density") != std::string::npos &&
                fact->property != "marker_density")
                return true;
    return false;
}

std::string salt_text(const colloid::Electrolyte& e, double ph) {
    return fmt::format("I = {} mmol/L, pH {}", format_number(e.ionic_strength, 4),
                       format_number(ph, 3));
}

void add_zeta(const CardContext& c, const Surface& s, CardSection& section) {
    const Formulation& f = c.formulation;
    if (f.zeta_potential)
        section.values.push_back({"zeta_potential",
                                  *f.zeta_potential,
                                  "mV",
                                  "potential at the slip plane",
                                  "as measured",
                                  "",
                                  "the formulation",
                                  CardStatus::measured,
                                  {}});
    if (s.groups.empty()) return;
    const double zeta =
        colloid::zeta_potential(s.groups, s.radius, slip_distance(c, s), s.ph, s.electrolyte);
    section.values.push_back(
        {f.zeta_potential ? "zeta_potential_computed" : "zeta_potential",
         zeta,
         "mV",
         "potential at the slip plane",
         "charge regulation of the groups, double layer of a sphere (Ohshima 1982)",
         fmt::format("{}, slip plane {} nm off", salt_text(s.electrolyte, s.ph),
                     format_number(from_si(slip_distance(c, s), "nm"), 3)),
         s.group_basis.source,
         s.group_basis.status,
         {}});
}

void add_mobility(const CardContext& c, const Surface& s, CardSection& section) {
    double zeta = 0.0;
    CardStatus status = CardStatus::computed;
    for (const CardValue& value : section.values) {
        if (value.name != "zeta_potential") continue;
        zeta = value.si;
        if (value.status != CardStatus::measured) status = value.status;
    }
    const double kappa_radius = s.solid_radius() / colloid::debye_length(s.electrolyte);
    if (std::abs(zeta) > relaxation_limit && kappa_radius > 0.1 && kappa_radius < 300.0)
        throw NotAvailable(fmt::format(
            "|zeta| = {} mV at kappa a = {}: above 50 mV the double layer relaxes, which Henry's "
            "function leaves out",
            format_number(1e3 * std::abs(zeta), 3), format_number(kappa_radius, 3)));
    const double viscosity =
        c.formulation.medium.viscosity.value_or(matter::water_viscosity(s.electrolyte.temperature));
    section.values.push_back(
        {"electrophoretic_mobility",
         colloid::electrophoretic_mobility(zeta, s.solid_radius(), s.electrolyte, viscosity),
         "um.cm/(V.s)",
         "drift in an electric field",
         "Henry's function (Ohshima 1994)",
         fmt::format("kappa a = {}", format_number(kappa_radius, 3)),
         "the zeta potential",
         status,
         {}});
}

void add_ph_curve(const CardContext& c, const Surface& s, CardSection& section) {
    CardCurve curve{
        "zeta_potential_v_ph", "pH", "1", {}, "zeta potential", "mV", {}, "", false, false};
    curve.method = "charge regulation at " + salt_text(s.electrolyte, s.ph) + " otherwise";
    CardLine line{"zeta potential", {}};
    for (int i = 0; i <= 80; ++i) {
        const double ph = 3.0 + 0.1 * i;
        const auto salt = colloid::salt_water(c.formulation.medium.ionic_strength,
                                              c.formulation.medium.temperature, ph);
        curve.x.push_back(ph);
        line.y.push_back(
            colloid::zeta_potential(s.groups, s.radius, slip_distance(c, s), ph, salt));
    }
    curve.lines.push_back(std::move(line));
    section.curves.push_back(std::move(curve));
}

void add_group_values(const Surface& s, CardSection& section) {
    const double psi = colloid::regulated_potential(s.groups, {}, s.radius, s.ph, s.electrolyte);
    section.values.push_back({"surface_charge_density",
                              colloid::surface_charge(psi, s.radius, s.electrolyte),
                              "mC/m2",
                              "charge of the groups at their own pH",
                              "charge regulation",
                              fmt::format("surface potential {} mV", format_number(1e3 * psi, 3)),
                              s.group_basis.source,
                              s.group_basis.status,
                              {}});
}

}  // namespace

double slip_distance(const CardContext& c, const Surface& s) {
    return stagnant_layer + (has_outer_groups(c) ? 0.0 : s.coat_thickness());
}

double surface_potential_in(const CardContext& c, const Surface& s, const colloid::Electrolyte& e,
                            double ph) {
    if (c.formulation.zeta_potential) {
        const double charge =
            colloid::surface_charge(*c.formulation.zeta_potential, s.solid_radius(), s.electrolyte);
        return colloid::surface_potential(charge, s.solid_radius(), e);
    }
    if (s.groups.empty())
        throw NotAvailable("neither a measured zeta potential nor surface groups are known");
    const double psi = colloid::regulated_potential(s.groups, {}, s.solid_radius(), ph, e);
    return colloid::potential_at(stagnant_layer, psi, s.solid_radius(), e);
}

void add_charge(const CardContext& c, const Surface& s, CardSection& section) {
    section.values.push_back({"debye_length",
                              colloid::debye_length(s.electrolyte),
                              "nm",
                              "reach of the double layer",
                              "exact",
                              salt_text(s.electrolyte, s.ph),
                              "water: Malmberg and Maryott 1956",
                              CardStatus::computed,
                              {}});
    const bool has_charge = c.formulation.zeta_potential || !s.groups.empty();
    attempt(section, "zeta_potential", [&] {
        if (!has_charge)
            throw NotAvailable(
                "neither measured nor computable: no surface groups are given, and "
                "the tables know none of '" +
                c.formulation.layers.back().material + "'");
        add_zeta(c, s, section);
    });
    if (!has_charge) return;
    attempt(section, "electrophoretic_mobility", [&] { add_mobility(c, s, section); });
    if (s.groups.empty()) return;
    attempt(section, "surface_charge_density", [&] { add_group_values(s, section); });
    attempt(section, "isoelectric_point", [&] {
        section.values.push_back({"isoelectric_point",
                                  colloid::isoelectric_point(s.groups),
                                  "1",
                                  "pH without net charge",
                                  "balance of the groups",
                                  "",
                                  s.group_basis.source,
                                  s.group_basis.status,
                                  {}});
    });
    attempt(section, "zeta_potential_v_ph", [&] { add_ph_curve(c, s, section); });
}

}  // namespace caravel::formulation::surface
