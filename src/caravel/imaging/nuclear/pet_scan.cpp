#include "caravel/imaging/nuclear/pet_scan.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/base/large_pages.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/exec/for_each.hpp"
#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/noise.hpp"
#include "caravel/imaging/nuclear/activity_images.hpp"
#include "caravel/imaging/nuclear/pet_model.hpp"
#include "caravel/imaging/nuclear/pet_ring.hpp"
#include "caravel/imaging/nuclear/scan_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace caravel::imaging {
namespace {

constexpr double margin = 6e-3;  // m, what positrons and blur can cross

void add_assumptions(const PetModel& model, Tier tier, ScanResult& result) {
    result.assumptions.emplace_back(
        "Coincidences of all ring differences count in the direct plane between them, without "
        "axial blur of the rebinning; sensitivity off the axis is that on it.");
    result.assumptions.emplace_back(
        "Detectors are alike, without dead time and parallax; what is corrected of scatter and "
        "randoms is known as its expectation in the reconstruction.");
    result.assumptions.emplace_back(
        "Positrons fly as in water; mean range on the scale of Conti and Eriksson 2016 times the "
        "given factor.");
    result.assumptions.emplace_back(
        "The activity stays in place during the scan and decays; the "
        "image is that at its start.");
    if (tier == Tier::image)
        result.assumptions.emplace_back(
            "Image: truth times the linearised transfer of the reconstruction at the mean "
            "information of the activity, with what the reconstruction itself finds beyond that "
            "on a coarse grid; normal noise of its linearised covariance.");
    if (!model.pet.attenuation_correction && model.pet.attenuation)
        result.notes.emplace_back("Attenuation is not corrected: activities come out too low.");
    if (!model.pet.scatter_correction && model.pet.scatter)
        result.notes.emplace_back(
            "Scatter is not corrected: cold places and the surroundings show activity.");
}

void add_notes(const PetModel& model, ScanResult& result) {
    std::vector<std::string> names;
    for (const AnnihilationSource& source : model.sources)
        if (source.field.is_active()) names.push_back(source.field.emitter.name);
    if (names.size() > 1) {
        result.notes.push_back(fmt::format(
            "The object holds {}: PET cannot tell them apart, the image is in activity of {} that "
            "would emit as many positrons.",
            fmt::join(names, ", "), model.sources[model.calibrated].field.emitter.name));
    }
    for (const AnnihilationSource& source : model.sources) {
        if (!source.field.is_active()) continue;
        for (const matter::NuclidePhoton& photon : source.field.emitter.photons) {
            if (photon.energy < model.pet.energy_window_low || photon.intensity < 0.01) continue;
            result.notes.push_back(fmt::format(
                "{} emits {} % photons of {} keV; their coincidences with annihilation photons are "
                "left out.",
                source.field.emitter.name, format_number(100.0 * photon.intensity, 3),
                format_number(photon.energy / kiloelectronvolt, 4)));
        }
    }
}

/// What the image is corrected for: what there was to correct and was taken account of.
std::string corrections(const PetSettings& pet) {
    std::string list = "decay";
    if (pet.attenuation && pet.attenuation_correction) list += ", attenuation";
    if (pet.scatter && pet.scatter_correction) list += ", scatter";
    if (pet.randoms) list += ", randoms";
    return list;
}

}  // namespace

void add_pet_images(const PetModel& model, exec::ThreadTeam& team,
                    const std::vector<double>& activity, double noise, ScanResult& result) {
    add_activity_images({model.image, "", model.sources[model.calibrated].field.emitter.name,
                         model.pet.body_weight, model.pet.injected_activity},
                        team, activity, model.truth, noise, result);
}

