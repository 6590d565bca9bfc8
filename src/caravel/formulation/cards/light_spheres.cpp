#include "caravel/formulation/cards/light_spheres.hpp"

#include "caravel/formulation/layering.hpp"
#include "caravel/formulation/optics/layered_sphere.hpp"
#include "caravel/formulation/optics/mie_batch.hpp"
#include "caravel/formulation/optics/mie_setup.hpp"
#include "caravel/formulation/optics/sphere_near_field.hpp"
#include "caravel/formulation/size_distribution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>

namespace caravel::formulation {
namespace {

using optics::CrossSections;

constexpr int batch_layers = 4;
constexpr int ensemble_nodes = 12;

/// Everything a spectrum needs, kept by the model's functions.
struct Spheres {
    std::vector<SphereLayer> layers;
    matter::RefractiveIndex medium = matter::RefractiveIndex::constant(1.0, "");
    std::vector<SizeNode> nodes;  // diameters relative to the nominal one
    int threads = 1;
};

double wave_number(double medium, double wavelength) {
    return 2.0 * std::numbers::pi * medium / wavelength;
}

/// The spheres of one node at all wavelengths, layer by layer.
struct Columns {
    std::vector<double> size, real, imag;
};

/// The series has limits; the first wavelength that breaks one is named.
void require_series(double size, double wavelength) {
    if (size <= optics::mie::largest_size_parameter) return;
    throw NotAvailable(
        fmt::format("size parameter {:.4g} at {:.6g} nm: Mie series go to at most {}", size,
                    wavelength * 1e9, optics::mie::largest_size_parameter));
}

Columns columns(const Spheres& s, std::span<const double> wavelengths, double shift, double scale) {
    Columns c;
    for (const SphereLayer& layer : s.layers)
        for (const double wavelength : wavelengths) {
            const double medium = s.medium(wavelength).real() + shift;
            const auto m =
                optics::refractive_index(layer.matter.permittivity(wavelength, medium, scale)) /
                medium;
            c.size.push_back(wave_number(medium, wavelength) * layer.outer_radius * scale);
            require_series(c.size.back(), wavelength);
            c.real.push_back(m.real());
            c.imag.push_back(m.imag());
        }
    return c;
}

std::vector<CrossSections> in_batch(const Columns& c, int layers, std::size_t count, double radius,
                                    exec::ThreadTeam& team) {
    std::vector<double> ext(count), sca(count), abs(count), g(count);
    optics::layered_spheres(team, {layers, c.size, c.real, c.imag}, {ext, sca, abs, {}, g});
    const double area = std::numbers::pi * radius * radius;
    std::vector<CrossSections> result;
    for (std::size_t i = 0; i < count; ++i)
        result.push_back({area * ext[i], area * sca[i], area * abs[i], g[i]});
    return result;
}

std::vector<CrossSections> one_by_one(const Columns& c, std::size_t layers, std::size_t count,
                                      double radius) {
    const double area = std::numbers::pi * radius * radius;
    std::vector<CrossSections> result;
    std::vector<double> size(layers);
    std::vector<std::complex<double>> index(layers);
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t l = 0; l < layers; ++l) {
            size[l] = c.size[l * count + i];
            index[l] = {c.real[l * count + i], c.imag[l * count + i]};
        }
        const auto q = optics::layered_sphere(size, index);
        result.push_back(
            {area * q.extinction, area * q.scattering, area * q.absorption, q.anisotropy});
    }
    return result;
}

std::vector<CrossSections> spectrum(const Spheres& s, std::span<const double> wavelengths,
                                    double shift) {
    exec::ThreadTeam team(s.threads);
    const std::size_t count = wavelengths.size();
    std::vector<CrossSections> mean(count);
    for (const SizeNode& node : s.nodes) {
        const Columns c = columns(s, wavelengths, shift, node.diameter);
        const double radius = s.layers.back().outer_radius * node.diameter;
        const auto one = s.layers.size() <= batch_layers
                             ? in_batch(c, static_cast<int>(s.layers.size()), count, radius, team)
                             : one_by_one(c, s.layers.size(), count, radius);
        for (std::size_t i = 0; i < count; ++i) {
            mean[i].extinction += node.weight * one[i].extinction;
            mean[i].scattering += node.weight * one[i].scattering;
            // Without loss the sums leave rounding of either sign.
            mean[i].absorption += node.weight * std::max(0.0, one[i].absorption);
            mean[i].anisotropy += node.weight * one[i].scattering * one[i].anisotropy;
        }
    }
    for (CrossSections& m : mean)
        m.anisotropy = m.scattering > 0.0 ? m.anisotropy / m.scattering : 0.0;
    return mean;
}

