#include "caravel/imaging/xray/ct_model.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/tomography/ramp_filter.hpp"
#include "caravel/imaging/xray/tissue_attenuation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

constexpr double pi = std::numbers::pi;
constexpr double water_density = 1000.0;  // kg/m3, of Hounsfield's water

double square(double x) { return x * x; }

std::string millimetres(double x) { return format_number(x * 1e3, 4) + " mm"; }

/// Energy that a detector sees of every bin: what the basis is fitted for.
std::vector<double> weights(const Polychromatic& model) {
    const Polychromatic sum = one_channel(model, model.response.channels);
    std::vector<double> seen(model.energies());
    for (std::size_t e = 0; e < seen.size(); ++e)
        seen[e] = model.beam.photons[e] * sum.response.mean[e];
    return seen;
}

/// Metres of water with the same summed signal as the integrals.
double water_equivalent(const CtModel& model) {
    ChannelSignal behind;
    channel_signals(one_channel(model.scan, model.channels()), model.centre, std::span(&behind, 1));
    const WaterScale scale(one_channel(model.water, model.channels()), model.longest, model.longest,
                           true);
    if (!(behind.mean > 0.0))
        throw InputError(Diagnostic{{},
                                    "no photon reaches the detector behind the object",
                                    "a beam that passes the object",
                                    "raise the tube's voltage"});
    return scale.thickness(-std::log(behind.mean / scale.air()));
}

/// Integral of f^2 window^2 times the gain of the linear interpolation over f from 0 to Nyquist,
/// both signs, times the pitch (1/m2).
double ramp_variance(const RampFilter& filter, double pitch) {
    constexpr int points = 2000;
    double sum = 0.0;
    for (int i = 0; i < points; ++i) {
        const double share = (i + 0.5) / points;
        const double f = 0.5 * share / pitch;
        const double gain = window_gain(filter.window, share / filter.cutoff);
        sum += square(f * gain) * (2.0 + std::cos(pi * share)) / 3.0;
    }
    return 2.0 * pitch * sum * 0.5 / pitch / points;
}

/// Variance (pitch squared) of the window's own spread: minus its curvature at nought over 4 pi^2.
double window_variance(RampWindow window) {
    switch (window) {
    case RampWindow::none: return 0.0;
    case RampWindow::shepp_logan: return 1.0 / 12.0;
    case RampWindow::cosine: return 0.25;
    case RampWindow::hamming: return 0.46;
    case RampWindow::hann: break;
    }
    return 0.5;
}

double grid_middle(const Grid& grid, std::size_t axis, index_t count) {
    return grid.origin[axis] + 0.5 * grid.spacing[axis] * static_cast<double>(count);
}

/// Half the width on the detector that a cylinder of `radius` throws its shadow on.
double shadow(const CtSettings& s, double radius) {
    if (s.beam == "parallel") return radius;
    if (radius >= s.source_to_centre)
        throw InputError(Diagnostic{
            {},
            fmt::format("the object's radius of {} reaches the source", millimetres(radius)),
            fmt::format("source_to_centre above {}", millimetres(radius)),
            ""});
    return s.source_to_detector * std::tan(std::asin(radius / s.source_to_centre));
}

index_t pixels(std::int64_t given, double half_width, double pitch, const char* what) {
    check_image_size(2.0 * half_width / pitch, fmt::format("{} of the detector", what),
                     "take larger pixels");
    const auto needed = static_cast<index_t>(std::ceil(2.0 * half_width / pitch - 1e-6));
    if (given == 0) return needed + 2;
    if (given < needed)
        throw InputError(
            Diagnostic{{},
                       fmt::format("{} {} of {} do not cover the object", given, what,
                                   format_number(pitch * 1e6, 4) + " um"),
                       fmt::format("{} or more, or 0 for as many as needed", needed),
                       "a detector smaller than the object truncates the projections"});
    return given;
}

/// Filtered back projection of less than a turn must see every line.
void check_short_arc(const XrayObject& object, const CtSettings& settings) {
    constexpr double turn = 2.0 * pi * (1.0 - 1e-9);
    if (settings.reconstruction != "filtered" || settings.arc >= turn) return;
    const ViewWeights seen(scan_geometry(object, settings, middle(object)[2]));
}

}  // namespace

double magnification(const CtSettings& settings) {
    return settings.beam == "parallel" ? 1.0
                                       : settings.source_to_detector / settings.source_to_centre;
}

PhotonSpectrum beam_on_pixel(const PhotonTables& photons, matter::Library& library,
                             const CtSettings& settings) {
    PhotonSpectrum beam = tube_spectrum(library, settings.tube_voltage);
    for (const XrayFilter& filter : settings.filters)
        filter_spectrum(photons, library, filter.material, filter.thickness, beam);
    const double per_pixel = settings.tube_current * settings.exposure *
                             square(settings.detector.pixel_pitch / settings.source_to_detector);
    for (double& n : beam.photons) n *= per_pixel;
    return beam;
}

