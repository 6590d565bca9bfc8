// Conduction, storage, melting and freezing of a card.
#include "caravel/formulation/cards/thermal_part.hpp"
#include "caravel/formulation/thermal/effective_conductivity.hpp"
#include "caravel/formulation/thermal/ice_nucleation.hpp"
#include "caravel/formulation/thermal/particle_heating.hpp"
#include "caravel/formulation/thermal/phase_change.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace caravel::formulation {
namespace {

using namespace thermal;

constexpr double cell_volume = 1e-15;        // m3
constexpr double freezing_load = 1.0;        // kg/m3, 1 mg/mL
constexpr double freezing_rate = 10.0 / 60;  // K/s

std::string text(double value) { return format_number(value, 3); }

/// Matter of a layer with its pores and inclusions.
double layer_conductivity(const CardContext& c, FactReader& facts, std::size_t i) {
    const LayerProperties& l = c.properties.layers[i];
    double k = facts.need(l.material, "conductivity", "handbook");
    for (const Inclusion& inclusion : c.formulation.inclusions)
        if (inclusion.layer == static_cast<std::int64_t>(i) + 1 && l.volume > 0.0)
            k = loaded_conductivity(k, facts.need(inclusion.material, "conductivity", "handbook"),
                                    l.inclusion_volume / l.volume);
    if (l.pore_volume > 0.0)
        k = bruggeman_conductivity(
            k, facts.need(c.formulation.layers[i].filled_with, "conductivity", "handbook"),
            l.pore_volume / l.volume);
    return k;
}

/// Conductivity of the sphere that stands for the particle, from the centre outwards.
double particle_conductivity(const CardContext& c, FactReader& facts) {
    const Properties& p = c.properties;
    double filled = 0.0;
    for (const LayerProperties& l : p.layers) filled += l.volume;
    const double open = std::max(0.0, p.volume - filled);
    const ShapeVariant& form = c.formulation.shape.form;
    const bool mixed = std::holds_alternative<Cluster>(form) ||
                       std::holds_alternative<CoreSatellite>(form) ||
                       std::holds_alternative<Star>(form);
    const bool water = open > 1e-6 * p.volume;
    const double k_water = water ? facts.need("water", "conductivity", "handbook") : 0.0;
    // Vesicles and cages hold their water at the centre.
    double inside = water && !mixed ? open : 0.0;
    double k = k_water;
    for (std::size_t i = 0; i < p.layers.size(); ++i) {
        const double here = layer_conductivity(c, facts, i);
        const double whole = inside + p.layers[i].volume;
        k = inside > 0.0 ? coated_sphere_conductivity(k, here, inside / whole) : here;
        inside = whole;
    }
    return water && mixed ? bruggeman_conductivity(k_water, k, filled / p.volume) : k;
}

double particle_heat_capacity(const CardContext& c, FactReader& facts) {
    double sum = 0.0;
    for_each_matter(c, [&](const std::string& material, double volume) {
        sum += volume * facts.need(material, "volumetric_heat_capacity", "handbook");
    });
    return sum / c.properties.volume;
}

/// Polar over equatorial extent of shapes that are far from spheres.
double aspect_ratio(const CardContext& c) {
    const ShapeVariant& form = c.formulation.shape.form;
    if (const auto* rod = std::get_if<Rod>(&form)) return rod->length / rod->diameter;
    if (const auto* disc = std::get_if<Disc>(&form)) return disc->thickness / disc->diameter;
    if (const auto* s = std::get_if<Spheroid>(&form))
        return s->polar_diameter / s->equatorial_diameter;
    if (const auto* s = std::get_if<Sandwich>(&form))
        return c.properties.volume /
               (std::numbers::pi / 4.0 * s->diameter * s->diameter * s->diameter);
    return 1.0;
}

struct Conduction {
    double matter = 0.0;     // W/(m K)
    double interface = 0.0;  // W/(m2 K)
    double aspect = 1.0;
    double radius = 0.0;  // m, of the sphere of equal volume

