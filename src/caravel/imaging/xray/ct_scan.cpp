#include "caravel/imaging/xray/ct_scan.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/xray/ct_acquisition.hpp"
#include "caravel/imaging/xray/material_decomposition.hpp"
#include "caravel/imaging/xray/scatter.hpp"
#include "caravel/imaging/xray/xray_dose.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace caravel::imaging {
namespace {

double square(double x) { return x * x; }

std::string lower(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

/// Channels to be imaged: all together, then each when there are several.
CtChannels wanted_channels(const CtModel& model) {
    CtChannels channels{model.channels()};
    for (std::size_t c = 0; model.channels() > 1 && c < model.channels(); ++c)
        channels.push_back(c);
    return channels;
}

double hounsfield(double relative) { return 1000.0 * (relative - 1.0); }

Image hounsfield_image(const CtModel& model, std::size_t channel, CtVolume volume) {
    Image image;
    const bool all = channel == model.channels();
    image.name = all ? "ct" : fmt::format("ct_bin_{}", channel + 1);
    image.label = all ? "CT" : fmt::format("CT, energy bin {}", channel + 1);
    image.unit = "[hnsf'U]";
    image.grid = model.image;
    image.values = std::move(volume.values);
    for (double& value : image.values) value = hounsfield(value);
    image.truth = std::move(volume.perfect);
    for (double& value : image.truth) value = hounsfield(value);
    image.noise = 1000.0 * volume.noise;
    image.noise_model = volume.noise > 0.0 ? "gaussian" : "none";
    return image;
}

Image density_image(const ScanContext& context, const CtModel& model, const ImagedObject& object,
                    const std::string& name, std::vector<double> density, double noise) {
    Image image;
    const bool element = name != "water" && name != "bone";
    image.name = lower(name) + (element ? "_concentration" : "_density");
    image.label = fmt::format("{} {}", name, element ? "concentration" : "density");
    image.unit = "mg/mL";  // as many as kg/m3
    image.grid = model.image;
    image.values = std::move(density);
    if (element)
        image.truth =
            resample(context.team, object.grid, element_concentration(object, name), model.image);
    image.noise = noise;
    image.noise_model = noise > 0.0 ? "gaussian" : "none";
    return image;
}

/// Images of what is where, from the bins or from what the projections were decomposed into.
std::vector<Image> density_images(const ScanContext& context, const CtModel& model,
                                  const ImagedObject& object, const MaterialModel& materials,
                                  const std::vector<CtVolume>& volumes,
                                  std::vector<std::vector<double>> densities) {
    std::vector<Image> images;
    std::vector<double> noise;
    std::vector<std::span<const double>> bins;
    for (std::size_t c = 1; c < volumes.size(); ++c) {
        noise.push_back(volumes[c].noise);
        bins.emplace_back(volumes[c].values);
    }
    const NonNegativeFit fit = image_fit(model, materials, noise);
    if (densities.empty())
        densities = decompose_images(context.team, fit, materials.names.size(), bins);
    for (std::size_t m = 0; m < materials.names.size(); ++m)
        images.push_back(density_image(context, model, object, materials.names[m],
                                       std::move(densities[m]),
                                       noise[0] > 0.0 ? fit.deviation(m) : 0.0));
    return images;
}

/// Truth and predicted noise of volumes that were acquired.
void predict_noise(const ScanContext& context, const CtModel& model, const CtSettings& settings,
                   const CtChannels& channels, std::vector<CtVolume>& volumes) {
    std::vector<float> rays;
    if (settings.noise) rays = noise_rays(context.team, model);
    for (std::size_t i = 0; i < channels.size(); ++i) {
        volumes[i].perfect = perfect_volume(context.team, model, channels[i], model.image);
        if (settings.noise)
            volumes[i].noise =
                mean_noise(model, noise_map(context.team, model, settings, channels[i], rays),
                           volumes[i].perfect);
    }
}

/// Scattered photons make every contrast smaller.
void dilute(std::vector<CtVolume>& volumes, double scatter_to_primary) {
    for (CtVolume& volume : volumes) {
        for (double& value : volume.values)
            value = 1.0 + (value - 1.0) / (1.0 + scatter_to_primary);
    }
}

void add_numbers(const ScanContext& context, const CtModel& model, const CtSettings& settings,
                 double scatter_to_primary, ScanResult& result) {
    const Polychromatic all = one_channel(model.scan, model.channels());
    PhotonSpectrum fluence = model.scan.beam;
    const double per_area = static_cast<double>(settings.views) *
                            square(magnification(settings) / settings.detector.pixel_pitch);
    for (double& photons : fluence.photons) photons *= per_area;
    const double dose = cylinder_dose(context.team, WaterTable(model.photons, context.library),
                                      fluence, model.object.radius, context.seed);
    // Photons that a pixel absorbs, whatever it makes of them.
    const auto counts = [&](const std::vector<double>& photons) {
        double sum = 0.0;
        for (std::size_t e = 0; e < photons.size(); ++e)
            sum += photons[e] * absorbed_share(model.photons, context.library, settings.detector,
                                               model.scan.beam.energy[e]);
        return sum;
    };
    result.numbers = {
        {"dose", "mean dose in water of the object's width", dose, "mGy"},
        {"counts_air", "photons per pixel and view without object", counts(model.scan.beam.photons),
         "1"},
        {"counts_object", "photons per pixel and view behind the object's middle",
         counts(arriving_photons(model.scan, model.centre)), "1"},
        {"mean_energy", "of the photons behind the object's middle",
         mean_energy({model.scan.beam.energy, arriving_photons(all, model.centre)}), "keV"},
        {"water_thickness", "water that weakens the beam like the object's middle",
         model.water_at_centre, "mm"},
        {"scan_time", "exposure of all views",
         settings.exposure * static_cast<double>(settings.views), "s"},
        {"resolution", "full width at half maximum of the point spread", point_spread(settings)[0],
         "um"}};
    if (settings.scatter)
        result.numbers.push_back(
            {"scatter_to_primary", "in the detector's middle", scatter_to_primary, "1"});
}

void add_sentences(const CtModel& model, const CtSettings& settings, Tier tier,
                   ScanResult& result) {
    result.assumptions = {
        "The spectrum is that of a tungsten tube with a target of 7 degrees; the heel effect and "
        "the fall of the beam towards the detector's edge are left out.",
        "Agents add to the tissue's attenuation and displace nothing.",
        "A detector pixel absorbs photons by photoelectric and Compton collisions and keeps their "
        "energy; escape of fluorescence and charge sharing are left out."};
    if (tier == Tier::image)
        result.assumptions.emplace_back(
            "Attenuation is that for the spectrum behind the object's middle; the point spread is "
            "normal, noise is that of filtered back projection, independent between voxels.");
    else
        result.assumptions.emplace_back(
            "An energy-integrating pixel draws a scaled Poisson number with mean and variance of "
            "the compound one.");
    if (settings.decomposition == "image")
        result.assumptions.emplace_back(
            "Materials are fitted to the energy bins with nothing below nought: concentrations "
            "near nought are too high by chance.");
    if (settings.reconstruction == "sart" && settings.noise)
        result.notes.emplace_back(
            "The predicted noise and resolution are those of filtered back projection, not of "
            "sart.");
    if (settings.scatter && tier == Tier::image)
        result.notes.emplace_back("Scatter makes contrasts smaller; its cupping is left out.");
    result.facts = {{"tube voltage", format_number(settings.tube_voltage * 1e-3, 4) + " kV"},
                    {"tube charge per view",
                     format_number(settings.tube_current * settings.exposure * 1e3, 4) + " mA.s"},
                    {"detector", settings.detector.kind + ", " + settings.detector.material},
                    {"views", fmt::format("{}", settings.views)},
                    {"reconstruction", settings.reconstruction + ", window " + settings.window},
                    {"attenuation basis", fmt::format("{} materials, misfit {}", model.object.basis,
                                                      format_number(model.object.residual, 2))}};
}

}  // namespace

ScanResult scan_ct(const ScanContext& context, const ImagedObject& object,
                   const CtSettings& settings, Tier tier) {
    const CtModel model(context.library, object, settings);
    const CtChannels channels = wanted_channels(model);
    const bool decomposed = settings.decomposition != "none";
    MaterialModel materials;
    if (decomposed) materials = material_model(model, context.library, settings.elements);
    std::vector<CtVolume> volumes;
    std::vector<std::vector<double>> densities;
    double scatter = 0.0;
    if (tier == Tier::image) {
        volumes = image_volumes(context, model, settings, channels);
        if (settings.scatter) {
            scatter = simulate_scatter(
                          context, model, settings,
                          scan_geometry(model.object, settings, middle(model.object)[2]), 2000)
                          .to_primary_at_centre;
            if (!settings.scatter_correction) dilute(volumes, scatter);
        }
    } else {
        const bool in_projections = settings.decomposition == "projection";
        CtAcquired acquired = acquire(context, model, settings, channels,
                                      in_projections ? &materials.spectral : nullptr);
        volumes = std::move(acquired.volumes);
        predict_noise(context, model, settings, channels, volumes);
        densities = std::move(acquired.densities);
        scatter = acquired.scatter_to_primary;
    }
    ScanResult result;
    std::vector<Image> found;
    if (decomposed)
        found = density_images(context, model, object, materials, volumes, std::move(densities));
    for (std::size_t i = 0; i < channels.size(); ++i)
        result.images.push_back(hounsfield_image(model, channels[i], std::move(volumes[i])));
    for (Image& image : found) result.images.push_back(std::move(image));
    add_numbers(context, model, settings, scatter, result);
    add_sentences(model, settings, tier, result);
    if (context.progress) context.progress(1.0);
    return result;
}

}  // namespace caravel::imaging
