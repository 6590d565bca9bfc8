#include "caravel/imaging/nuclear/spect_scan.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/base/large_pages.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/exec/for_each.hpp"
#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/noise.hpp"
#include "caravel/imaging/nuclear/activity_images.hpp"
#include "caravel/imaging/nuclear/scan_checks.hpp"
#include "caravel/imaging/nuclear/spect_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace caravel::imaging {
namespace {

constexpr double margin = 6e-3;  // m

/// "In-111" as part of a name: "_In111"; empty when the scan has one image only.
std::string suffix(const SpectModel& model, std::size_t source) {
    if (model.sources.size() == 1) return "";
    std::string text = "_";
    for (const char c : model.sources[source].field.emitter.name)
        if (c != '-') text += c;
    return text;
}

void add_assumptions(const SpectModel& model, Tier tier, ScanResult& result) {
    if (model.spect.collimator == "pinhole")
        result.assumptions.emplace_back(
            "Pinhole views are parallel ones with the blur and the sensitivity of the pinhole at "
            "each distance; views do not overlap and see the whole object.");
    else
        result.assumptions.emplace_back(
            "Septal penetration counts in the effective length of the "
            "holes only.");
    result.assumptions.emplace_back(
        "Photons scattered once leave in all directions alike; photons scattered more often and "
        "in the camera are left out.");
    result.assumptions.emplace_back(
        "The activity stays in place during the scan and decays, all views alike; the image is "
        "that at its start.");
    if (tier == Tier::image)
        result.assumptions.emplace_back(
            "Image: truth times the linearised transfer of the reconstruction with the blur at "
            "the axis, normal noise of its linearised covariance; other nuclides are corrected.");
    if (model.spect.attenuation && !model.spect.attenuation_correction)
        result.notes.emplace_back("Attenuation is not corrected: activities come out too low.");
    if (model.spect.scatter && !model.spect.scatter_correction)
        result.notes.emplace_back("Scatter is not corrected: activities come out too high.");
}

/// Injected activity (Bq) of a source's nuclide, when that is known.
std::optional<double> injected_activity(const SpectModel& model, std::size_t source) {
    for (const auto& [name, activity] : model.spect.injected_by_nuclide)
        if (name == model.sources[source].field.emitter.name) return activity;
    if (model.sources.size() == 1) return model.spect.injected_activity;
    return std::nullopt;
}

void add_numbers(const SpectModel& model, std::size_t source, const SpectForecast& forecast,
                 double noise, ScanResult& result) {
    const std::string end = suffix(model, source);
    const auto add = [&](const char* name, const char* label, double value, const char* unit) {
        result.numbers.push_back({name + end, label, value, unit});
    };
    const double all = forecast.primaries + forecast.scattered;
    if (source == 0)
        result.numbers.push_back({"scan_time", "scan time", model.spect.scan_duration, "min"});
    add("counts", "expected counts", all, "1");
    add("scatter_fraction", "scatter and other nuclides of all counts",
        forecast.scattered / std::max(all, 1e-300), "%");
    if (noise > 0.0)
        add("detection_limit", "3.29 standard deviations of a voxel", 3.29 * noise, "Bq/mL");
}

}  // namespace

