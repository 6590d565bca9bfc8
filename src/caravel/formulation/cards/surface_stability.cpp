// Energy of a pair of particles and what it means for the dispersion.
#include "caravel/base/constants.hpp"
#include "caravel/base/sphere.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/formulation/cards/magnetism_part.hpp"
#include "caravel/formulation/cards/surface_parts.hpp"
#include "caravel/formulation/colloid/double_layer_force.hpp"
#include "caravel/formulation/colloid/magnetic_pair.hpp"
#include "caravel/formulation/colloid/stability.hpp"
#include "caravel/formulation/colloid/steric.hpp"
#include "caravel/matter/water.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::formulation::surface {
namespace {

constexpr double water_salt = 0.1;              // mol/m3, laboratory water with some carbonate
constexpr double blood_salt = 154.0;            // mol/m3
constexpr double assumed_concentration = 1e17;  // 1/m3, 1e11 per mL
constexpr double binding_depth = 3.0;           // kT, below it pairs part again
constexpr double protein_chi = 0.45;            // Flory-Huggins, soluble proteins (assumed)
const CardBasis assumed_chi{"Flory-Huggins parameter 0.45 (assumed)", CardStatus::assumed};
constexpr double protein_volume = 0.73e-3;  // m3/kg
constexpr double longest_log10 = 300.0;

struct Liquid {
    const char* name;
    double salt;
    double ph;
    bool has_protein;
};
constexpr double blood_ph = 7.4;

/// Water, saline, serum, and the formulation's own medium where that is another one.
std::vector<Liquid> liquids_of(const Medium& medium) {
    std::vector<Liquid> liquids{{"water", water_salt, 7.0, false},
                                {"saline", blood_salt, blood_ph, false},
                                {"serum", blood_salt, blood_ph, true}};
    if (medium.ionic_strength != blood_salt || medium.ph != blood_ph)
        liquids.push_back({"medium", medium.ionic_strength, medium.ph, false});
    return liquids;
}

/// The parts of the energy of one pair in one liquid, as functions of the gap between the solid
/// surfaces.
struct Pair {
    std::vector<colloid::AttractionLayer> layers;
    colloid::Electrolyte electrolyte;
    double radius = 0.0;
    double potential = 0.0;     // V, at `charged_edge`
    double charged_edge = 0.0;  // m, off the solid surface
    const Surface* surface = nullptr;
    colloid::PolymerLayer protein;  // thickness 0: none
    double moment = 0.0;            // A m2
    double closest = colloid::contact_gap;
    CardBasis basis;

