#include "caravel/imaging/optical/fluorescence_scan.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/noise.hpp"
#include "caravel/imaging/optical/fluorescence_light.hpp"
#include "caravel/imaging/optical/fluorescence_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace caravel::imaging {
namespace {

/// Lateral extent of the body (m): low and high x, low and high y.
std::array<double, 4> body_extent(const FluorescenceLight& light) {
    const Grid& grid = light.columns;
    std::array<double, 4> extent{1e300, -1e300, 1e300, -1e300};
    for (index_t j = 0; j < grid.ny; ++j) {
        for (index_t i = 0; i < grid.nx; ++i) {
            if (light.body[static_cast<std::size_t>(i + grid.nx * j)].top < 0) continue;
            const Vector3 at = grid.centre(i, j, 0);
            extent[0] = std::min(extent[0], at[0] - 0.5 * grid.spacing[0]);
            extent[1] = std::max(extent[1], at[0] + 0.5 * grid.spacing[0]);
            extent[2] = std::min(extent[2], at[1] - 0.5 * grid.spacing[1]);
            extent[3] = std::max(extent[3], at[1] + 0.5 * grid.spacing[1]);
        }
    }
    return extent;
}

/// Throws InputError for more pixels than can be held.
void check_pixels(const Grid& object, const FluorescenceSettings& settings, double pixel) {
    const double width =
        settings.field_of_view.value_or(static_cast<double>(object.nx) * object.spacing[0]);
    const double height =
        settings.field_of_view.value_or(static_cast<double>(object.ny) * object.spacing[1]);
    check_image_size(std::max(1.0, width / pixel) * std::max(1.0, height / pixel), "pixels",
                     "choose larger pixels, or bin them");
}

Grid camera_grid(const FluorescenceLight& light, const FluorescenceSettings& settings,
                 double pixel) {
    const Grid& columns = light.columns;
    if (!settings.field_of_view) return covering_grid(columns, {pixel, pixel, columns.spacing[2]});
    const double edge = *settings.field_of_view;
    const auto count = std::max<index_t>(1, static_cast<index_t>(std::lround(edge / pixel)));
    const std::array<double, 4> body = body_extent(light);
    const double needed = std::max(body[1] - body[0], body[3] - body[2]);
    if (edge < needed * (1.0 - 1e-9))
        throw InputError(
            Diagnostic{{},
                       fmt::format("the field of view of {} mm is smaller than the object",
                                   format_number(edge * 1e3, 4)),
                       fmt::format("{} mm or more", format_number(needed * 1e3, 4)),
                       "leave out field_of_view for one that fits"});
    const double half = 0.5 * static_cast<double>(count) * pixel;
    Grid grid = columns;
    grid.spacing = {pixel, pixel, columns.spacing[2]};
    grid.nx = grid.ny = count;
    grid.origin[0] = 0.5 * (body[0] + body[1]) - half;
    grid.origin[1] = 0.5 * (body[2] + body[3]) - half;
    return grid;
}

/// Electrons per pixel that are expected from light through the surface.
std::vector<double> expected_electrons(const ScanContext& context, const FluorescenceLight& light,
                                       const FluorescenceSettings& settings, const Camera& camera,
                                       const Grid& pixels, const std::vector<double>& surface) {
    std::vector<double> electrons = resample(context.team, light.columns, surface, pixels);
    const double scale =
        camera.pixel * camera.pixel * camera.collection * camera.exposure * camera.frames;
    for (double& e : electrons) e *= scale;
    const double blurred = settings.camera.lens_blur;
    if (blurred > 0.0) blur(context.team, pixels, {blurred, blurred, 0.0}, electrons);
    return electrons;
}

double background_images(const FluorescenceSettings& settings) {
    return settings.background == "control" ? static_cast<double>(settings.background_frames) : 0.0;
}

/// Normal noise of the variance expected in each pixel.
void read_image(const ScanContext& context, const Camera& camera, std::uint32_t band,
                const std::vector<double>& total, const std::vector<double>& tissue, bool control,
                BandImage& image) {
    std::vector<double> normal(total.size(), 0.0);
    add_gaussian_noise(context.team, normal, 1.0, context.seed, NoisePurpose::camera, 2 * band);
    const double full = (camera.full_well - camera.dark()) * camera.frames;
    image.raw.resize(total.size());
    image.signal.resize(total.size());
    for (std::size_t i = 0; i < total.size(); ++i) {
        if (total[i] > full) ++image.full;
        const double seen = std::min(total[i], full);
        image.raw[i] = seen + std::sqrt(pixel_variance(camera, seen)) * normal[i];
        image.signal[i] =
            seen - (control ? tissue[i] : 0.0) + std::sqrt(image.variance[i]) * normal[i];
    }
}

/// Counts, electronics, and a control image with its own.
void acquire_image(const ScanContext& context, const Camera& camera, std::uint32_t band,
                   const std::vector<double>& total, const std::vector<double>& tissue,
                   double images, BandImage& image) {
    image.raw = total;
    image.full = expose(context.team, camera, image.raw, context.seed, 2 * band);
    image.signal = image.raw;
    if (!(images > 0.0)) return;
    Camera longer = camera;
    longer.frames *= images;
    std::vector<double> control = tissue;
    for (double& e : control) e *= images;
    expose(context.team, longer, control, context.seed, 2 * band + 1);
    for (std::size_t i = 0; i < control.size(); ++i) image.signal[i] -= control[i] / images;
}

/// Sets the exposure of every band by its brightest pixel.
void meter(const ScanContext& context, const FluorescenceLight& light,
           const FluorescenceSettings& settings, const Grid& pixels, std::vector<Camera>& cameras) {
    for (std::size_t c = 0; c < cameras.size(); ++c) {
        Camera second = cameras[c];
        second.exposure = second.frames = 1.0;
        std::vector<double> surface = light.bands[c].agents;
        for (std::size_t n = 0; n < surface.size(); ++n) surface[n] += light.bands[c].tissue[n];
        const std::vector<double> rates =
            expected_electrons(context, light, settings, second, pixels, surface);
        cameras[c].exposure =
            metered_exposure(cameras[c], *std::max_element(rates.begin(), rates.end()));
    }
}

double mean_in_body(const std::vector<double>& values, const std::vector<double>& body) {
    double sum = 0.0, count = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (body[i] < 0.5) continue;
        sum += values[i];
        count += 1.0;
    }
    return count > 0.0 ? sum / count : 0.0;
}

