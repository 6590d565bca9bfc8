#include "caravel/formulation/cards/light_spheres.hpp"
#include "caravel/formulation/optics/coupled_dipoles.hpp"
#include "caravel/formulation/optics/satellites.hpp"
#include "caravel/formulation/optics/surface_enhancement.hpp"

#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <numbers>

namespace caravel::formulation {
namespace {

using optics::CrossSections;

constexpr double accuracy = 1e-2;         // of the chosen orders
constexpr int mie_orders_kept = 24;       // enough at the smallest gap
constexpr double least_gap_ratio = 0.15;  // gap over satellite radius: orders stay low
constexpr std::int64_t most_satellites_solved = 40;
constexpr std::size_t solved_wavelengths = 36;  // every 20 nm of the default spectrum
constexpr std::size_t dipole_wavelengths = 71;  // every 10 nm

/// What the model's functions keep.
struct Assembly {
    optics::CoreSatellites shape;
    LightMatter core, satellite;
    matter::RefractiveIndex medium = matter::RefractiveIndex::constant(1.0, "");
    int threads = 1;
};

optics::ClusterInput input_at(const Assembly& a, double wavelength, double shift, int orders) {
    const double medium = a.medium(wavelength).real() + shift;
    const auto index = [&](const LightMatter& m) {
        return optics::refractive_index(m.permittivity(wavelength, medium)) / medium;
    };
    auto input =
        optics::core_satellite_cluster(a.shape, 2.0 * std::numbers::pi * medium / wavelength,
                                       index(a.core), index(a.satellite), orders);
    input.orientation_average = false;
    input.tolerance = accuracy;
    input.threads = a.threads;
    return input;
}

std::vector<CrossSections> spectrum(const Assembly& a, std::span<const double> wavelengths,
                                    double shift) {
    std::vector<CrossSections> result;
    for (const double wavelength : wavelengths)
        result.push_back(
            optics::cluster_cross_sections(input_at(a, wavelength, shift, mie_orders_kept)).fixed);
    return result;
}

std::vector<CrossSections> dipole_spectrum(const Assembly& a, std::span<const double> wavelengths,
                                           double shift) {
    std::vector<CrossSections> result;
    for (const double wavelength : wavelengths)
        result.push_back(optics::coupled_dipoles(input_at(a, wavelength, shift, 1)).fixed);
    return result;
}

LightField surface_field(const Assembly& a, double wavelength) {
    const auto input = input_at(a, wavelength, 0.0, mie_orders_kept);
    const auto solved = optics::cluster_cross_sections(input);
    const auto field = optics::surface_enhancement(input, solved.waves);
    return {field.all.mean_square, field.all.mean_fourth};
}

std::shared_ptr<Assembly> assemble(const CardContext& c, const CoreSatellite& shape) {
    auto a = std::make_shared<Assembly>();
    a->shape = {0.5 * shape.core_diameter, 0.5 * shape.satellite_diameter, shape.gap,
                static_cast<int>(shape.satellites), 0.0};
    a->core = layer_matter(c, 0, 2.0 * shape.core_diameter / 3.0);
    a->satellite = layer_matter(c, 1, 2.0 * shape.satellite_diameter / 3.0);
    a->medium = medium_refractive_index(c.formulation, c.library);
    a->threads = c.options.threads;
    return a;
}

/// The field is that of coupled multipoles, whichever way the cross-sections are computed.
void use_multipole_field(const std::shared_ptr<Assembly>& a, LightModel& model) {
    model.field = [a](double wavelength) { return surface_field(*a, wavelength); };
    model.field_method = "coupled multipoles, mean over the surfaces of core and satellites";
}

void use_dipoles(const std::shared_ptr<Assembly>& a, LightModel& model) {
    model.method = fmt::format(
        "coupled dipoles of core and {} satellites at quasi-uniform places, one incidence",
        a->shape.satellites);
    model.most_wavelengths = dipole_wavelengths;
    model.cross_sections = [a](std::span<const double> w, double shift) {
        return dipole_spectrum(*a, w, shift);
    };
    use_multipole_field(a, model);
}

void use_multipoles(const std::shared_ptr<Assembly>& a, LightModel& model) {
    model.method = fmt::format(
        "coupled multipoles of core and {} satellites at quasi-uniform places, one incidence, "
        "orders to {} relative",
        a->shape.satellites, accuracy);
    model.most_wavelengths = solved_wavelengths;
    model.cross_sections = [a](std::span<const double> w, double shift) {
        return spectrum(*a, w, shift);
    };
    use_multipole_field(a, model);
}

}  // namespace

std::string touching_satellites_refusal(const CardContext& c) {
    const auto& shape = std::get<CoreSatellite>(c.formulation.shape.form);
    if (c.formulation.layers.size() > 2)
        return "satellites under coats are smeared out over a shell, which has no hot spots";
    if (shape.satellites > most_satellites_solved)
        return fmt::format(
            "{} satellites are smeared out over a shell, which has no hot spots: at most {} are "
            "solved one by one",
            shape.satellites, most_satellites_solved);
    const double least = 0.5 * least_gap_ratio * shape.satellite_diameter;
    if (shape.gap >= least)
        return "needs --dipoles: at this gap multipoles are coupled, which takes seconds; without, "
               "the satellites are smeared out over a shell, which has no hot spots";
    return fmt::format(
        "core and satellites touch or nearly do: the satellites are smeared out over a shell, "
        "which has no hot spots; give a gap of at least {:.3g} nm",
        least * 1e9);
}

LightModel satellite_model(const CardContext& c) {
    const auto& shape = std::get<CoreSatellite>(c.formulation.shape.form);
    const double to_core = shape.gap / (0.5 * shape.core_diameter);
    const double to_satellite = shape.gap / (0.5 * shape.satellite_diameter);
    const bool multipoles = c.options.dipoles && to_satellite >= least_gap_ratio;
    const bool dipoles =
        to_core >= optics::least_dipole_gap_ratio && to_satellite >= optics::least_dipole_gap_ratio;
    if (!(multipoles || dipoles) || shape.satellites > most_satellites_solved ||
        c.formulation.layers.size() > 2)
        return touching_satellites_model(c);
    const auto a = assemble(c, shape);
    LightModel model;
    if (multipoles)
        use_multipoles(a, model);
    else
        use_dipoles(a, model);
    model.validity =
        fmt::format("gap/radius = {:.3g} (core), {:.3g} (satellite)", to_core, to_satellite);
    const std::vector<LightMatter> matters{a->core, a->satellite};
    describe_matter(model, matters, a->medium);
    model.has_anisotropy = false;
    model.equal_radius = std::cbrt(c.properties.volume * 0.75 / std::numbers::pi);
    return model;
}

}  // namespace caravel::formulation