LightField surface_field(const Spheres& s, double wavelength) {
    const Columns c = columns(s, std::span(&wavelength, 1), 0.0, 1.0);
    std::vector<std::complex<double>> index;
    for (std::size_t l = 0; l < s.layers.size(); ++l) index.emplace_back(c.real[l], c.imag[l]);
    const optics::SphereField field(c.size, index);
    return {field.mean_intensity(c.size.back()), field.mean_squared_intensity(c.size.back())};
}

/// Mean electron path in a layer between two radii (m): 4 V/S of a core, the thickness of a shell.
double electron_path(double inner, double outer) {
    return inner > 0.0 ? outer - inner : 4.0 * outer / 3.0;
}

/// Further layers of the formulation on top of those that the shape fixes.
void add_outer_layers(const CardContext& c, double radius, std::size_t first,
                      std::vector<SphereLayer>& layers) {
    const auto stack = stack_layers(c.formulation);
    double inner = layers.empty() ? 0.0 : layers.back().outer_radius;
    for (std::size_t i = first; i < stack.size(); ++i) {
        const double outer = radius + stack[i].growth;
        layers.push_back({outer, layer_matter(c, i, electron_path(inner, outer))});
        inner = outer;
    }
}

void add_walls(const CardContext& c, const Vesicle& v, std::vector<SphereLayer>& layers) {
    double outer = 0.5 * v.diameter;
    std::vector<SphereLayer> inwards;
    for (std::int64_t i = 0; i < v.walls; ++i) {
        inwards.push_back({outer, layer_matter(c, 0, v.wall)});
        outer -= v.wall;
        inwards.push_back({outer, plain_matter(c, "water", outer)});
        outer -= v.water_gap;
    }
    layers.assign(inwards.rbegin(), inwards.rend());
}

/// Radius and matter of the layers that the shape itself fixes.
double add_shape(const CardContext& c, std::vector<SphereLayer>& layers, std::string& method) {
    const ShapeVariant& form = c.formulation.shape.form;
    if (std::holds_alternative<Sphere>(form)) return 0.0;
    if (const auto* v = std::get_if<Vesicle>(&form)) {
        add_walls(c, *v, layers);
        return 0.5 * v->diameter;
    }
    if (const auto* k = std::get_if<Cluster>(&form)) {
        const double radius = 0.5 * largest_extent(form, 0.0);
        LightMatter grains = layer_matter(c, 0, 2.0 * k->grain_diameter / 3.0);
        grains.in_medium = std::min(1.0, solid_volumes(form).front() / enclosed_volume(form, 0.0));
        layers.push_back({radius, std::move(grains)});
        method = fmt::format(
            "Mie with the cluster as one sphere of the Maxwell-Garnett mixture, volume fraction "
            "{:.3g} "
            "(approximation: touching grains couple more strongly)",
            layers.back().matter.in_medium);
        return radius;
    }
    const double radius = 0.5 * largest_extent(form, 0.0);
    layers.push_back({radius, layer_matter(c, 0, electron_path(0.0, radius))});
    method = "Mie with the core as a uniform sphere (approximation)";
    const LayerProperties& matter = c.properties.layers.front();
    if (matter.hydration_volume <= 0.0) return radius;
    LightMatter& branches = layers.back().matter;
    branches.in_medium = 1.0 - matter.hydration_volume / matter.volume;
    method = fmt::format(
        "Mie with the branches in medium as a uniform sphere of the Maxwell-Garnett mixture, "
        "volume "
        "fraction {:.3g} (approximation)",
        branches.in_medium);
    return radius;
}

