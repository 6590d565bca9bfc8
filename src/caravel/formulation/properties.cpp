#include "caravel/formulation/properties.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/base/suggest.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/formulation/hydrodynamics.hpp"
#include "caravel/formulation/layering.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

namespace caravel::formulation {
namespace {

/// Density (kg/m3) of a packed organic drug where the agents table has none (assumed).
constexpr double packed_drug_density = 1300.0;

[[noreturn]] void reject(std::string what, std::string expected = "", std::string hint = "") {
    throw InputError(Diagnostic{{}, std::move(what), std::move(expected), std::move(hint)});
}

double material_density(matter::Library& library, const std::string& material) {
    return library.value("materials", material, "density");
}

/// What sits inside one layer.
struct Inclusions {
    double volume = 0.0;  // m3
    double mass = 0.0;    // kg
};

/// Inclusions of layer i; equal spheres at random fill at most 64 % of it.
Inclusions inclusions_of(const Formulation& f, std::size_t i, double layer_volume,
                         matter::Library& library) {
    constexpr double densest = 0.64;
    Inclusions sum;
    for (const Inclusion& inclusion : f.inclusions) {
        if (static_cast<std::size_t>(inclusion.layer) != i + 1) continue;
        const double volume = static_cast<double>(inclusion.count) * std::numbers::pi / 6.0 *
                              std::pow(inclusion.diameter, 3);
        sum.volume += volume;
        sum.mass += volume * material_density(library, inclusion.material);
        if (sum.volume > densest * layer_volume * (1.0 + 1e-9))
            reject(fmt::format("the inclusions of {} take {} of its volume", layer_label(f, i),
                               format_number(sum.volume / layer_volume, 3)),
                   "at most 0.64 (random close packing)", "fewer or smaller inclusions");
    }
    return sum;
}

void require_layers_of_inclusions(const Formulation& f) {
    for (const Inclusion& inclusion : f.inclusions)
        if (static_cast<std::size_t>(inclusion.layer) > f.layers.size())
            reject(fmt::format("inclusion '{}' is in layer {}, but there are {}",
                               inclusion.material, inclusion.layer, f.layers.size()),
                   "the number of a layer, from 1 at the centre");
}

/// Adds the layers: volumes, masses, water.
void add_layers(const Formulation& f, const std::vector<LayerGeometry>& stack,
                matter::Library& library, Properties& p) {
    for (std::size_t i = 0; i < stack.size(); ++i) {
        const Layer& layer = f.layers[i];
        LayerProperties l;
        l.material = layer.material;
        l.outer_diameter = largest_extent(f.shape.form, stack[i].growth);
        l.volume = stack[i].volume;
        const Inclusions inside = inclusions_of(f, i, l.volume, library);
        l.inclusion_volume = inside.volume;
        l.pore_volume = layer.porosity * (l.volume - l.inclusion_volume);
        if (layer.pore_diameter) l.pore_surface = 4.0 * l.pore_volume / *layer.pore_diameter;
        p.pore_surface += l.pore_surface;
        const double matter_mass = (l.volume - l.inclusion_volume - l.pore_volume) *
                                   material_density(library, layer.material);
        const double fill_mass = l.pore_volume > 0.0
                                     ? l.pore_volume * material_density(library, layer.filled_with)
                                     : 0.0;
        l.mass = matter_mass + fill_mass + inside.mass;
        const double water = (layer.material == "water" ? matter_mass : 0.0) +
                             (layer.filled_with == "water" ? fill_mass : 0.0);
        l.dry_mass = l.mass - water;
        p.water_mass += water;
        p.pore_volume += l.pore_volume;
        p.layers.push_back(std::move(l));
    }
}

/// Water in the space that the shape encloses but its matter leaves free (cages, clusters).
double void_water(const Formulation& f, matter::Library& library) {
    const std::vector<double> solids = solid_volumes(f.shape.form);
    if (solids.empty()) return 0.0;
    const double space =
        enclosed_volume(f.shape.form, 0.0) - std::accumulate(solids.begin(), solids.end(), 0.0);
    const bool is_void = space > 1e-12 * solids.front();
    return is_void ? space * material_density(library, "water") : 0.0;
}

/// Mass (kg) of a coating: its chains where their number and molar mass are known, a full shell for
/// membranes; else 0 with a note.
double coating_mass(const Coating& coating, const CoatingProperties& c, double area,
                    matter::Library& library, Properties& p) {
    const auto molar_mass = library.find("materials", coating.material, "molar_mass");
    if (c.chains > 0.0 && molar_mass) return c.chains * *molar_mass / avogadro;
    if (coating.attachment == "membrane" && c.thickness > 0.0)
        return area * c.thickness * material_density(library, coating.material);
    p.notes.push_back(fmt::format("mass of coating '{}' left out: {} unknown", coating.material,
                                  c.chains > 0.0 ? "its molar mass is" : "its chain density is"));
    return 0.0;
}

double add_coatings(const Formulation& f, matter::Library& library, Properties& p) {
    double mass = 0.0;
    for (const Coating& coating : f.coatings) {
        library.require("materials", coating.material, {});
        CoatingProperties c;
        c.material = coating.material;
        c.chains = coating.density.value_or(0.0) * p.surface_area;
        c.thickness = coating.thickness.value_or(0.0);
        if (!coating.thickness && !f.hydrodynamic_diameter)
            p.notes.push_back(fmt::format(
                "thickness of coating '{}' is not given: the hydrodynamic diameter leaves it out",
                coating.material));
        c.mass = coating_mass(coating, c, p.surface_area, library, p);
        mass += c.mass;
        p.coating_chains += c.chains;
        p.coatings.push_back(std::move(c));
    }
    return mass;
}

/// Volume (m3) in which a payload's concentration counts.
double place_volume(const Formulation& f, const Payload& payload, const Properties& p,
                    const std::vector<LayerGeometry>& stack) {
    const auto* cage = std::get_if<Cage>(&f.shape.form);
    if (payload.place == "pores") return p.pore_volume;
    if (payload.place == "interior") return p.volume;
    if (payload.place == "layer" || payload.place == "bilayer") {
        double shells = 0.0;
        for (std::size_t i = 1; i < stack.size(); ++i) shells += stack[i].volume;
        return shells;
    }
    if (payload.place == "core" && cage) return std::pow(cage->edge - 2.0 * cage->wall, 3);
    if (payload.place == "core") return stack.front().volume;
    reject(fmt::format("payload '{}' sits on the surface and has a concentration", payload.agent),
           "loading or count");
}

double payload_from_volume(const Formulation& f, const Payload& payload, const Properties& p,
                           const std::vector<LayerGeometry>& stack) {
    const double volume = place_volume(f, payload, p, stack);
    if (volume <= 0.0)
        reject(fmt::format("payload '{}' is in the {}, of which the particle has none",
                           payload.agent, payload.place),
               "a place with a volume");
    return *payload.concentration * volume;
}

double sum_of_loadings(const Formulation& f) {
    double sum = 0.0;
    for (const Payload& payload : f.payloads) sum += payload.loading.value_or(0.0);
    if (sum >= 1.0)
        reject(
            fmt::format("the loadings of the payloads add up to {} kg/kg", format_number(sum, 4)),
            "less than 1");
    return sum;
}

void add_capacity(const Payload& payload, PayloadProperties& q, matter::Library& library,
                  const Properties& p) {
    if (payload.place != "pores") return;
    const double density =
        library.find("agents", payload.agent, "density").value_or(packed_drug_density);
    q.capacity = p.pore_volume * density;
    if (q.mass > q.capacity * (1.0 + 1e-9))
        reject(fmt::format("payload '{}' needs {} times the volume of the pores", payload.agent,
                           format_number(q.mass / q.capacity, 3)),
               fmt::format("at most {} fg per particle", format_number(q.capacity * 1e18, 4)),
               "a lower loading, more pores, or another place");
}

void set_amount(PayloadProperties& q, double amount) {
    q.amount = amount;
    q.molecules = amount * avogadro;
    q.mass = amount * q.molar_mass;
}

/// Payloads given by count or concentration; returns their mass (kg).
double add_counted_payloads(const Formulation& f, const std::vector<LayerGeometry>& stack,
                            matter::Library& library, Properties& p) {
    double mass = 0.0;
    for (const Payload& payload : f.payloads) {
        PayloadProperties q;
        q.agent = payload.agent;
        q.place = payload.place;
        q.molar_mass = library.value("agents", payload.agent, "molar_mass");
        if (p.is_particle()) {
            if (payload.count) set_amount(q, *payload.count / avogadro);
            if (payload.concentration) set_amount(q, payload_from_volume(f, payload, p, stack));
            if (!payload.count && !payload.concentration && !payload.loading)
                p.notes.push_back(fmt::format("amount of payload '{}' is not given", q.agent));
        }
        mass += q.mass;
        p.payloads.push_back(std::move(q));
    }
    return mass;
}

/// Payloads given by their part of the dry mass of the loaded particle (kg).
void add_loaded_payloads(const Formulation& f, double dry_mass, matter::Library& library,
                         Properties& p) {
    for (std::size_t i = 0; i < f.payloads.size(); ++i) {
        PayloadProperties& q = p.payloads[i];
        if (f.payloads[i].loading) set_amount(q, *f.payloads[i].loading * dry_mass / q.molar_mass);
        p.payload_mass += q.mass;
        add_capacity(f.payloads[i], q, library, p);
    }
}

/// Dry mass (kg) without coatings from the measured density of the whole particle.
double dry_mass_from_density(const Formulation& f, const Properties& p) {
    const double dry = *f.density * p.volume - p.water_mass;
    if (dry <= 0.0)
        reject(fmt::format("a density of {} g/mL leaves no mass beside the water of the particle",
                           format_number(from_si(*f.density, "g/mL"), 4)),
               "a larger density");
    return dry;
}

void add_masses(const Formulation& f, const std::vector<LayerGeometry>& stack, double coatings,
                matter::Library& library, Properties& p) {
    const double loadings = sum_of_loadings(f);
    const double counted = add_counted_payloads(f, stack, library, p);
    double dry = 0.0;  // of the loaded particle
    if (f.density) {
        dry = dry_mass_from_density(f, p) + coatings;
        p.carrier_mass = (1.0 - loadings) * dry - counted;
        if (p.carrier_mass <= 0.0)
            reject("the measured density leaves no mass beside the payload", "a larger density");
    } else {
        p.carrier_mass = coatings;
        for (const LayerProperties& layer : p.layers) p.carrier_mass += layer.dry_mass;
        dry = (p.carrier_mass + counted) / (1.0 - loadings);
    }
    if (loadings > 0.0 && p.carrier_mass <= 0.0)
        reject("a loading needs a carrier with dry mass", "count or concentration");
    add_loaded_payloads(f, dry, library, p);
    p.particle_mass = p.carrier_mass + p.water_mass + p.payload_mass;
    p.density = (p.particle_mass - coatings) / p.volume;
    p.particle_molar_mass = p.particle_mass * avogadro;
}

void require_dissolved(const Formulation& f, matter::Library& library, Properties& p) {
    for (const Payload& payload : f.payloads)
        if (payload.loading || payload.count || payload.concentration)
            reject(fmt::format("payload '{}' has an amount per particle, but there are no layers",
                               payload.agent),
                   "at least one layer, or no amount (a dissolved drug)");
    if (!f.coatings.empty()) reject("a coating needs a particle", "at least one layer");
    add_counted_payloads(f, {}, library, p);
}

void set_hydrodynamic_diameter(const Formulation& f, double growth, Properties& p) {
    const double bare = hydrodynamic_diameter(f.shape.form, growth);
    if (f.hydrodynamic_diameter && *f.hydrodynamic_diameter < bare)
        p.notes.emplace_back("the measured hydrodynamic diameter is smaller than the layers");
    double thickness = 0.0;
    for (const CoatingProperties& coating : p.coatings) thickness += coating.thickness;
    p.hydrodynamic_diameter = f.hydrodynamic_diameter.value_or(bare + 2.0 * thickness);
}

void define(matter::Library& library, const MaterialDefinition& material, std::string_view property,
            double si, std::string_view unit) {
    matter::Fact fact;
    fact.name = material.name;
    fact.property = property;
    fact.si = si;
    fact.value = from_si(si, unit);
    fact.unit = unit;
    fact.source = material.source.empty() ? "given in the formulation" : material.source;
    fact.licence = "input";
    fact.status = matter::Status::measured;
    library.define("materials", std::move(fact));
}

}  // namespace

void define_materials(const Formulation& formulation, matter::Library& library) {
    for (const MaterialDefinition& material : formulation.materials) {
        if (material.density) define(library, material, "density", *material.density, "g/mL");
        if (material.molar_mass)
            define(library, material, "molar_mass", *material.molar_mass, "g/mol");
    }
}

Properties compute_properties(const Formulation& f, matter::Library& library) {
    Properties p;
    require_layers_of_inclusions(f);
    const std::vector<LayerGeometry> stack = stack_layers(f);
    if (stack.empty()) {
        require_dissolved(f, library, p);
        return p;
    }
    const double growth = stack.back().growth;
    p.outer_diameter = largest_extent(f.shape.form, growth);
    p.volume = enclosed_volume(f.shape.form, growth);
    p.surface_area = outer_surface(f.shape.form, growth);
    add_layers(f, stack, library, p);
    p.water_mass += void_water(f, library);
    const double coatings = add_coatings(f, library, p);
    set_hydrodynamic_diameter(f, growth, p);
    add_masses(f, stack, coatings, library, p);
    return p;
}

std::optional<double> particle_concentration(const Formulation& f, const Properties& p) {
    if (f.dose_form.particle_concentration) return f.dose_form.particle_concentration;
    if (!f.dose_form.concentration || !p.is_particle()) return std::nullopt;
    const double mass = p.payloads.empty() ? p.carrier_mass : p.payloads.front().mass;
    if (mass <= 0.0) return std::nullopt;
    return *f.dose_form.concentration / mass;
}

DoseProperties compute_dose(const Formulation& f, const Properties& p, double particles) {
    DoseProperties dose{
        particles, particles * p.carrier_mass, particles * p.surface_area, particles * p.volume, {},
        {}};
    if (const auto concentration = particle_concentration(f, p)) {
        dose.suspension_volume = particles / *concentration;
        dose.volume_fraction = *concentration * p.volume;
    }
    return dose;
}

double particles_for_agent_mass(const Properties& p, std::string_view agent, double mass) {
    double carried = 0.0;
    bool found = false;
    std::vector<std::string_view> agents;
    for (const PayloadProperties& payload : p.payloads) {
        agents.push_back(payload.agent);
        if (payload.agent != agent) continue;
        found = true;
        carried += payload.mass;
    }
    if (!found)
        reject(fmt::format("the particle does not carry '{}'", agent),
               agents.empty() ? "" : fmt::format("{}", fmt::join(agents, ", ")),
               did_you_mean(agent, agents));
    if (carried <= 0.0)
        reject(fmt::format("how much '{}' a particle carries is not known", agent),
               "loading, count or concentration of the payload");
    return mass / carried;
}

}  // namespace caravel::formulation