std::vector<BandImage> make_images(const ScanContext& context, const FluorescenceLight& light,
                                   const FluorescenceSettings& settings,
                                   const std::vector<Camera>& cameras, const Grid& pixels,
                                   Tier tier) {
    std::vector<double> under(light.body.size());
    std::transform(light.body.begin(), light.body.end(), under.begin(),
                   [](const BodyColumn& column) { return column.top < 0 ? 0.0 : 1.0; });
    const std::vector<double> body = resample(context.team, light.columns, under, pixels);
    const double images = background_images(settings);
    std::vector<BandImage> bands(light.bands.size());
    for (std::size_t c = 0; c < bands.size(); ++c) {
        const Camera& camera = cameras[c];
        std::vector<double> total =
            expected_electrons(context, light, settings, camera, pixels, light.bands[c].agents);
        const std::vector<double> tissue =
            expected_electrons(context, light, settings, camera, pixels, light.bands[c].tissue);
        for (std::size_t i = 0; i < total.size(); ++i) total[i] += tissue[i];
        BandImage& image = bands[c];
        image.background = mean_in_body(tissue, body);
        if (!(images > 0.0)) image.without = tissue;
        for (std::size_t i = 0; i < total.size(); ++i)
            image.variance.push_back(
                pixel_variance(camera, total[i]) +
                (images > 0.0 ? pixel_variance(camera, tissue[i]) / images : 0.0));
        const auto number = static_cast<std::uint32_t>(c);
        if (tier == Tier::image)
            read_image(context, camera, number, total, tissue, images > 0.0, image);
        else
            acquire_image(context, camera, number, total, tissue, images, image);
    }
    return bands;
}

void add_band_images(const FluorescenceView& view, ScanResult& result) {
    for (std::size_t c = 0; c < view.bands.size(); ++c) {
        const BandImage& band = view.bands[c];
        const double sum = std::accumulate(band.variance.begin(), band.variance.end(), 0.0);
        Image image;
        image.name = "fluorescence_" + view.settings.bands[c].name;
        image.label = "fluorescence, " + view.settings.bands[c].name + " (electrons per pixel)";
        image.unit = "1";
        image.grid = view.pixels;
        image.values = band.signal;
        image.without = band.without;
        image.noise = std::sqrt(sum / static_cast<double>(band.variance.size()));
        image.noise_model = "poisson";
        result.images.push_back(std::move(image));
    }
}

