// Relaxivities of a particle for the card: magnetic cores, chelated ions, oxide surfaces; fluorine
// and exchanging protons.
#include "caravel/base/constants.hpp"
#include "caravel/formulation/cards/magnetism_part.hpp"
#include "caravel/formulation/magnetism/chelate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>

namespace caravel::formulation {
namespace {

using namespace magnetism;

constexpr double half_echo = 5e-3;  // s, echo spacing 10 ms
constexpr double body_temperature = 310.15;
constexpr double temperature_range = 15.0;           // K, over which the ion constants are used
constexpr double saturation_nutation = 267.5 * 2.0;  // rad/s, 2 uT
constexpr double saturation_time = 3.0;              // s
constexpr double water_longitudinal_rate = 0.6;      // 1/s, tissue at 3 T
constexpr double proton_concentration = 110.2e3;     // mol/m3 of water protons

std::string text(double value) { return format_number(value, 3); }

CardValue value(std::string name, double si, std::string unit, std::string doc, std::string method,
                std::string validity, const CardBasis& basis) {
    return {std::move(name),     si,           std::move(unit), std::move(doc), std::move(method),
            std::move(validity), basis.source, basis.status};
}

ParamagneticIon read_ion(CardFacts& facts, const std::string& name) {
    const auto of = [&](std::string_view property) {
        return facts.value("relaxation", name, property);
    };
    return {of("electron_spin"),    of("inner_waters"),         of("proton_distance"),
            of("closest_approach"), of("water_residence_time"), of("zero_field_splitting"),
            of("splitting_time")};
}

bool is_ion(const CardContext& c, const std::string& name) {
    return c.library.table("relaxation").find(name, "electron_spin") != nullptr;
}

void check_temperature(double temperature) {
    if (std::abs(temperature - body_temperature) > temperature_range)
        throw NotAvailable(
            fmt::format("the constants of the ions hold near 37 Cel; {} K is more "
                        "than 15 K away",
                        text(temperature)));
}

/// Relaxivity of ions that the particle carries, with its slow rotation.
void add_ion(const CardContext& c, const std::string& name, double count, CardSection& section) {
    const Medium& medium = c.formulation.medium;
    check_temperature(medium.temperature);
    CardFacts facts(c.library);
    const ParamagneticIon ion = read_ion(facts, name);
    Rotation rotation{};
    if (!c.properties.is_particle())
        rotation = {facts.value("relaxation", name, "rotational_time"), 0.0, 1.0};
    else
        rotation = {rotational_time(c.properties.hydrodynamic_diameter, medium_viscosity(c),
                                    medium.temperature),
                    facts.value("relaxation", "tethered_ion", "local_time"),
                    facts.value("relaxation", "tethered_ion", "order_parameter")};
    const IonRelaxivity r = ion_relaxivity(ion, rotation, c.formulation.conditions.scanner_field,
                                           1.1 * medium_water_diffusion(c));
    const std::string method =
        "Solomon-Bloembergen-Morgan inner sphere, Freed outer sphere, tethered rotation";
    const std::string validity = fmt::format(
        "{} T; rotation {} ns, local {} ns, S2 {}; tau_m {} ns; all ions reached by water",
        text(c.formulation.conditions.scanner_field), text(rotation.overall * 1e9),
        text(rotation.local * 1e9), text(rotation.order_parameter), text(ion.residence_time * 1e9));
    const CardBasis basis = facts.basis();
    section.values.push_back(value(name + "_relaxivity_r1", r.longitudinal(), "L/(mmol.s)",
                                   fmt::format("r1 per {}", name), method, validity, basis));
    section.values.push_back(value(name + "_relaxivity_r2", r.transverse(), "L/(mmol.s)",
                                   fmt::format("r2 per {}", name), method, validity, basis));
    section.values.push_back(value(name + "_particle_relaxivity", count * r.longitudinal(),
                                   "L/(mmol.s)", "r1 per particle", method,
                                   fmt::format("{} per particle", text(count)), basis));
}

void add_ions(const CardContext& c, CardSection& section) {
    const auto add = [&](const std::string& name, std::optional<double> count) {
        if (!is_ion(c, name)) return;
        attempt(section, name + "_relaxivity_r1", [&] {
            if (!count)
                throw NotAvailable(fmt::format("the number of {} per particle is not given", name));
            add_ion(c, name, *count, section);
        });
    };
    for (const Label& label : c.formulation.labels) {
        const bool is_grain = label.name == "Fe" && c.formulation.magnetic;
        if (is_grain) continue;
        if (label.kind == "element" || label.kind == "spin") add(label.name, label.count);
    }
    for (const PayloadProperties& payload : c.properties.payloads)
        add(payload.agent, payload.molecules > 0.0 || !c.properties.is_particle()
                               ? std::optional(std::max(payload.molecules, 1.0))
                               : std::nullopt);
}

/// r1 of an oxide whose surface ions meet water.
void add_surface_ions(const CardContext& c, CardSection& section) {
    for (std::size_t i = 0; i < c.formulation.layers.size(); ++i) {
        const std::string& material = c.formulation.layers[i].material;
        CardFacts facts(c.library);
        const auto surface = facts.find("relaxation", material, "surface_ion_relaxivity");
        if (!surface) continue;
        attempt(section, "relaxivity_r1", [&] {
            check_temperature(c.formulation.medium.temperature);
            double diameter = c.properties.layers[i].outer_diameter;
            if (const auto* cluster = std::get_if<Cluster>(&c.formulation.shape.form))
                diameter = cluster->grain_diameter;
            if (const auto* decorated = std::get_if<CoreSatellite>(&c.formulation.shape.form);
                decorated && i == 1)
                diameter = decorated->satellite_diameter;
            const double fraction =
                surface_fraction(diameter, facts.value("relaxation", material, "surface_layer"));
            section.values.push_back(value(
                "relaxivity_r1", fraction * *surface, "L/(mmol.s)",
                fmt::format("r1 per metal ion of {}", material), "ions of the outermost layer",
                fmt::format("{} % of the ions at the surface of {} nm grains; 3 T, room "
                            "temperature data",
                            text(100.0 * fraction), text(diameter * 1e9)),
                facts.basis()));
        });
    }
}

/// Fluorine atoms per particle.
void add_fluorine(const CardContext& c, CardSection& section) {
    double atoms = 0.0;
    std::string names;
    CardFacts facts(c.library);
    const auto add = [&](const std::string& name, double molecules) {
        if (molecules <= 0.0) return;
        const auto per = facts.find("relaxation", name, "fluorine_atoms");
        if (!per) return;
        atoms += *per * molecules;
        names += (names.empty() ? "" : ", ") + name;
    };
    for (const LayerProperties& layer : c.properties.layers)
        if (const auto molar = c.library.find("materials", layer.material, "molar_mass"))
            add(layer.material, layer.mass / *molar * avogadro);
    for (const PayloadProperties& payload : c.properties.payloads)
        add(payload.agent, payload.molecules);
    if (atoms <= 0.0) return;
    section.values.push_back(value("fluorine_atoms", atoms, "1", "19F spins per particle",
                                   "molecules times atoms in one", "of " + names, facts.basis()));
}

/// Saturation transfer at 1 mM of the exchanging molecule.
void add_exchange(const CardContext& c, CardSection& section) {
    for (const PayloadProperties& payload : c.properties.payloads) {
        CardFacts facts(c.library);
        const auto rate = facts.find("relaxation", payload.agent, "exchange_rate");
        if (!rate) continue;
        const double protons = facts.value("relaxation", payload.agent, "exchanging_protons");
        const double offset = facts.value("relaxation", payload.agent, "exchange_offset");
        const double transfer =
            saturation_transfer({protons / proton_concentration, *rate}, saturation_nutation,
                                saturation_time, water_longitudinal_rate);
        section.values.push_back(
            value(payload.agent + "_saturation_transfer", transfer, "%",
                  fmt::format("MTR asymmetry at {} ppm and 1 mM", text(offset * 1e6)),
                  "two pools, weak exchange", "2 uT for 3 s, R1 = 0.6 1/s, no spill-over",
                  facts.basis()));
    }
}

}  // namespace

void add_particle_relaxivity(const MagneticPart& part, CardSection& section) {
    attempt(section, "relaxivity_r2", [&] {
        const CardRelaxivity r = part_relaxivity(part, part.conditions.scanner_field, half_echo);
        const TransverseRates& m = r.median;
        const double product = m.frequency_shift * m.diffusion_time;
        const std::string validity = fmt::format(
            "{} T, 1 mM metal, echo spacing 10 ms; dw tauD = {}, dw = {} rad/s, sphere {} nm with "
            "{} magnetic volume; regime: {}",
            text(part.conditions.scanner_field), text(product), text(m.frequency_shift),
            text(part.sphere_diameter * 1e9), text(part.fill), to_text(m.regime));
        const std::string unit = "L/(mmol.s)";
        section.values.push_back(value("relaxivity_r2", r.transverse, unit, "r2 per metal ion",
                                       "outer sphere (Roch 1999), regime by dw tauD", validity,
                                       part.metal_basis));
        section.values.push_back(value(
            "relaxivity_r2_star", r.free_decay, unit, "r2* per metal ion",
            "outer sphere, secular part up to the static plateau", validity, part.metal_basis));
        if (m.regime == Regime::motional_averaging)
            section.values.push_back(
                value("relaxivity_r2_empirical", r.empirical, unit,
                      "r2 by the empirical law 11.6e-12 M^2 d^2", "Vuong 2012",
                      "motional averaging; about twice the theory",
                      CardBasis{"recalled; Vuong 2012; " + part.metal_basis.source,
                                CardStatus::assumed}));
        section.values.push_back(value(
            "relaxivity_r1", r.longitudinal, unit, "r1 per metal ion",
            "Roch, Muller and Gillis 1999",
            fmt::format("{} T; outer sphere; dw tauD = {} {}", text(part.conditions.scanner_field),
                        text(product), product < 1.0 ? "< 1" : ">= 1: too large an estimate"),
            part.metal_basis));
    });
}

void add_ion_relaxivity(const CardContext& c, CardSection& section) {
    add_ions(c, section);
    add_surface_ions(c, section);
    add_fluorine(c, section);
    add_exchange(c, section);
}

}  // namespace caravel::formulation