    double attraction(double gap) const {
        double energy = colloid::layered_attraction(layers, gap);
        if (moment > 0.0)
            energy += colloid::rotating_dipole_energy(moment, 2.0 * radius + gap,
                                                      electrolyte.temperature);
        return energy;
    }
    double charge(double gap) const {
        const double free = std::max(gap - 2.0 * charged_edge, 0.0);
        const double psi = colloid::effective_potential(potential, electrolyte);
        const double edge = radius + charged_edge;
        return colloid::hogg_healy_fuerstenau(psi, psi, edge, edge, free, electrolyte,
                                              colloid::Approach::constant_potential);
    }
    double steric(double gap) const {
        double energy = 0.0;
        for (const Coat& coat : surface->coats) energy += coat_energy(coat, gap);
        if (protein.thickness > 0.0)
            energy += colloid::layer_repulsion(protein, radius, gap, electrolyte.temperature);
        return energy;
    }
    double coat_energy(const Coat& coat, double gap) const {
        const double t = electrolyte.temperature;
        if (coat.chain && coat.density) {
            const auto regime = colloid::graft_regime(*coat.chain, *coat.density);
            if (regime == colloid::GraftRegime::mushroom)
                return colloid::mushroom_repulsion(colloid::gyration_radius(*coat.chain),
                                                   *coat.density, radius, gap, t);
            return colloid::brush_repulsion(coat.thickness, *coat.density, radius, gap, t);
        }
        if (!coat.volume_fraction || coat.thickness <= 0.0) return 0.0;
        return colloid::layer_repulsion({coat.thickness, *coat.volume_fraction, protein_chi, 0.0},
                                        radius, gap, t);
    }
    double total(double gap) const { return attraction(gap) + charge(gap) + steric(gap); }
};

/// Moment (A m2) of one particle without field: its domains point anywhere, so their moments add up
/// as the square root of their number. 0 for particles without magnetic matter.
double moment_of(const CardContext& c) {
    try {
        const MagneticPart part = find_magnetic_part(c);
        return std::sqrt(part.domains) * part.moment();
    } catch (const NotAvailable&) {
        return 0.0;
    } catch (const InputError&) {
        return 0.0;
    }
}

void add_protein(const CardContext& c, const Surface& s, CardFacts& facts, Pair& pair) {
    const auto proteins = plasma_proteins(c.library, true, facts);
    colloid::CoronaConditions at;
    at.temperature = pair.electrolyte.temperature;
    at.coat = s.strongest_coat();
    const auto layer = colloid::corona_layer(proteins, colloid::corona_equilibrium(proteins, at));
    if (layer.thickness <= 0.0) return;
    facts.add(assumed_chi);
    const double fraction = std::min(layer.mass_per_area * protein_volume / layer.thickness, 1.0);
    pair.protein = {layer.thickness, fraction, protein_chi, 0.0};
    pair.potential = colloid::soft_layer_potential(layer.charge_density, layer.thickness,
                                                   pair.potential, pair.electrolyte);
    pair.charged_edge = layer.thickness;
    pair.closest += 2.0 * fraction * layer.thickness;
}

Pair make_pair(const CardContext& c, const Surface& s, const Liquid& liquid) {
    Pair pair;
    const double t = c.formulation.medium.temperature;
    CardFacts facts(c.library);
    pair.layers = attraction_layers(c, s, facts);
    pair.electrolyte = colloid::salt_water(liquid.salt, t, liquid.ph);
    pair.radius = pair.layers.back().outer_radius;
    pair.potential = surface_potential_in(c, s, pair.electrolyte, liquid.ph);
    pair.surface = &s;
    pair.moment = moment_of(c);
    pair.closest += 2.0 * s.dry_thickness();
    if (liquid.has_protein) add_protein(c, s, facts, pair);
    if (c.formulation.zeta_potential)
        facts.add({"the measured zeta potential"});
    else
        facts.add(s.group_basis);
    for (const Coat& coat : s.coats) {
        facts.add(coat.basis);
        if (coat.volume_fraction && !coat.chain) facts.add(assumed_chi);
    }
    pair.basis = facts.basis();
    return pair;
}

std::string validity(const Pair& pair) {
    return fmt::format("psi = {} mV, kappa a = {}, closest gap {} nm",
                       format_number(1e3 * pair.potential, 3),
                       format_number(pair.radius / colloid::debye_length(pair.electrolyte), 3),
                       format_number(1e9 * pair.closest, 3));
}

std::string method_of(const Pair& pair) {
    const char* always =
        "Hamaker sum over layers with Gregory's retardation, Hogg-Healy-Fuerstenau at constant "
        "potential, steric layers";
    return fmt::format("{}{}", always, pair.moment > 0.0 ? ", dipoles without field" : "");
}

void add_half_time(const CardContext& c, const Pair& pair, const colloid::EnergyProfile& profile,
                   const Liquid& liquid, double log_integral, CardSection& section) {
    const double kt = boltzmann * pair.electrolyte.temperature;
    const double deepest = std::min(profile.contact, profile.secondary_minimum) / kt;
    if (deepest > -binding_depth)
        throw NotAvailable(fmt::format(
            "no aggregation: pairs part again, their deepest energy being {} kT (above -3 kT)",
            format_number(deepest, 3)));
    const auto stated = particle_concentration(c.formulation, c.properties);
    const double n = stated.value_or(assumed_concentration);
    const double viscosity = c.formulation.medium.viscosity.value_or(
        matter::water_viscosity(pair.electrolyte.temperature));
    const double rate =
        colloid::aggregation_rate(log_integral, pair.electrolyte.temperature, viscosity);
    if (!(rate * n > 1e-300))
        throw NotAvailable("longer than any time: the rate of aggregation is below 1e-300 1/s");
    section.values.push_back({fmt::format("aggregation_half_time_{}", liquid.name),
                              colloid::aggregation_half_time(rate, n),
                              "h",
                              "until half of the particles are in pairs",
                              "Smoluchowski and Fuchs",
                              fmt::format("{} particles per mL, {}", format_number(n * 1e-6, 3),
                                          stated ? "of the dose form" : "assumed"),
                              pair.basis.source,
                              stated ? pair.basis.status : CardStatus::assumed,
                              {}});
}

void add_liquid(const CardContext& c, const Surface& s, const Liquid& liquid,
                CardSection& section) {
    const Pair pair = make_pair(c, s, liquid);
    const double t = pair.electrolyte.temperature;
    const double kt = boltzmann * t;
    const auto total = [&](double h) { return pair.total(h); };
    const auto bare = [&](double h) { return pair.attraction(h); };
    const double reach = std::max(colloid::debye_length(pair.electrolyte), s.coat_thickness());
    const auto profile = colloid::profile_of(total, pair.closest, std::max(reach, 10e-9));
    const auto add = [&](const char* name, double si, const char* unit, const char* doc) {
        section.values.push_back({fmt::format("{}_{}", name, liquid.name),
                                  si,
                                  unit,
                                  doc,
                                  method_of(pair),
                                  validity(pair),
                                  pair.basis.source,
                                  pair.basis.status,
                                  {}});
    };
    add("interaction_barrier", profile.barrier / kt, "1", "in kT, to come into contact");
    add("secondary_minimum", profile.secondary_minimum / kt, "1", "in kT, outside the barrier");
    const double log_integral =
        colloid::log_collision_integral(total, pair.radius, pair.closest, t);
    const double log_w =
        log_integral - colloid::log_collision_integral(bare, pair.radius, pair.closest, t);
    add("stability_ratio_log10", std::min(log_w / std::numbers::ln10, longest_log10), "1",
        "Fuchs ratio W, 0: every collision sticks");
    attempt(section, fmt::format("aggregation_half_time_{}", liquid.name),
            [&] { add_half_time(c, pair, profile, liquid, log_integral, section); });
}

void add_curve(const CardContext& c, const Surface& s, CardSection& section) {
    CardCurve curve{"interaction_energy", "gap", "nm", {}, "energy", "1", {}, {}, true, false};
    constexpr int points = 121;
    for (int i = 0; i < points; ++i)
        curve.x.push_back(colloid::contact_gap *
                          std::pow(100e-9 / colloid::contact_gap, i / (points - 1.0)));
    for (const Liquid& liquid : liquids_of(c.formulation.medium)) {
        const Pair pair = make_pair(c, s, liquid);
        curve.method = method_of(pair);
        CardLine line{fmt::format("{}, kT", liquid.name), {}};
        for (const double gap : curve.x)
            line.y.push_back(pair.total(std::max(gap, pair.closest)) /
                             (boltzmann * pair.electrolyte.temperature));
        curve.lines.push_back(std::move(line));
    }
    section.curves.push_back(std::move(curve));
}

}  // namespace

void add_stability(const CardContext& c, const Surface& s, CardSection& section) {
    attempt(section, "interaction_energy", [&] {
        for (const Coat& coat : s.coats)
            if (!coat.problem.empty()) throw NotAvailable(coat.problem);
        add_curve(c, s, section);
    });
    if (section.curves.empty() || section.curves.back().name != "interaction_energy") return;
    for (const Liquid& liquid : liquids_of(c.formulation.medium))
        attempt(section, fmt::format("stability_ratio_log10_{}", liquid.name),
                [&] { add_liquid(c, s, liquid, section); });
}

}  // namespace caravel::formulation::surface
