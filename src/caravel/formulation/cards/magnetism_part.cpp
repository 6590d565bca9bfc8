#include "caravel/formulation/cards/magnetism_part.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/sphere.hpp"
#include "caravel/formulation/hydrodynamics.hpp"
#include "caravel/formulation/layering.hpp"
#include "caravel/matter/water.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace caravel::formulation {
namespace {

constexpr double relaxivity_reference = 1.0;  // mol/m3, 1 mM of metal

bool is_magnetic(matter::Library& library, const std::string& material) {
    return library.table("magnetic").has(material);
}

[[noreturn]] void nothing_magnetic(const Formulation& f) {
    std::vector<std::string> names;
    for (const Layer& layer : f.layers) names.push_back(layer.material);
    for (const Inclusion& inclusion : f.inclusions) names.push_back(inclusion.material);
    std::string text =
        fmt::format("no magnetic material among the layers and inclusions ({})",
                    names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", ")));
    for (const Label& label : f.labels)
        if (label.name == "Fe" && !(label.count && f.magnetic && f.magnetic->diameter))
            text += "; the label 'Fe' needs a count and [magnetic] diameter to stand for grains";
    throw NotAvailable(text);
}

/// Grains embedded in the particle, described by a label of iron atoms.
bool use_label(const CardContext& c, MagneticPart& part) {
    const Formulation& f = c.formulation;
    for (const Label& label : f.labels) {
        if (label.name != "Fe" || !label.count || !f.magnetic || !f.magnetic->diameter) continue;
        part.material = "Fe3O4";
        part.diameter = *f.magnetic->diameter;
        const double per_metal = magnetism::molar_volume_of_metal(
            c.library.value("materials", part.material, "molar_mass"),
            c.library.value("materials", part.material, "density"),
            c.library.value("magnetic", part.material, "metal_ions_per_formula"));
        part.domains = *label.count / avogadro * per_metal / part.domain_volume();
        part.notes.emplace_back("the label 'Fe' is taken as iron in magnetite grains");
        return true;
    }
    return false;
}

/// Magnetic particles inside a layer; those of the same material and size count together.
bool use_inclusions(const CardContext& c, std::size_t& layer, MagneticPart& part) {
    const Formulation& f = c.formulation;
    const Inclusion* first = nullptr;
    double volume = 0.0;
    double count = 0.0;
    for (const Inclusion& i : f.inclusions) {
        if (!is_magnetic(c.library, i.material)) continue;
        if (first == nullptr) first = &i;
        if (i.material != first->material || i.diameter != first->diameter) {
            part.notes.push_back(
                fmt::format("only the magnetic inclusions of '{}' are computed", first->material));
            break;
        }
        count += static_cast<double>(i.count);
        volume += static_cast<double>(i.count) * sphere_volume(i.diameter);
        layer = std::max(layer, static_cast<std::size_t>(i.layer - 1));
    }
    if (first == nullptr) return false;
    part.material = first->material;
    part.diameter = first->diameter;
    part.domains = count;
    if (f.magnetic && f.magnetic->diameter) {
        part.diameter = *f.magnetic->diameter;
        part.domains = std::max(1.0, volume / part.domain_volume());
    }
    double inside = 0.0;
    for (std::size_t i = 0; i <= layer; ++i) inside += c.properties.layers[i].volume;
    part.sphere_diameter = sphere_diameter(inside);
    part.notes.emplace_back(
        "relaxivity: the magnetic inclusions are one sphere of the mean magnetisation, up to the "
        "outside of their layer, the water inside it left out");
    return true;
}

/// Volume (m3) and number of pieces of the magnetic layer.
struct Pieces {
    double volume = 0.0;
    double count = 1.0;
};

Pieces pieces_of(const CardContext& c, std::size_t layer) {
    const LayerProperties& l = c.properties.layers[layer];
    Pieces pieces{l.volume - l.pore_volume, 1.0};
    const ShapeVariant& form = c.formulation.shape.form;
    if (const auto* cluster = std::get_if<Cluster>(&form); cluster && layer == 0)
        pieces.count = static_cast<double>(cluster->grains);
    if (const auto* decorated = std::get_if<CoreSatellite>(&form); decorated && layer == 1)
        pieces.count = static_cast<double>(decorated->satellites);
    return pieces;
}

