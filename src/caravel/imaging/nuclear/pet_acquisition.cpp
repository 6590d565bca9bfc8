#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/noise.hpp"
#include "caravel/imaging/nuclear/activity_images.hpp"
#include "caravel/imaging/nuclear/pet_model.hpp"
#include "caravel/imaging/nuclear/pet_ring.hpp"
#include "caravel/imaging/nuclear/pet_system.hpp"
#include "caravel/imaging/nuclear/scan_checks.hpp"
#include "caravel/imaging/tomography/projection.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

std::size_t at(index_t n) { return static_cast<std::size_t>(n); }

/// Annihilations (1/(s m3)) after the flight of the positrons, blurred by the detectors.
std::vector<float> seen_rate(const ScanContext& context, const PetModel& model,
                             const ImagedObject& object, const Grid& grid) {
    exec::ThreadTeam& team = context.team;
    const double blur = detector_blur(model.pet);
    std::vector<double> all(at(grid.cell_count()), 0.0);
    for (const AnnihilationSource& source : model.sources) {
        check_interrupted(context, "PET counts");
        if (!source.field.is_active()) continue;
        std::vector<double> rate = resample(team, object.grid, source.field.activity, grid);
        blur_emission(team, grid, source.range, {blur, blur, blur}, rate);
        for (std::size_t i = 0; i < all.size(); ++i)
            all[i] += source.per_decay * std::max(0.0, rate[i]);
    }
    return {all.begin(), all.end()};
}

/// Survival of both photons on every line.
std::vector<float> survival(exec::ThreadTeam& team, const ScanGeometry& geometry, const Grid& grid,
                            const std::vector<double>& attenuation) {
    const std::vector<float> map(attenuation.begin(), attenuation.end());
    std::vector<float> lines(at(geometry.pixel_count()));
    project_scan(team, geometry, grid, map, lines);
    for (float& line : lines) line = std::exp(-line);
    return lines;
}

struct PetCounts {
    EmissionCounts data{};
    double trues = 0.0;
    double scattered = 0.0;
    double accidental = 0.0;

    bool any() const {
        return std::any_of(data.counts.begin(), data.counts.end(),
                           [](float count) { return count > 0.0F; });
    }
    PetTotals totals() const { return {trues, scattered, accidental}; }
};

PetCounts take_counts(const ScanContext& context, const ImagedObject& object, const PetModel& model,
                      const ScanGeometry& geometry) {
    exec::ThreadTeam& team = context.team;
    const Grid grid = pet_source_grid(object.grid, model.image);
    const std::vector<float> rate = seen_rate(context, model, object, grid);
    std::vector<float> lines(at(geometry.pixel_count()));
    project_scan(team, geometry, grid, rate, lines);
    check_interrupted(context, "PET counts");
    const std::vector<float> passed =
        survival(team, geometry, grid, resample(team, object.grid, model.attenuation, grid));
    const PetBackground background = pet_background(context, model, object, geometry, {});
    PetCounts counts;
    const std::vector<double> row_gains = model.row_gains(geometry);
    std::vector<double> means(lines.size());
    for (std::size_t i = 0; i < means.size(); ++i) {
        const index_t row = static_cast<index_t>(i) / geometry.columns % geometry.rows;
        const double trues =
            row_gains[at(row)] * static_cast<double>(passed[i]) * static_cast<double>(lines[i]);
        counts.trues += trues;
        means[i] = trues + static_cast<double>(background.counts[i]);
    }
    counts.scattered = background.scattered;
    counts.accidental = background.accidental;
    draw_counts(team, means, context.seed, NoisePurpose::decays);
    counts.data.counts = by_subset(geometry, model.pet.subsets, means);
    counts.data.background = by_subset(geometry, model.pet.subsets, background.known);
    return counts;
}

/// Counts per line integral of activity in every bin, as the reconstruction believes.
std::vector<float> believed_gain(const PetModel& model, const ImagedObject& object,
                                 exec::ThreadTeam& team, const ScanGeometry& geometry) {
    const double per_activity = model.sources[model.calibrated].per_decay;
    std::vector<float> gain(at(geometry.pixel_count()), 1.0F);
    if (model.pet.attenuation_correction)
        gain = survival(team, geometry, model.image,
                        resample(team, object.grid, model.attenuation, model.image));
    const std::vector<double> row_gains = model.row_gains(geometry);
    for (std::size_t i = 0; i < gain.size(); ++i) {
        const index_t row = static_cast<index_t>(i) / geometry.columns % geometry.rows;
        gain[i] *= static_cast<float>(per_activity * row_gains[at(row)]);
    }
    return gain;
}

}  // namespace

Grid pet_source_grid(const Grid& object, const Grid& image) {
    if (std::min(object.spacing[0], object.spacing[1]) > 0.75 * image.spacing[0]) return image;
    Grid grid = image;
    grid.nx *= 2;
    grid.ny *= 2;
    grid.spacing[0] *= 0.5;
    grid.spacing[1] *= 0.5;
    return grid;
}

ScanResult pet_acquisition_tier(const ScanContext& context, const ImagedObject& object,
                                const PetModel& model) {
    exec::ThreadTeam& team = context.team;
    PetSystem pet{context,
                  model.image,
                  model.sinograms(model.image, model.pet.views),
                  model.pet.subsets,
                  model.pet.psf_model ? detector_blur(model.pet) : 0.0,
                  {}};
    const PetCounts counts = take_counts(context, object, model, pet.geometry);
    if (!counts.any()) return blank_pet(model, team, counts.totals());
    pet.gain = by_subset(pet.geometry, model.pet.subsets,
                         believed_gain(model, object, team, pet.geometry));
    const EmissionSystem system = pet.system();
    std::vector<float> image(model.truth.size(), even_start(system, counts.data));
    const auto updates = static_cast<double>(model.pet.iterations * model.pet.subsets);
    reconstruct_emission(team, system, counts.data, model.pet.iterations, image, [&](index_t done) {
        if (context.progress) context.progress(static_cast<double>(done) / updates);
    });
    std::vector<double> activity(image.begin(), image.end());
    const double filter = model.pet.post_filter;
    if (filter > 0.0) blur(team, model.image, {filter, filter, filter}, activity);
    ScanResult result;
    const PetForecast forecast = forecast_pet(context, model, object);
    std::vector<double> expected = model.truth;
    const double typical = typical_deviation(model.image, object, team,
                                             expected_deviation(model, forecast, team, expected));
    add_pet_images(model, team, activity, typical, result);
    add_pet_numbers(model, counts.totals(), typical, result);
    return result;
}

}  // namespace caravel::imaging