/// Warns where agents absorb so much that the mean tissue of a depth says little.
void note_shade(const FluorescenceLight& light, ScanResult& result) {
    const std::vector<double>& layers = light.excitation.absorption;
    const double mean =
        std::accumulate(layers.begin(), layers.end(), 0.0) / static_cast<double>(layers.size());
    constexpr double much = 0.5;  // of the tissue's: light is then off by a tenth and more
    if (light.darkest_agent > much * mean)
        result.notes.push_back(fmt::format(
            "Agents absorb up to {:.3g} per cm of the excitation, tissue {:.3g} on average: where "
            "they lie close together they shade each other, which only an acquisition shows.",
            light.darkest_agent * 0.01, mean * 0.01));
}

void add_statements(const FluorescenceSettings& s, Tier tier, ScanResult& result) {
    result.facts = {{"excitation", format_number(s.excitation * 1e9, 5) + " nm"},
                    {"illumination", s.illumination},
                    {"sensor", s.camera.sensor},
                    {"light", tier == Tier::image ? "layers" : s.method}};
    for (const EmissionBand& band : s.bands)
        result.facts.emplace_back("band_" + band.name,
                                  format_number(band.centre * 1e9, 5) + " nm, " +
                                      format_number(band.width * 1e9, 4) + " nm wide");
    result.assumptions.emplace_back(
        "Spectra of agents are Gaussian; light of a band travels as that of its centre; the "
        "surface glows by Lambert's law; autofluorescence is an order of magnitude.");
    if (tier == Tier::image)
        result.assumptions.emplace_back(
            "Light sees the mean tissue at each depth below the surface (diffusion in layers); an "
            "agent that absorbs much in a small place shades less than it would.");
    else if (s.method == "monte_carlo")
        result.notes.push_back(
            fmt::format("Images carry the scatter of {} photons per run beside the camera's noise.",
                        s.photons));
    if (s.illumination == "trans")
        result.notes.emplace_back("The lamp stands below: its light crosses the whole object.");
}

}  // namespace

ScanResult scan_fluorescence(const ScanContext& context, const ImagedObject& object,
                             const FluorescenceSettings& settings, Tier tier) {
    check_object(object);
    check_settings(settings);
    const Camera camera = make_camera(settings.camera, context.library);
    for (const EmissionBand& band : settings.bands) {
        if (quantum_efficiency(context.library, settings.camera, band.centre) > 0.0) continue;
        throw InputError(Diagnostic{
            {},
            fmt::format("the camera's {} sensor sees nothing in band '{}' around {} nm",
                        settings.camera.sensor, band.name, format_number(band.centre * 1e9, 4)),
            "a band that the sensor sees",
            "silicon ends at 1100 nm, ingaas begins at 870 nm"});
    }
    check_pixels(object.grid, settings, camera.pixel);
    const FluorescenceLight light = fluorescence_light(context, object, settings, tier);
    const Grid pixels = camera_grid(light, settings, camera.pixel);
    std::vector<Camera> cameras(settings.bands.size(), camera);
    if (!settings.camera.exposure) {
        // by the fast tier in both, so that they expose alike
        if (tier == Tier::image)
            meter(context, light, settings, pixels, cameras);
        else
            meter(context, fluorescence_light(context, object, settings, Tier::image), settings,
                  pixels, cameras);
    }
    const std::vector<BandImage> bands =
        make_images(context, light, settings, cameras, pixels, tier);
    ScanResult result;
    const FluorescenceView view{context, object, settings, light, cameras, pixels, bands};
    add_band_images(view, result);
    if (settings.unmix) add_amounts(view, result);
    if (settings.ratio) add_ph(view, result);
    add_numbers(view, result);
    add_statements(settings, tier, result);
    if (tier == Tier::image) note_shade(light, result);
    return result;
}

ScanCost estimate_fluorescence(const Grid& object_grid, const FluorescenceSettings& settings,
                               Tier tier) {
    const auto cells = static_cast<double>(object_grid.cell_count());
    const auto bands = static_cast<double>(settings.bands.size());
    const bool counts = tier == Tier::acquisition && settings.method == "monte_carlo";
    // per voxel, as measured (docs/models); a band takes two runs of light beside the excitation's
    if (tier == Tier::image) return {51.0 * cells, (3e-8 + 3e-8 * bands) * cells};
    if (!counts) return {258.0 * cells, (1.0 + 2.0 * bands) * 4e-7 * cells};
    // exits of one batch of photons are held at a time (voxel_light.cpp)
    constexpr double batch = 4e5;
    constexpr double per_exit = 450.0;  // byte, kept and sorted, nearly all photons leave
    return {95.0 * cells + per_exit * std::min(batch, static_cast<double>(settings.photons)),
            (1.0 + 2.0 * bands) * 3e-5 * static_cast<double>(settings.photons)};
}

}  // namespace caravel::imaging