void use_layer(const CardContext& c, std::size_t layer, MagneticPart& part) {
    const Formulation& f = c.formulation;
    part.material = f.layers[layer].material;
    const Pieces pieces = pieces_of(c, layer);
    const bool in_shape = static_cast<int>(layer) < layers_in_shape(f.shape.form);
    const auto* cage = std::get_if<Cage>(&f.shape.form);
    if (f.magnetic && f.magnetic->diameter) {
        part.diameter = *f.magnetic->diameter;
        part.domains = std::max(1.0, pieces.volume / part.domain_volume());
        return;
    }
    if ((layer > 0 && !in_shape) || (cage != nullptr && layer == 0))
        throw InputError(Diagnostic{
            {},
            fmt::format("{} is a magnetic shell; its domains do not follow from its thickness",
                        layer_label(f, layer)),
            "[magnetic] diameter of one domain",
            ""});
    part.domains = pieces.count;
    part.diameter = sphere_diameter(pieces.volume / pieces.count);
    if (!std::holds_alternative<Sphere>(f.shape.form) && pieces.count == 1.0)
        part.notes.emplace_back(
            "the domain is taken as the sphere of the same volume; shape "
            "anisotropy only through [magnetic] anisotropy");
}

/// Diameter (m) of the sphere that water cannot enter, from the core outwards.
double closed_diameter(const CardContext& c, std::size_t first) {
    double closed = 0.0;
    const Formulation& f = c.formulation;
    for (std::size_t i = first; i < f.layers.size(); ++i) {
        if (f.layers[i].porosity > 0.0 || f.layers[i].material == "water") break;
        double volume = 0.0;
        for (std::size_t k = 0; k <= i; ++k) volume += c.properties.layers[k].volume;
        closed = sphere_diameter(volume);
    }
    return closed;
}

void set_water_sphere(const CardContext& c, std::size_t layer, MagneticPart& part) {
    const double magnetic = part.domains * part.domain_volume();
    part.sphere_diameter =
        std::max({part.sphere_diameter, sphere_diameter(magnetic), closed_diameter(c, layer)});
    const ShapeVariant& form = c.formulation.shape.form;
    if (std::holds_alternative<Cluster>(form) || std::holds_alternative<CoreSatellite>(form)) {
        const double whole = sphere_diameter(enclosed_volume(form, 0.0));
        part.sphere_diameter = std::max(part.sphere_diameter, whole);
        part.notes.emplace_back(
            "relaxivity: the cluster is one sphere of the mean magnetisation, the "
            "water inside it left out");
    }
    part.fill = std::min(1.0, magnetic / sphere_volume(part.sphere_diameter));
}

void set_constants(const CardContext& c, MagneticPart& part) {
    const magnetism::MagneticCore none;
    const magnetism::MagneticCore& given = c.formulation.magnetic ? *c.formulation.magnetic : none;
    CardFacts facts(c.library);
    part.spread = given.size_spread;
    part.saturation = facts.given_or(given.saturation_magnetisation, "magnetic", part.material,
                                     "saturation_magnetisation");
    part.moment_basis = facts.basis();
    part.anisotropy = facts.given_or(given.anisotropy, "magnetic", part.material, "anisotropy");
    part.attempt_time = facts.value("magnetic", part.material, "attempt_time");
    part.turning_basis = facts.basis();
    part.density = facts.value("materials", part.material, "density");
    part.metal_volume = magnetism::molar_volume_of_metal(
        facts.value("materials", part.material, "molar_mass"), part.density,
        facts.value("magnetic", part.material, "metal_ions_per_formula"));
    part.metal_basis = facts.basis();
}

/// Share of the volume of log-normal sizes in pieces above a diameter; by volume their median is
/// exp(3 sigma^2) times the one by number.
double volume_beyond(const MagneticPart& part, double diameter) {
    const double median = part.diameter * std::exp(3.0 * part.spread * part.spread);
    return 0.5 * std::erfc(std::log(diameter / median) / (part.spread * std::numbers::sqrt2));
}

void check_domain(const CardContext& c, const MagneticPart& part) {
    const auto limit = c.library.find("magnetic", part.material, "single_domain_diameter");
    if (limit && part.diameter > *limit)
        throw NotAvailable(fmt::format(
            "a {} nm piece of {} is no single domain: the limit is about {} nm (its domain walls "
            "are not modelled; give [magnetic] diameter if it is made of smaller grains)",
            format_number(part.diameter * 1e9, 3), part.material, format_number(*limit * 1e9, 3)));
    constexpr double most_beyond = 0.05;
    if (limit && part.spread > 0.0 && volume_beyond(part, *limit) > most_beyond)
        throw NotAvailable(fmt::format(
            "{} % of the volume is in pieces beyond the single-domain limit of {} nm: sigma {} "
            "around {} nm is too wide",
            format_number(100.0 * volume_beyond(part, *limit), 3), format_number(*limit * 1e9, 3),
            format_number(part.spread, 3), format_number(part.diameter * 1e9, 3)));
    const double curie = part.curie_temperature;
    if (part.temperature >= 0.9 * curie)
        throw NotAvailable(fmt::format(
            "{} K is within 10 % of the Curie temperature of {}, {} K; the magnetisation is the "
            "one at room temperature",
            format_number(part.temperature, 4), part.material, format_number(curie, 4)));
}

}  // namespace