void add_spect_images(const SpectModel& model, const ImagedObject& object, exec::ThreadTeam& team,
                      std::size_t source, const std::vector<double>& activity,
                      const SpectForecast& forecast, double noise, ScanResult& result) {
    const std::string& nuclide = model.sources[source].field.emitter.name;
    const std::optional<double> injected = injected_activity(model, source);
    add_activity_images(
        {model.image, suffix(model, source), nuclide, model.spect.body_weight, injected}, team,
        activity, model.activity(source, object, team, model.image), noise, result);
    if (!injected && (model.spect.injected_activity || !model.spect.injected_by_nuclide.empty()))
        result.notes.push_back(fmt::format(
            "The injected activity of {} alone is not known: no uptake relative to it.", nuclide));
    add_numbers(model, source, forecast, noise, result);
    for (std::size_t c = 0; c < model.channels.size(); ++c) {
        if (model.channels[c].source != source) continue;
        const Collimator& collimator = model.collimators[c];
        const std::string kev = format_number(model.channels[c].line / kiloelectronvolt, 3);
        result.facts.emplace_back(
            fmt::format("{}_{}_keV", nuclide, kev),
            fmt::format("collimator blur {} mm, sensitivity {} per photon at the axis",
                        format_number(1e3 * collimator.blur(model.spect.radius_of_rotation), 3),
                        format_number(collimator.sensitivity(model.spect.radius_of_rotation), 3)));
    }
}

void add_blank_spect(const SpectModel& model, const ImagedObject& object, exec::ThreadTeam& team,
                     std::size_t source, const SpectForecast& forecast, ScanResult& result) {
    if (!(model.spect.detector_efficiency > 0.0))
        throw InputError(Diagnostic{{},
                                    "the SPECT detector counts none of the photons that reach it",
                                    "a detector_efficiency of some ten percent",
                                    "detector_efficiency = \"85 %\""});
    const EmittingField& field = model.sources[source].field;
    const std::vector<double> zeros(static_cast<std::size_t>(model.image.cell_count()), 0.0);
    add_spect_images(model, object, team, source, zeros, forecast, 0.0, result);
    if (!field.is_active())
        result.notes.push_back(fmt::format(
            "The images of {} are blank: there is no activity in the object at this time.",
            field.emitter.name));
    else
        result.notes.push_back(fmt::format(
            "The images of {} are blank: the activity in the object at this time gives {} expected "
            "counts.",
            field.emitter.name, format_number(forecast.primaries, 3)));
}

ScanResult spect_image_tier(const ScanContext& context, const ImagedObject& object,
                            const SpectModel& model) {
    exec::ThreadTeam& team = context.team;
    ScanResult result;
    for (std::size_t s = 0; s < model.sources.size(); ++s) {
        SpectForecast forecast;
        if (model.sources[s].field.is_active())
            forecast = forecast_spect(context, model, object, s);
        if (!(forecast.primaries >= 1.0)) {
            add_blank_spect(model, object, team, s, forecast, result);
            continue;
        }
        const LinearReconstruction linear = spect_reconstruction(model, s);
        std::vector<double> activity = model.activity(s, object, team, model.image);
        auto noise = large_vector<double>(activity.size());
        add_gaussian_noise(team, noise, 1.0, context.seed, NoisePurpose::decays,
                           static_cast<std::uint32_t>(s));
        filter_volume(team, linear, forecast.information, margin, activity, noise);
        const auto in_each = [&](const auto& work) {
            exec::for_each(team, static_cast<index_t>(activity.size()),
                           [&](index_t i) { work(static_cast<std::size_t>(i)); });
        };
        in_each(
            [&](std::size_t i) { activity[i] = std::max(0.0, activity[i] * forecast.seen[i]); });
        const std::vector<double> deviation = voxel_deviation(
            team, linear, forecast.information, activity, forecast.weight, forecast.gain);
        in_each([&](std::size_t i) { activity[i] += deviation[i] * noise[i]; });
        add_spect_images(model, object, team, s, activity, forecast,
                         typical_deviation(model.image, object, team, deviation), result);
    }
    return result;
}

ScanResult scan_spect(const ScanContext& context, const ImagedObject& object,
                      const SpectSettings& settings, Tier tier) {
    const SpectModel model = spect_model(context, object, settings);
    ScanResult result = tier == Tier::image ? spect_image_tier(context, object, model)
                                            : spect_acquisition_tier(context, object, model);
    add_assumptions(model, tier, result);
    if (context.progress) context.progress(1.0);
    return result;
}

}  // namespace caravel::imaging
