#include "caravel/formulation/cards/light_model.hpp"
#include "caravel/formulation/layering.hpp"
#include "caravel/formulation/optics/dipoles_orientation.hpp"
#include "caravel/formulation/optics/lanczos.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>

namespace caravel::formulation {
namespace {

using optics::CrossSections;
using optics::LatticeShape;

constexpr double quick_cells = 20.0;       // along the longest side, a fifth of a second
constexpr double least_quick_cells = 5.0;  // over the thinnest part
constexpr double most_cells = 80.0;        // along the longest side, with dipoles allowed
constexpr double janus_cells = 20.0;       // full wave: along the diameter
constexpr std::size_t janus_wavelengths = 16;
constexpr int target_count = 8;

double longest_side(const ShapeVariant& form) { return largest_extent(form, 0.0); }

LatticeShape on_lattice(const ShapeVariant& form, double spacing) {
    if (const auto* s = std::get_if<Cube>(&form)) return optics::lattice_cube(s->edge, spacing);
    if (const auto* s = std::get_if<Cage>(&form))
        return optics::lattice_cage(s->edge, s->wall, 0.0, spacing);
    const auto& s = std::get<Star>(form);
    return optics::lattice_star(s.core_diameter, s.branches, s.branch_length,
                                s.branch_base_diameter, spacing);
}

/// Length (m) along the box of the lattice, and its thinnest part.
std::pair<double, double> sides(const ShapeVariant& form) {
    if (const auto* s = std::get_if<Cube>(&form)) return {s->edge, s->edge};
    if (const auto* s = std::get_if<Cage>(&form)) return {s->edge, s->wall};
    return {longest_side(form), std::get<Star>(form).branch_base_diameter};
}

double choose_spacing(const CardContext& c) {
    const auto [longest, thinnest] = sides(c.formulation.shape.form);
    const double quick = longest / quick_cells;
    if (thinnest / quick >= least_quick_cells) return quick;
    if (!c.options.dipoles)
        throw NotAvailable(fmt::format(
            "needs --dipoles: a quick lattice puts {:.2g} cells over the thinnest part, at least "
            "{} are needed",
            thinnest / quick, least_quick_cells));
    return std::max(thinnest / optics::least_cells_over_thinnest, longest / most_cells);
}

/// What the model's functions keep.
struct Lattice {
    optics::SpectralResponse response;
    LightMatter matter;
    CoatedMedium around;
    matter::RefractiveIndex medium = matter::RefractiveIndex::constant(1.0, "");