    double loaded(double medium, double fraction) const {
        if (aspect == 1.0)
            return loaded_conductivity(
                medium, conductivity_behind_interface(matter, radius, interface), fraction);
        return nan_conductivity(
            medium, {matter, radius / std::cbrt(aspect), aspect, 1.0 / interface}, fraction);
    }
};

Conduction conduction_of(const CardContext& c, FactReader& facts) {
    Conduction k;
    k.matter = particle_conductivity(c, facts);
    const std::string& outer = c.properties.layers.back().material;
    const auto own = facts.find(outer, "interface_conductance", "water");
    k.interface = own ? *own : facts.need("generic", "interface_conductance", "water");
    k.aspect = aspect_ratio(c);
    k.radius = volume_radius(c);
    return k;
}

/// Volume of particles per volume at a concentration of dry matter.
double fraction_at(const CardContext& c, double concentration) {
    return volume_fraction(concentration, c.properties.carrier_mass / c.properties.volume);
}

void add_conduction(const CardContext& c, CardSection& section) {
    FactReader facts(c.library, "thermal");
    const double medium = facts.need("soft_tissue", "conductivity", "handbook");
    const Conduction k = conduction_of(c, facts);
    const std::string method = k.aspect == 1.0 ? "Hasselman and Johnson 1987, Bruggeman above 10 %"
                                               : "Nan et al. 1997, random directions";
    for (const auto& [load, suffix] : {std::pair{1.0, ""}, std::pair{10.0, "_10"}}) {
        const double fraction = fraction_at(c, load);
        const double loaded = k.loaded(medium, fraction);
        const std::string validity =
            fmt::format("volume fraction {}, matter {} W/(m.K), interface {} MW/(m2.K)",
                        text(fraction), text(k.matter), text(k.interface * 1e-6));
        const std::string where = fmt::format("of soft tissue with {} mg/mL of particles", load);
        add_value(section, facts, fmt::format("effective_conductivity{}", suffix), loaded,
                  "W/(m.K)", where, method, validity);
        add_value(section, facts, fmt::format("conductivity_change{}", suffix),
                  loaded / medium - 1.0, "%", where + ", relative", method, validity);
    }
    CardCurve curve{"effective_conductivity_curve",
                    "particles",
                    "mg/mL",
                    {},
                    "conductivity of tissue",
                    "W/(m.K)",
                    {},
                    {},
                    true,
                    false};
    CardLine line{"loaded tissue", {}};
    for (int i = 0; i <= 40; ++i) {
        const double load = 0.1 * std::pow(10.0, 0.1 * i);
        if (load >= 0.6 * c.properties.carrier_mass / c.properties.volume) break;
        curve.x.push_back(load);
        line.y.push_back(k.loaded(medium, fraction_at(c, load)));
    }
    curve.lines = {line};
    curve.method = method;
    if (curve.x.size() > 1) section.curves.push_back(std::move(curve));
}

void add_storage(const CardContext& c, CardSection& section) {
    FactReader facts(c.library, "thermal");
    const double medium = facts.need("soft_tissue", "volumetric_heat_capacity", "handbook");
    const double particle = particle_heat_capacity(c, facts);
    add_value(section, facts, "specific_heat_capacity", particle / c.properties.density, "J/(g.K)",
              "of the particle with its water, without coatings", "volume-weighted sum",
              "bulk values, 300 K");
    for (const auto& [load, suffix] : {std::pair{1.0, ""}, std::pair{10.0, "_10"}}) {
        const double fraction = fraction_at(c, load);
        const double loaded = mixture(medium, particle, fraction);
        const std::string where = fmt::format("of soft tissue with {} mg/mL of particles", load);
        const std::string validity = "volume fraction " + text(fraction);
        add_value(section, facts, fmt::format("effective_heat_capacity{}", suffix), loaded,
                  "J/(m3.K)", where, "mixture, exact", validity);
        add_value(section, facts, fmt::format("heat_capacity_change{}", suffix),
                  loaded / medium - 1.0, "%", where + ", relative", "mixture, exact", validity);
    }
}

void add_heating(const CardContext& c, CardSection& section) {
    FactReader facts(c.library, "thermal");
    const Conduction k = conduction_of(c, facts);
    const HeatedSphere sphere{k.radius, k.matter, particle_heat_capacity(c, facts)};
    const HeatedMedium medium{facts.need("water", "conductivity", "handbook"),
                              facts.need("water", "volumetric_heat_capacity", "handbook"),
                              k.interface};
    const std::string size =
        fmt::format("as a sphere of {} nm radius in water", text(k.radius * 1e9));
    add_value(section, facts, "temperature_rise_per_power",
              steady_rise(sphere, medium, 1.0, sphere.radius), "K/uW",
              "of the surface's inside over the power absorbed by one particle",
              "Goldenberg and Tranter 1952 with interface step", size);
    add_value(section, facts, "thermal_rise_time", rise_time(sphere, medium), "ns",
              "to 63 % of the steady rise", "even temperature inside (Carslaw and Jaeger 1959)",
              fmt::format("{}; inside evens out in {} ns; no interface step", size,
                          text(internal_time(sphere) * 1e9)));
}

}  // namespace