double MagneticPart::domain_volume() const { return sphere_volume(diameter); }
double MagneticPart::moment() const { return saturation * domain_volume(); }

magnetism::Macrospin MagneticPart::macrospin() const {
    return {domain_volume(), hydrodynamic_volume, saturation, anisotropy,
            attempt_time,    viscosity,           temperature};
}

magnetism::Ensemble MagneticPart::ensemble(int classes) const {
    magnetism::Ensemble e;
    e.sizes = volume_log_normal_sizes(diameter, spread, classes);
    e.particle = macrospin();
    if (domains > 1.5)
        e.hydrodynamic_volume = hydrodynamic_volume;
    else
        e.shell = std::max(0.0, 0.5 * (caravel::sphere_diameter(hydrodynamic_volume) - diameter));
    return e;
}

double medium_viscosity(const CardContext& c) {
    const Medium& m = c.formulation.medium;
    return m.viscosity ? *m.viscosity : matter::water_viscosity(m.temperature);
}

double medium_water_diffusion(const CardContext& c) {
    const double temperature = c.formulation.medium.temperature;
    return matter::water_diffusion(temperature) * matter::water_viscosity(temperature) /
           medium_viscosity(c);
}

MagneticPart find_magnetic_part(const CardContext& c) {
    MagneticPart part;
    const Formulation& f = c.formulation;
    std::size_t layer = 0;
    while (layer < f.layers.size() && !is_magnetic(c.library, f.layers[layer].material)) ++layer;
    if (layer < f.layers.size()) {
        use_layer(c, layer, part);
    } else {
        std::size_t of_inclusions = 0;
        if (use_inclusions(c, of_inclusions, part))
            layer = of_inclusions;
        else if (!use_label(c, part))
            nothing_magnetic(f);
    }
    part.temperature = f.medium.temperature;
    part.conditions = f.conditions;
    part.curie_temperature = c.library.value("magnetic", part.material, "curie_temperature");
    set_constants(c, part);
    check_domain(c, part);
    set_water_sphere(c, std::min(layer, f.layers.size()), part);
    part.viscosity = medium_viscosity(c);
    part.water_diffusion = medium_water_diffusion(c);
    part.hydrodynamic_volume =
        std::max(sphere_volume(c.properties.hydrodynamic_diameter), part.domain_volume());
    return part;
}

CardRelaxivity part_relaxivity(const MagneticPart& part, double flux_density, double echo) {
    CardRelaxivity sum;
    const double field = flux_density / vacuum_permeability;
    const double magnetic_fraction = part.metal_volume * relaxivity_reference;
    const auto at = [&](double diameter) {
        const double scale = diameter / part.diameter;
        const magnetism::Macrospin spin = magnetism::particle_of(part.ensemble(1), diameter);
        magnetism::MomentStatistics s;
        s.xi = magnetism::langevin_argument(spin.volume, part.saturation, field, part.temperature);
        s.relaxation = magnetism::neel_time(part.attempt_time, magnetism::barrier(spin));
        s.domains = part.domains;
        s.moment = part.domains * part.saturation * spin.volume;
        const bool single = part.domains < 1.5;
        const magnetism::Relaxer relaxer{
            single ? part.sphere_diameter * scale : part.sphere_diameter,
            part.saturation * magnetism::langevin(s.xi) * part.fill, magnetic_fraction / part.fill,
            part.water_diffusion};
        return std::pair{relaxer, s};
    };
    for (const SizeNode& size : volume_log_normal_sizes(part.diameter, part.spread, 24)) {
        const auto [relaxer, statistics] = at(size.diameter);
        const magnetism::TransverseRates r =
            magnetism::transverse_rates(relaxer, statistics, flux_density, echo);
        sum.transverse += size.weight * r.spin_echo / relaxivity_reference;
        sum.free_decay += size.weight * r.free_decay / relaxivity_reference;
        sum.longitudinal += size.weight *
                            magnetism::longitudinal_rate(relaxer, statistics, flux_density) /
                            relaxivity_reference;
        sum.empirical +=
            size.weight *
            magnetism::empirical_transverse_relaxivity(relaxer.magnetisation, relaxer.diameter) /
            magnetic_fraction * relaxer.volume_fraction;
    }
    const auto [relaxer, statistics] = at(part.diameter);
    sum.median = magnetism::transverse_rates(relaxer, statistics, flux_density, echo);
    return sum;
}

}  // namespace caravel::formulation
