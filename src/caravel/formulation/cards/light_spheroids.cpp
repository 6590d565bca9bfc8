#include "caravel/formulation/cards/light_model.hpp"
#include "caravel/formulation/layering.hpp"
#include "caravel/formulation/optics/gans.hpp"
#include "caravel/formulation/optics/spheroid.hpp"
#include "caravel/formulation/optics/spheroid_near_field.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>

namespace caravel::formulation {
namespace {

using optics::CrossSections;
using optics::SpheroidAxes;

const optics::SpheroidOptions spectrum_accuracy{1e-5, 0, 0};
// Orders, and with them the time of one wavelength, grow with size and slenderness: spectra of
// such bodies are thinned.
constexpr double small_extent = 25e-9;  // m, half the longest axis
constexpr double large_extent = 250e-9;
constexpr double slim_aspect = 6.0;
constexpr std::size_t small_wavelengths = 176;  // every 4 nm of the default spectrum
constexpr std::size_t usual_wavelengths = 71;   // every 10 nm
constexpr std::size_t large_wavelengths = 36;   // every 20 nm

std::size_t affordable_wavelengths(const SpheroidAxes& axes) {
    const double longest = std::max(axes.polar, axes.equatorial);
    const double aspect = longest / std::min(axes.polar, axes.equatorial);
    if (longest > large_extent) return large_wavelengths;
    return longest > small_extent || aspect > slim_aspect ? usual_wavelengths : small_wavelengths;
}

/// What the model's functions keep.
struct Body {
    SpheroidAxes axes;
    std::vector<LightMatter> sheets;  // one, or those of a stack
    std::vector<double> parts;        // of the volume
    CoatedMedium around;
    matter::RefractiveIndex medium = matter::RefractiveIndex::constant(1.0, "");