void add_heat(const CardContext& c, CardSection& section) {
    attempt(section, "effective_conductivity", [&] { add_conduction(c, section); });
    attempt(section, "effective_heat_capacity", [&] { add_storage(c, section); });
    attempt(section, "temperature_rise_per_power", [&] { add_heating(c, section); });
}

void add_melting(const CardContext& c, CardSection& section) {
    for (std::size_t i = 0; i < c.properties.layers.size(); ++i) {
        const LayerProperties& l = c.properties.layers[i];
        FactReader facts(c.library, "thermal");
        if (l.material == "water" || !facts.find(l.material, "latent_heat")) continue;
        attempt(section, "melting_onset", [&] {
            const MeltingRange range{facts.need(l.material, "melting_onset"),
                                     facts.need(l.material, "melting_end"),
                                     facts.need(l.material, "latent_heat")};
            const double density = c.library.value("materials", l.material, "density");
            const double mass = (l.volume - l.pore_volume - l.inclusion_volume) * density;
            const double share = mass / c.properties.carrier_mass;
            const std::string which = fmt::format("layer {} '{}'", i + 1, l.material);
            add_value(section, facts, "melting_onset", range.solidus, "Cel", which, "bulk value",
                      "size effect left out");
            add_value(section, facts, "melting_end", range.liquidus, "Cel", which, "bulk value",
                      "size effect left out");
            add_value(section, facts, "latent_heat", range.latent_heat * share, "J/g",
                      which + ", per dry mass of particle", "bulk value times mass share",
                      "share " + text(share));
            CardCurve curve{"melting_heat_capacity",
                            "temperature",
                            "Cel",
                            {},
                            "excess heat capacity",
                            "J/(g.K)",
                            {},
                            {},
                            false,
                            false};
            CardLine line{l.material, {}};
            const double width = range.liquidus - range.solidus;
            for (int n = 0; n <= 60; ++n) {
                curve.x.push_back(range.solidus + width * (n / 40.0 - 0.25));
                line.y.push_back(share * melting_heat_capacity(range, curve.x.back()));
            }
            curve.lines = {line};
            curve.method = "apparent heat capacity, integrates to the latent heat";
            section.curves.push_back(std::move(curve));
        });
        return;
    }
}

void add_ice(const CardContext& c, CardSection& section) {
    attempt(section, "ice_nucleation_temperature", [&] {
        FactReader facts(c.library, "thermal");
        const std::string& outer = c.properties.layers.back().material;
        const auto cosine = facts.find(outer, "ice_contact_cosine");
        if (!cosine)
            throw NotAvailable("no contact angle of ice on '" + outer +
                               "' in data/thermal.csv (ice_contact_cosine)");
        const double count = freezing_load / c.properties.carrier_mass * cell_volume;
        const double radius = volume_radius(c);
        const double found = nucleation_temperature(radius, *cosine, count, freezing_rate);
        const double clean = homogeneous_nucleation_temperature(cell_volume, freezing_rate);
        const std::string validity =
            fmt::format("contact cosine {}, {} particles per cell, clean water {} Cel",
                        text(*cosine), text(count), text(clean - 273.15));
        add_value(section, facts, "ice_nucleation_temperature", std::max(found, clean), "Cel",
                  "half of 1 pL cells with 1 mg/mL frozen at 10 K/min",
                  "classical nucleation, Fletcher 1958", validity);
    });
}

}  // namespace caravel::formulation