CtModel::CtModel(matter::Library& library, const ImagedObject& imaged, const CtSettings& settings)
    : photons(library) {
    check_ct(settings);
    check_object(imaged);
    scan.beam = beam_on_pixel(photons, library, settings);
    scan.response = detector_response(photons, library, settings.detector, scan.beam.energy);
    double seen = 0.0;  // photons of one pixel and view without object
    for (std::size_t e = 0; e < scan.energies(); ++e)
        seen += scan.beam.photons[e] *
                absorbed_share(photons, library, settings.detector, scan.beam.energy[e]);
    if (!(seen >= 1.0))
        throw InputError(
            Diagnostic{{},
                       fmt::format("the detector has no counts: {} photons per pixel and view",
                                   format_number(seen, 3)),
                       "one photon or more without an object",
                       "raise the tube's voltage, current or exposure, or thin the filters"});
    water = scan;
    const matter::Composition h2o = tissue_composition(library, "water");
    for (const double energy : scan.beam.energy)
        water.attenuation.push_back(water_density * mass_attenuation(photons, h2o, energy));
    object = xray_object(photons, library, imaged, scan.beam.energy, weights(scan));
    check_short_arc(object, settings);
    scan.attenuation = object.attenuation;
    centre = mean_integrals(object, middle(object));
    longest = 0.02 + 8.0 * object.radius;
    water_at_centre = water_equivalent(*this);
    image = image_grid(object, settings);
}

WaterScale CtModel::scale(std::size_t channel, const CtSettings& settings) const {
    return {one_channel(water, channel), longest, water_at_centre,
            settings.beam_hardening_correction == "water"};
}

Grid image_grid(const XrayObject& object, const CtSettings& s) {
    const double dz = s.slice_thickness > 0.0 ? s.slice_thickness : s.resolution;
    Grid grid = covering_grid(object.grid, {s.resolution, s.resolution, dz});
    if (!(s.field_of_view > 0.0)) return grid;
    if (s.field_of_view < 2.0 * object.radius * (1.0 - 1e-9))
        throw InputError(
            Diagnostic{{},
                       fmt::format("the field of view of {} is smaller than the object",
                                   millimetres(s.field_of_view)),
                       fmt::format("{} or more", millimetres(2.0 * object.radius)),
                       "0 takes the object's extent"});
    check_image_size(square(s.field_of_view / s.resolution) * static_cast<double>(grid.nz),
                     "voxels", "choose a larger resolution, or a smaller field of view");
    const auto count = static_cast<index_t>(std::ceil(s.field_of_view / s.resolution - 1e-9));
    const double half = 0.5 * s.resolution * static_cast<double>(count);
    grid.origin[0] = grid_middle(object.grid, 0, object.grid.nx) - half;
    grid.origin[1] = grid_middle(object.grid, 1, object.grid.ny) - half;
    grid.nx = count;
    grid.ny = count;
    return grid;
}

ScanGeometry scan_geometry(const XrayObject& object, const CtSettings& s, double z) {
    ScanGeometry geometry;
    geometry.beam = s.beam == "parallel" ? BeamShape::parallel
                    : s.beam == "fan"    ? BeamShape::fan
                                         : BeamShape::cone;
    geometry.centre = middle(object);
    if (s.beam != "cone") geometry.centre[2] = z;
    geometry.source_to_centre = s.source_to_centre;
    geometry.source_to_detector = s.source_to_detector;
    geometry.views = s.views;
    geometry.arc = s.arc;
    geometry.column_pitch = s.detector.pixel_pitch;
    geometry.row_pitch = s.detector.pixel_pitch;
    geometry.columns =
        pixels(s.detector.columns, shadow(s, object.radius), s.detector.pixel_pitch, "columns");
    if (s.beam != "cone") return geometry;
    const double half = 0.5 * (object.top - object.bottom) * s.source_to_detector /
                        std::max(0.1 * s.source_to_centre, s.source_to_centre - object.radius);
    geometry.rows = pixels(s.detector.rows, half, s.detector.pixel_pitch, "rows");
    return geometry;
}

Vector3 point_spread(const CtSettings& s) {
    const double zoom = magnification(s);
    const double pitch = s.detector.pixel_pitch / zoom;
    const double measured = square(pitch) * (1.0 / 12.0 + 1.0 / 6.0) +
                            square(s.focal_spot * (zoom - 1.0) / zoom) / 12.0;
    const double in_plane =
        measured + square(pitch) * window_variance(ramp_filter(s.window).window);
    const double across = fwhm_per_sigma * std::sqrt(in_plane);
    return {across, across, s.beam == "cone" ? fwhm_per_sigma * std::sqrt(measured) : 0.0};
}

double noise_gain(const CtSettings& s) {
    const double pitch = s.detector.pixel_pitch / magnification(s);
    const double rows = s.beam == "cone" ? 2.0 / 3.0 : 1.0;
    // Views of one direction share its weight: a whole turn counts as half a turn twice.
    const double per_views = s.arc >= 2.0 * pi * (1.0 - 1e-9) ? pi * pi : pi * s.arc;
    return per_views / static_cast<double>(s.views) * ramp_variance(ramp_filter(s.window), pitch) *
           rows;
}

}  // namespace caravel::imaging