    std::complex<double> permittivity(double wavelength, double host) const {
        std::complex<double> sum = 0.0;
        for (std::size_t i = 0; i < sheets.size(); ++i)
            sum += parts[i] * sheets[i].permittivity(wavelength, host);
        return sum;
    }
};

struct Wave {
    double wave_number = 0.0;  // 1/m, in the medium or what stands for it
    std::complex<double> index;
};

Wave wave_at(const Body& b, double wavelength, double shift) {
    const double medium = b.medium(wavelength).real() + shift;
    const double host = b.around.index(wavelength, medium);
    return {2.0 * std::numbers::pi * host / wavelength,
            optics::refractive_index(b.permittivity(wavelength, medium)) / host};
}

std::vector<CrossSections> spectrum(const Body& b, std::span<const double> wavelengths,
                                    double shift) {
    std::vector<CrossSections> result;
    for (const double wavelength : wavelengths) {
        const Wave w = wave_at(b, wavelength, shift);
        CrossSections o = optics::spheroid_cross_sections(b.axes.equatorial, b.axes.polar,
                                                          w.wave_number, w.index, spectrum_accuracy)
                              .average;
        o.absorption = std::max(0.0, o.absorption);  // without loss: rounding of either sign
        result.push_back(o);
    }
    return result;
}

LightField surface_field(const Body& b, double wavelength) {
    const Wave w = wave_at(b, wavelength, 0.0);
    const bool prolate = b.axes.polar >= b.axes.equatorial;
    const auto field = optics::spheroid_surface_field(
        b.axes.equatorial, b.axes.polar, w.wave_number, w.index,
        prolate ? optics::Incidence::field_along_axis : optics::Incidence::along_axis,
        spectrum_accuracy);
    return {field.square, field.fourth};
}

/// Depolarisation factor of the axis that resonates farthest in the red.
double long_axis_factor(const SpheroidAxes& a) {
    const auto factors = optics::depolarisation_factors({a.equatorial, a.equatorial, a.polar});
    return *std::min_element(factors.begin(), factors.end());
}

/// Spheroid of equal volume and equal ratio of height to diameter.
SpheroidAxes spheroid_for_cylinder(double diameter, double height) {
    const double equatorial = diameter * std::cbrt(3.0 / 16.0);
    return {equatorial, equatorial * height / diameter};
}

double total_growth(const CardContext& c) { return stack_layers(c.formulation).back().growth; }

SpheroidAxes axes_of(const CardContext& c, std::string& method) {
    const ShapeVariant& form = c.formulation.shape.form;
    if (const auto* s = std::get_if<Spheroid>(&form)) {
        method = "T-matrix of the spheroid, random orientation";
        return {0.5 * s->equatorial_diameter, 0.5 * s->polar_diameter};
    }
    if (const auto* r = std::get_if<Rod>(&form)) {
        method =
            "T-matrix, random orientation, of the spheroid of equal volume and aspect ratio "
            "(approximation: a few per cent of the peak)";
        return optics::spheroid_for_capped_rod(r->diameter, r->length);
    }
    method =
        "T-matrix, random orientation, of the spheroid of equal volume and aspect ratio "
        "(approximation: edges left out)";
    if (const auto* d = std::get_if<Disc>(&form))
        return spheroid_for_cylinder(d->diameter, d->thickness);
    method +=
        "; sheets as one matter with the volume mean of the permittivity (field in the plane)";
    return spheroid_for_cylinder(std::get<Sandwich>(form).diameter, total_growth(c));
}

/// 4 V/S of the bare shape; the thickness of one sheet.
double electron_path(const CardContext& c, std::size_t layer) {
    const ShapeVariant& form = c.formulation.shape.form;
    if (std::holds_alternative<Sandwich>(form)) {
        const auto stack = stack_layers(c.formulation);
        return stack[layer].growth - (layer > 0 ? stack[layer - 1].growth : 0.0);
    }
    return optics::mean_electron_path(enclosed_volume(form, 0.0), outer_surface(form, 0.0));
}

void fill_stack(const CardContext& c, Body& b) {
    for (std::size_t i = 0; i < c.properties.layers.size(); ++i) {
        b.sheets.push_back(layer_matter(c, i, electron_path(c, i)));
        b.parts.push_back(c.properties.layers[i].volume / c.properties.volume);
    }
}

void fill_coated(const CardContext& c, Body& b, LightModel& model) {
    b.sheets.push_back(layer_matter(c, 0, electron_path(c, 0)));
    b.parts.push_back(1.0);
    if (c.properties.layers.size() < 2) return;
    const double growth = total_growth(c);
    b.around.core_volume = c.properties.layers[0].volume;
    b.around.core_factor = long_axis_factor(b.axes);
    b.around.outer_factor = long_axis_factor({b.axes.equatorial + growth, b.axes.polar + growth});
    for (std::size_t i = 1; i < c.properties.layers.size(); ++i) {
        b.around.coats.push_back(layer_matter(c, i, growth));
        b.around.volumes.push_back(c.properties.layers[i].volume);
    }
    model.method +=
        "; coats as the uniform medium with the resonance of the confocal coated spheroid "
        "(approximation)";
}

/// Says it of the body that was described; the solver would name its stand-in.
void require_aspect(const CardContext& c, double aspect) {
    constexpr double most = optics::spheroid_largest_aspect;
    if (aspect <= most * (1.0 + 1e-9) && aspect >= (1.0 - 1e-9) / most) return;
    const std::string kind =
        std::visit([](const auto& s) { return std::string(s.tag); }, c.formulation.shape.form);
    throw NotAvailable(
        fmt::format("the {0} has an aspect ratio {1:.4g} (length over width); the T-matrix takes "
                    "aspect ratios from 1/{2:g} to {2:g}",
                    kind, aspect, most));
}

}  // namespace

LightModel spheroid_model(const CardContext& c) {
    auto b = std::make_shared<Body>();
    LightModel model;
    b->axes = axes_of(c, model.method);
    b->medium = medium_refractive_index(c.formulation, c.library);
    if (std::holds_alternative<Sandwich>(c.formulation.shape.form))
        fill_stack(c, *b);
    else
        fill_coated(c, *b, model);
    std::vector<LightMatter> matters = b->sheets;
    matters.insert(matters.end(), b->around.coats.begin(), b->around.coats.end());
    describe_matter(model, matters, b->medium);
    const double aspect = b->axes.polar / b->axes.equatorial;
    require_aspect(c, aspect);
    model.validity = fmt::format("aspect ratio {:.3g}", aspect);
    model.most_wavelengths = affordable_wavelengths(b->axes);
    model.equal_radius = std::cbrt(b->axes.equatorial * b->axes.equatorial * b->axes.polar);
    model.cross_sections = [b](std::span<const double> w, double shift) {
        return spectrum(*b, w, shift);
    };
    model.field = [b](double wavelength) { return surface_field(*b, wavelength); };
    model.field_method = "T-matrix field on the spheroid, incident field along the longest axis";
    return model;
}

}  // namespace caravel::formulation