    double host(double wavelength, double shift) const {
        return around.index(wavelength, medium(wavelength).real() + shift);
    }
};

std::vector<CrossSections> spectrum(const Lattice& l, std::span<const double> wavelengths,
                                    double shift) {
    std::vector<CrossSections> result;
    for (const double wavelength : wavelengths) {
        const double host = l.host(wavelength, shift);
        const auto eps = l.matter.permittivity(wavelength, host) / (host * host);
        result.push_back(
            l.response.cross_sections(eps, 2.0 * std::numbers::pi * host / wavelength));
    }
    return result;
}

/// Permittivities that the Lanczos run shall serve: over the covered part of the spectrum.
std::vector<std::complex<double>> targets(const Lattice& l, const LightRange& range) {
    constexpr double shortest = 400e-9, longest = 1100e-9;
    const double from = std::clamp(shortest, range.shortest, range.longest);
    const double to = std::clamp(longest, range.shortest, range.longest);
    std::vector<std::complex<double>> list;
    for (int i = 0; i < target_count; ++i) {
        const double wavelength = from + (to - from) * i / (target_count - 1.0);
        const double host = l.host(wavelength, 0.0);
        list.push_back(l.matter.permittivity(wavelength, host) / (host * host));
    }
    return list;
}

void add_coats(const CardContext& c, CoatedMedium& around, LightModel& model) {
    const auto& layers = c.properties.layers;
    if (layers.size() < 2) return;
    around.core_volume = enclosed_volume(c.formulation.shape.form, 0.0);
    for (std::size_t i = 1; i < layers.size(); ++i) {
        around.coats.push_back(layer_matter(c, i, 1.0));
        around.volumes.push_back(layers[i].volume);
    }
    model.method +=
        "; coats as the uniform medium with the resonance of a coated sphere (approximation)";
}

double electron_path(const CardContext& c) {
    const ShapeVariant& form = c.formulation.shape.form;
    if (const auto* s = std::get_if<Cage>(&form)) return s->wall;
    return optics::mean_electron_path(enclosed_volume(form, 0.0), outer_surface(form, 0.0));
}

/// The dipole answer holds up to a size parameter: shorter wavelengths are not covered.
void limit_size(const Lattice& l, LightModel& model) {
    const double medium =
        l.medium(std::clamp(600e-9, l.medium.shortest(), l.medium.longest())).real();
    const double shortest = 2.0 * std::numbers::pi * medium * l.response.half_extent /
                            optics::largest_quasi_static_size;
    if (shortest <= model.range.shortest) return;
    model.range.shortest = shortest;
    model.range.shortest_by =
        fmt::format("the quasi-static method: k times half the side at most {}",
                    optics::largest_quasi_static_size);
}

LightModel quasi_static_model(const CardContext& c) {
    auto l = std::make_shared<Lattice>();
    LightModel model;
    model.method =
        "quasi-static discrete dipoles (spectral Lanczos) with radiation damping, random "
        "orientation";
    l->matter = layer_matter(c, 0, electron_path(c));
    l->medium = medium_refractive_index(c.formulation, c.library);
    add_coats(c, l->around, model);
    std::vector<LightMatter> matters{l->matter};
    matters.insert(matters.end(), l->around.coats.begin(), l->around.coats.end());
    describe_matter(model, matters, l->medium);
    const LatticeShape shape = on_lattice(c.formulation.shape.form, choose_spacing(c));
    exec::ThreadTeam team(c.options.threads);
    optics::QuasiStaticOptions options;
    options.targets = targets(*l, model.range);
    options.tolerance = 1e-3;
    l->response = optics::quasi_static_response(shape.shape, shape.spacing, options, team);
    limit_size(*l, model);
    double convergence = 0.0;
    for (const auto eps : options.targets)
        convergence = std::max(convergence, l->response.convergence(eps));
    model.validity =
        fmt::format("{:.2g} cells over the thinnest part (10 advised), series settled to {:.1g}",
                    shape.thinnest_cells, convergence);
    model.has_anisotropy = false;
    model.equal_radius = std::cbrt(shape.volume * 0.75 / std::numbers::pi);
    model.cross_sections = [l](std::span<const double> w, double shift) {
        return spectrum(*l, w, shift);
    };
    return model;
}

/// Two materials on one lattice.
struct TwoFaces {
    LatticeShape shape;
    LightMatter first, second;
    matter::RefractiveIndex medium = matter::RefractiveIndex::constant(1.0, "");
    int threads = 1;
};

std::vector<CrossSections> full_wave_spectrum(const TwoFaces& t,
                                              std::span<const double> wavelengths, double shift) {
    exec::ThreadTeam team(t.threads);
    const auto waves = optics::orientation_waves(t.shape.shape, optics::OrientationRule::axes);
    optics::FullWaveOptions options;
    options.residual = 1e-4;
    std::vector<CrossSections> result;
    for (const double wavelength : wavelengths) {
        const double medium = t.medium(wavelength).real() + shift;
        const std::vector<std::complex<double>> index{
            optics::refractive_index(t.first.permittivity(wavelength, medium)) / medium,
            optics::refractive_index(t.second.permittivity(wavelength, medium)) / medium};
        optics::FullWaveSolver solver(t.shape.shape, t.shape.spacing,
                                      2.0 * std::numbers::pi * medium / wavelength, team);
        result.push_back(
            optics::orientation_average(solver, index, waves, options, {}).cross_sections);
    }
    return result;
}

LightModel janus_model(const CardContext& c) {
    if (!c.options.dipoles)
        throw NotAvailable("needs --dipoles: a Janus particle has no solver of seconds");
    if (c.formulation.layers.size() > 2)
        throw NotAvailable("coats on a Janus particle are not in the dipole model");
    const auto& shape = std::get<Janus>(c.formulation.shape.form);
    auto t = std::make_shared<TwoFaces>();
    const double path = 2.0 * shape.diameter / 3.0;
    t->first = layer_matter(c, 0, path * shape.first_fraction);
    t->second = layer_matter(c, 1, path * (1.0 - shape.first_fraction));
    t->medium = medium_refractive_index(c.formulation, c.library);
    t->threads = c.options.threads;
    t->shape =
        optics::lattice_janus(shape.diameter, shape.first_fraction, shape.diameter / janus_cells);
    LightModel model;
    model.method = "full-wave discrete dipoles, six incident directions";
    model.validity =
        fmt::format("{:.2g} cells over the thinnest part (10 advised)", t->shape.thinnest_cells);
    const std::vector<LightMatter> matters{t->first, t->second};
    describe_matter(model, matters, t->medium);
    model.most_wavelengths = janus_wavelengths;
    model.equal_radius = 0.5 * shape.diameter;
    model.cross_sections = [t](std::span<const double> w, double shift) {
        return full_wave_spectrum(*t, w, shift);
    };
    return model;
}

}  // namespace

LightModel lattice_model(const CardContext& c) {
    return std::holds_alternative<Janus>(c.formulation.shape.form) ? janus_model(c)
                                                                   : quasi_static_model(c);
}

}  // namespace caravel::formulation
