#include "caravel/formulation/properties.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/base/suggest.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/formulation/hydrodynamics.hpp"
#include "caravel/formulation/layering.hpp"
#include "caravel/formulation/payload_masses.hpp"
#include "caravel/matter/refractive_index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <set>
#include <utility>

namespace caravel::formulation {
namespace {

[[noreturn]] void reject(std::string what, std::string expected = "", std::string hint = "") {
    throw InputError(Diagnostic{{}, std::move(what), std::move(expected), std::move(hint)});
}

/// A material that the formulation brings along without a density weighs nothing that is known:
/// its name is kept in `unknown`, unless masses are required.
struct Densities {
    const Formulation& formulation;
    matter::Library& library;
    Masses masses;
    std::vector<std::string>& unknown;

    double operator()(const std::string& material) const {
        const auto& own = formulation.materials;
        const bool brought = std::any_of(own.begin(), own.end(), [&](const MaterialDefinition& m) {
            return m.name == material && !m.density;
        });
        if (masses == Masses::where_known && brought &&
            !library.find("materials", material, "density")) {
            if (std::find(unknown.begin(), unknown.end(), material) == unknown.end())
                unknown.push_back(material);
            return 0.0;
        }
        return library.value("materials", material, "density");
    }
};

/// What sits inside one layer.
struct Inclusions {
    double volume = 0.0;  // m3
    double mass = 0.0;    // kg
};

/// Inclusions of layer i; equal spheres at random fill at most 64 % of it.
Inclusions inclusions_of(const Formulation& f, std::size_t i, double layer_volume,
                         const Densities& density) {
    constexpr double densest = 0.64;
    Inclusions sum;
    for (const Inclusion& inclusion : f.inclusions) {
        if (static_cast<std::size_t>(inclusion.layer) != i + 1) continue;
        const double volume = static_cast<double>(inclusion.count) * std::numbers::pi / 6.0 *
                              std::pow(inclusion.diameter, 3);
        sum.volume += volume;
        sum.mass += volume * density(inclusion.material);
        if (sum.volume > densest * layer_volume * (1.0 + 1e-9))
            reject(fmt::format("the inclusions of {} take {} of its volume", layer_label(f, i),
                               format_number(sum.volume / layer_volume, 3)),
                   "at most 0.64 (random close packing)", "fewer or smaller inclusions");
    }
    return sum;
}

/// Every length of a description has bounds, but a thousand layers may still add up.
void require_extent(double diameter) {
    constexpr double largest = 2e-3;  // m, of a sphere of the largest radius
    if (diameter <= largest * (1.0 + 1e-9)) return;
    reject(fmt::format("the particle is {} nm wide", format_number(from_si(diameter, "nm"), 9)),
           "at most 2000000 nm (2 mm)");
}

void require_layers_of_inclusions(const Formulation& f) {
    for (const Inclusion& inclusion : f.inclusions)
        if (static_cast<std::size_t>(inclusion.layer) > f.layers.size())
            reject(fmt::format("inclusion '{}' is in layer {}, but there are {}",
                               inclusion.material, inclusion.layer, f.layers.size()),
                   "the number of a layer, from 1 at the centre");
}

/// Largest extent (m) of the matter up to and including layer i.
double extent_of_layer(const Formulation& f, std::size_t i, double growth) {
    const auto* satellites = std::get_if<CoreSatellite>(&f.shape.form);
    if (satellites != nullptr && i == 0) return satellites->core_diameter;
    return largest_extent(f.shape.form, growth);
}

/// Volume (m3) of the water between the branches of a dendrimer of known molar mass.
double branch_water(const Formulation& f, double volume, const Densities& density) {
    const auto molar_mass = ideal_dendrimer_molar_mass(f);
    if (!molar_mass || f.layers.front().porosity > 0.0) return 0.0;
    const double matter = *molar_mass / avogadro / density(f.layers.front().material);
    if (matter > volume * (1.0 + 1e-9))
        reject(fmt::format("{} kg/mol of PAMAM do not fit into the dendrimer",
                           format_number(*molar_mass, 4)),
               fmt::format("a diameter of at least {} nm",
                           format_number(1e9 * std::cbrt(6.0 * matter / std::numbers::pi), 3)));
    return std::max(0.0, volume - matter);
}

LayerProperties weigh_layer(const Formulation& f, std::size_t i, const LayerGeometry& geometry,
                            const Densities& density) {
    const Layer& layer = f.layers[i];
    LayerProperties l;
    l.material = layer.material;
    l.outer_diameter = extent_of_layer(f, i, geometry.growth);
    l.volume = geometry.volume;
    const Inclusions inside = inclusions_of(f, i, l.volume, density);
    l.inclusion_volume = inside.volume;
    l.pore_volume = layer.porosity * (l.volume - l.inclusion_volume);
    if (layer.pore_diameter) l.pore_surface = 4.0 * l.pore_volume / *layer.pore_diameter;
    if (i == 0) l.hydration_volume = branch_water(f, l.volume, density);
    const double matter = l.volume - l.inclusion_volume - l.pore_volume - l.hydration_volume;
    if (layer.material == "water") l.water_volume += matter;
    if (l.pore_volume > 0.0 && layer.filled_with == "water") l.water_volume += l.pore_volume;
    l.water_volume += l.hydration_volume;
    const double fill_mass = l.pore_volume > 0.0 ? l.pore_volume * density(layer.filled_with) : 0.0;
    const double hydration = l.hydration_volume > 0.0 ? l.hydration_volume * density("water") : 0.0;
    const double matter_mass = matter * density(layer.material);
    l.mass = matter_mass + fill_mass + inside.mass + hydration;
    const double water = (layer.material == "water" ? matter_mass : 0.0) +
                         (layer.filled_with == "water" ? fill_mass : 0.0) + hydration;
    l.dry_mass = l.mass - water;
    return l;
}

/// Adds the layers: volumes, masses, water.
void add_layers(const Formulation& f, const std::vector<LayerGeometry>& stack,
                const Densities& density, Properties& p) {
    for (std::size_t i = 0; i < stack.size(); ++i) {
        LayerProperties l = weigh_layer(f, i, stack[i], density);
        p.pore_surface += l.pore_surface;
        p.water_mass += l.mass - l.dry_mass;
        p.pore_volume += l.pore_volume;
        p.layers.push_back(std::move(l));
    }
}

/// Volume (m3) of the water in the space that the shape encloses but its matter leaves free (cages,
/// clusters, vesicles).
double void_volume(const Formulation& f) {
    const std::vector<double> solids = solid_volumes(f.shape.form);
    if (solids.empty()) return 0.0;
    const double space =
        enclosed_volume(f.shape.form, 0.0) - std::accumulate(solids.begin(), solids.end(), 0.0);
    return space > 1e-12 * solids.front() ? space : 0.0;
}

/// Mass (kg) of a coating: its chains where their number and molar mass are known, a full shell for
/// membranes; else 0 with a note.
double coating_mass(const Coating& coating, const CoatingProperties& c, double area,
                    matter::Library& library, Properties& p) {
    const auto molar_mass = library.find("materials", coating.material, "molar_mass");
    if (c.chains > 0.0 && molar_mass) return c.chains * *molar_mass / avogadro;
    if (coating.attachment == "membrane" && c.thickness > 0.0)
        return area * c.thickness * library.value("materials", coating.material, "density");
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

void require_dissolved(const Formulation& f, matter::Library& library, Properties& p) {
    for (const Payload& payload : f.payloads)
        if (payload.loading || payload.count || payload.concentration)
            reject(fmt::format("payload '{}' has an amount per particle, but there are no layers",
                               payload.agent),
                   "at least one layer, or no amount (a dissolved drug)");
    if (!f.coatings.empty()) reject("a coating needs a particle", "at least one layer");
    add_dissolved_payloads(f, library, p);
}

void set_hydrodynamic_diameter(const Formulation& f, double growth, Properties& p) {
    const double bare = hydrodynamic_diameter(f.shape.form, growth);
    constexpr double tolerated = 0.9;  // of the layers: two measurements of one particle differ
    if (f.hydrodynamic_diameter && *f.hydrodynamic_diameter < tolerated * bare)
        reject(fmt::format("hydrodynamic_diameter = {} nm is smaller than the layers",
                           format_number(from_si(*f.hydrodynamic_diameter, "nm"), 4)),
               fmt::format("at least the {} nm of the particle without coatings",
                           format_number(from_si(bare, "nm"), 4)));
    if (f.hydrodynamic_diameter && *f.hydrodynamic_diameter < bare)
        p.notes.emplace_back("the measured hydrodynamic diameter is smaller than the layers");
    double thickness = 0.0;
    for (const CoatingProperties& coating : p.coatings) thickness += coating.thickness;
    p.hydrodynamic_diameter = f.hydrodynamic_diameter.value_or(bare + 2.0 * thickness);
}

/// Ligands stand on the surface: refuses more than atoms could carry.
void require_ligands_fit(const Formulation& f, Properties& p) {
    constexpr double most = 10e18;    // 1/m2
    constexpr double crowded = 1e18;  // 1/m2, the footprint of a small ligand (assumed)
    for (const Ligand& ligand : f.ligands) {
        const double density = static_cast<double>(ligand.count) / p.surface_area;
        if (density > most)
            reject(fmt::format("{} ligands '{}' stand on {} nm2", ligand.count, ligand.molecule,
                               format_number(p.surface_area * 1e18, 4)),
                   fmt::format("at most {} (10 per nm2)", std::floor(most * p.surface_area)));
        if (density > crowded)
            p.notes.push_back(fmt::format(
                "ligand '{}' stands at {} per nm2; small ligands take about 1 nm2 each (assumed), "
                "proteins more",
                ligand.molecule, format_number(density * 1e-18, 3)));
    }
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
    fact.licence = matter::given_licence;
    fact.status = matter::Status::measured;
    library.define("materials", std::move(fact));
}

/// A table is read at once, so that a mistake in it is an error at its place and no reason why one
/// property among many is not given.
void check_index(const MaterialDefinition& material, const matter::Library& library) {
    if (material.table.ends_with(".csv"))
        matter::RefractiveIndex::table(material.table, material.table);
    else if (!material.table.empty())
        matter::find_refractive_index(library, material.table);
}

}  // namespace

void define_materials(const Formulation& formulation, matter::Library& library) {
    std::set<std::string_view> names;
    for (const MaterialDefinition& material : formulation.materials) {
        if (!names.insert(material.name).second)
            reject(fmt::format("material '{}' is given twice", material.name),
                   "one [[material]] of each name");
        check_index(material, library);
        if (material.density) define(library, material, "density", *material.density, "g/mL");
        if (material.molar_mass)
            define(library, material, "molar_mass", *material.molar_mass, "g/mol");
        // Makes the name known: what is missing is then a value and not the material.
        if (material.n) define(library, material, "refractive_index", *material.n, "1");
        if (!material.table.empty()) define(library, material, "refractive_table", 1.0, "1");
    }
}

std::optional<double> ideal_dendrimer_molar_mass(const Formulation& f) {
    // One branch cell of poly(amidoamine), CH2CH2CONHCH2CH2N, and the ethylene diamine core, from
    // the atomic weights (kg/mol).
    constexpr double cell = 114.147e-3;
    constexpr double core = 60.098e-3;
    const auto* dendrimer = std::get_if<Dendrimer>(&f.shape.form);
    if (dendrimer == nullptr || dendrimer->branching != 2 || f.layers.empty() ||
        f.layers.front().material != "PAMAM")
        return std::nullopt;
    const double cells =
        2.0 * surface_groups(*dendrimer) - static_cast<double>(dendrimer->core_branches);
    return core + cells * cell;
}

Properties compute_properties(const Formulation& f, matter::Library& library, Masses masses) {
    Properties p;
    define_materials(f, library);
    require_layers_of_inclusions(f);
    const std::vector<LayerGeometry> stack = stack_layers(f);
    if (stack.empty()) {
        require_dissolved(f, library, p);
        return p;
    }
    const double growth = stack.back().growth;
    p.outer_diameter = largest_extent(f.shape.form, growth);
    require_extent(p.outer_diameter);
    p.volume = enclosed_volume(f.shape.form, growth);
    p.surface_area = outer_surface(f.shape.form, growth);
    const Densities density{f, library, masses, p.unknown_densities};
    add_layers(f, stack, density, p);
    p.void_water_volume = void_volume(f);
    if (p.void_water_volume > 0.0) p.water_mass += p.void_water_volume * density("water");
    const double coatings = add_coatings(f, library, p);
    set_hydrodynamic_diameter(f, growth, p);
    require_ligands_fit(f, p);
    if (p.unknown_densities.empty())
        add_masses(f, coatings, library, p);
    else
        p.water_mass = 0.0;
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