void add_pet_numbers(const PetModel& model, const PetTotals& totals, double noise,
                     ScanResult& result) {
    const PetSettings& pet = model.pet;
    const double prompts = totals.trues + totals.scattered + totals.accidental;
    const auto add = [&](const char* name, const char* label, double value, const char* unit) {
        result.numbers.push_back({name, label, value, unit});
    };
    add("scan_time", "scan time", pet.scan_duration, "min");
    add("counts", "expected prompt coincidences", prompts, "1");
    add("trues", "expected true coincidences", totals.trues, "1");
    add("scatter_fraction", "scattered of true and scattered",
        totals.scattered / std::max(totals.trues + totals.scattered, 1e-300), "%");
    add("random_fraction", "accidental of all coincidences",
        totals.accidental / std::max(prompts, 1e-300), "%");
    add("noise_equivalent_counts", "trues squared over prompts",
        totals.trues * totals.trues / std::max(prompts, 1e-300), "1");
    add("sensitivity", "counts per pair emitted in the middle", pair_sensitivity(pet, 0.0), "%");
    add("detector_resolution", "full width at half maximum of the detectors", detector_blur(pet),
        "mm");
    if (noise > 0.0)
        add("detection_limit", "3.29 standard deviations of a voxel", 3.29 * noise, "Bq/mL");
    const Emitter& nuclide = model.sources[model.calibrated].field.emitter;
    result.facts.emplace_back("nuclide", nuclide.name);
    result.facts.emplace_back("scan_duration", format_quantity(pet.scan_duration, "s"));
    result.facts.emplace_back("corrections", corrections(pet));
    if (pet.injected_activity)
        result.facts.emplace_back("injected_activity",
                                  format_quantity(*pet.injected_activity, "MBq"));
    if (pet.body_weight)
        result.facts.emplace_back("body_weight", format_quantity(*pet.body_weight, "g"));
    result.facts.emplace_back("half_life", format_quantity(nuclide.half_life, "s"));
    result.facts.emplace_back("positron_fraction", format_number(nuclide.positron_fraction, 5));
    if (model.sources[model.calibrated].range)
        result.facts.emplace_back(
            "mean_positron_range",
            fmt::format(
                "{} mm",
                format_number(1e3 * model.sources[model.calibrated].range->mean_range(), 3)));
    result.facts.emplace_back("reconstruction",
                              fmt::format("OSEM, {} iterations of {} subsets{}", pet.iterations,
                                          pet.subsets, pet.psf_model ? ", resolution model" : ""));
}

ScanResult blank_pet(const PetModel& model, exec::ThreadTeam& team, const PetTotals& totals) {
    if (!(pair_sensitivity(model.pet, 0.0) > 0.0))
        throw InputError(Diagnostic{{},
                                    "the PET scanner counts none of the pairs that reach it",
                                    "an efficiency and an energy window for some percent",
                                    "a higher efficiency, a wider energy window"});
    ScanResult result;
    add_pet_images(model, team, std::vector<double>(model.truth.size(), 0.0), 0.0, result);
    add_pet_numbers(model, totals, 0.0, result);
    if (!model.is_active())
        result.notes.emplace_back(
            "The images are blank: there is no activity in the object at this time.");
    else
        result.notes.push_back(
            fmt::format("The images are blank: the activity in the object at this time gives {} "
                        "expected true counts.",
                        format_number(totals.trues, 3)));
    return result;
}

ScanResult pet_image_tier(const ScanContext& context, const ImagedObject& object,
                          const PetModel& model) {
    exec::ThreadTeam& team = context.team;
    const PetForecast forecast = forecast_pet(context, model, object);
    const PetTotals& totals = forecast.totals;
    if (!(totals.trues >= 1.0)) return blank_pet(model, team, totals);
    std::vector<double> activity = large_copy(model.truth);
    auto noise = large_vector<double>(activity.size());
    add_gaussian_noise(team, noise, 1.0, context.seed, NoisePurpose::decays);
    filter_volume(team, pet_reconstruction(model, forecast), forecast.information, margin, activity,
                  noise);
    const double per_activity = model.sources[model.calibrated].per_decay;
    exec::for_each(team, static_cast<index_t>(activity.size()), [&](index_t n) {
        const auto i = static_cast<std::size_t>(n);
        activity[i] = std::max(0.0, std::max(0.0, activity[i] * forecast.seen[i]) +
                                        forecast.beyond_linear[i] / per_activity);
    });
    const std::vector<double> deviation = expected_deviation(model, forecast, team, activity);
    const double typical = typical_deviation(model.image, object, team, deviation);
    exec::for_each(team, static_cast<index_t>(activity.size()), [&](index_t n) {
        const auto i = static_cast<std::size_t>(n);
        activity[i] += deviation[i] * noise[i];
    });
    ScanResult result;
    add_pet_images(model, team, activity, typical, result);
    add_pet_numbers(model, totals, typical, result);
    return result;
}

ScanResult scan_pet(const ScanContext& context, const ImagedObject& object,
                    const PetSettings& settings, Tier tier) {
    const PetModel model = pet_model(context, object, settings);
    ScanResult result = !model.is_active()    ? blank_pet(model, context.team, {})
                        : tier == Tier::image ? pet_image_tier(context, object, model)
                                              : pet_acquisition_tier(context, object, model);
    add_assumptions(model, tier, result);
    add_notes(model, result);
    if (context.progress) context.progress(1.0);
    return result;
}

}  // namespace caravel::imaging