void spread_sizes(const CardContext& c, Spheres& s, LightModel& model) {
    const double index = c.formulation.polydispersity_index;
    s.nodes = {{1.0, 1.0}};
    if (!(index > 0.0)) return;
    const double spread = std::sqrt(std::log1p(index));  // of the logarithm
    s.nodes = log_normal_sizes(1.0, spread, ensemble_nodes);
    model.mass_factor = 0.0;
    for (const auto& node : s.nodes) model.mass_factor += node.weight * std::pow(node.diameter, 3);
    model.method += fmt::format(
        "; log-normal sizes, geometric deviation {:.3f} from the polydispersity index, all layers "
        "in proportion, {} nodes",
        std::exp(spread), ensemble_nodes);
}

}  // namespace

LightModel layered_model(const CardContext& c, std::vector<SphereLayer> layers,
                         std::string method) {
    constexpr std::size_t most_layers = 200;
    if (layers.size() > most_layers)
        throw NotAvailable(fmt::format("{} layers and walls are too many for a card: at most {}",
                                       layers.size(), most_layers));
    auto s = std::make_shared<Spheres>();
    s->layers = std::move(layers);
    s->medium = medium_refractive_index(c.formulation, c.library);
    s->threads = c.options.threads;
    LightModel model;
    model.method = std::move(method);
    spread_sizes(c, *s, model);
    std::vector<LightMatter> matters;
    for (const SphereLayer& layer : s->layers) matters.push_back(layer.matter);
    describe_matter(model, matters, s->medium);
    model.equal_radius = s->layers.back().outer_radius;
    model.validity_at = [s](double wavelength) {
        return fmt::format(
            "size parameter {:.3g} at {:.6g} nm",
            wave_number(s->medium(wavelength).real(), wavelength) * s->layers.back().outer_radius,
            wavelength * 1e9);
    };
    model.cross_sections = [s](std::span<const double> w, double shift) {
        return spectrum(*s, w, shift);
    };
    model.field = [s](double wavelength) { return surface_field(*s, wavelength); };
    model.field_method = "Mie field on the outer surface of the nominal size";
    return model;
}

LightModel sphere_model(const CardContext& c) {
    std::vector<SphereLayer> layers;
    std::string method;
    const double radius = add_shape(c, layers, method);
    add_outer_layers(c, radius, static_cast<std::size_t>(layers_in_shape(c.formulation.shape.form)),
                     layers);
    if (method.empty())
        method = fmt::format("Mie, {} layer{}", layers.size(), layers.size() == 1 ? "" : "s");
    return layered_model(c, std::move(layers), std::move(method));
}

LightModel touching_satellites_model(const CardContext& c) {
    const auto& shape = std::get<CoreSatellite>(c.formulation.shape.form);
    const double core = 0.5 * shape.core_diameter;
    std::vector<SphereLayer> layers{{core, layer_matter(c, 0, electron_path(0.0, core))}};
    double inner = core;
    if (shape.gap > 0.0) {
        inner += shape.gap;
        layers.push_back({inner, layer_matter(c, 1, 1.0)});
        layers.back().matter.in_medium = 0.0;
    }
    const double outer = inner + shape.satellite_diameter;
    layers.push_back({outer, layer_matter(c, 1, 2.0 * shape.satellite_diameter / 3.0)});
    const double shell = 4.0 / 3.0 * std::numbers::pi * (std::pow(outer, 3) - std::pow(inner, 3));
    layers.back().matter.in_medium =
        std::min(1.0, solid_volumes(c.formulation.shape.form)[1] / shell);
    const std::string method = fmt::format(
        "Mie with the satellites as a shell of the Maxwell-Garnett mixture, volume fraction {:.3g} "
        "(approximation: no hot spots between core and satellites)",
        layers.back().matter.in_medium);
    add_outer_layers(c, outer, 2, layers);
    LightModel model = layered_model(c, std::move(layers), method);
    model.field = nullptr;
    model.no_field = touching_satellites_refusal(c);
    return model;
}

}  // namespace caravel::formulation
