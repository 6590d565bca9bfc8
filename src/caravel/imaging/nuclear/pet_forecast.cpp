#include "caravel/base/large_pages.hpp"
#include "caravel/exec/for_each.hpp"
#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/nuclear/pet_model.hpp"
#include "caravel/imaging/nuclear/pet_ring.hpp"
#include "caravel/imaging/nuclear/pet_system.hpp"
#include "caravel/imaging/nuclear/scan_checks.hpp"
#include "caravel/imaging/tomography/projection.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace caravel::imaging {
namespace {

constexpr index_t least_views = 24;
constexpr index_t most_subsets = 8;
constexpr double forecast_margin = 6e-3;  // m, what positrons and blur can cross
constexpr double least_line = 1e-3;  // of the longest line integral: emptier lines count as that

std::size_t at(index_t n) { return static_cast<std::size_t>(n); }

Grid forecast_grid(const PetModel& model, const Grid& grid) {
    const double width = std::max(static_cast<double>(grid.nx) * grid.spacing[0],
                                  static_cast<double>(grid.ny) * grid.spacing[1]);
    const double length = static_cast<double>(grid.nz) * grid.spacing[2];
    const double across = std::max(model.pet.resolution, width / 40.0);
    return covering_grid(grid, {across, across, std::max(model.pet.resolution, length / 24.0)});
}

std::vector<float> projections(exec::ThreadTeam& team, const ScanGeometry& geometry,
                               const Grid& grid, const std::vector<double>& volume) {
    const std::vector<float> narrow(volume.begin(), volume.end());
    std::vector<float> lines(at(geometry.pixel_count()));
    project_scan(team, geometry, grid, narrow, lines);
    return lines;
}

/// Mean over all views of what the lines through each voxel hold, on the image's grid.
std::vector<double> mean_over_lines(exec::ThreadTeam& team, const ScanGeometry& geometry,
                                    const Grid& grid, const std::vector<float>& lines,
                                    const std::vector<float>& ones, const Grid& image) {
    std::vector<float> sum(at(grid.cell_count()), 0.0F);
    back_project_scan(team, geometry, grid, lines, sum);
    std::vector<double> mean(sum.size());
    for (std::size_t i = 0; i < sum.size(); ++i)
        mean[i] = ones[i] > 0.0F ? static_cast<double>(sum[i] / ones[i]) : 0.0;
    return resample(team, grid, mean, image);
}

double true_share(const PetTotals& totals) {
    return totals.trues / std::max(totals.trues + totals.scattered + totals.accidental, 1e-300);
}

/// Subsets of as many updates as the scan's, with three views or more each.
index_t forecast_subsets(const PetSettings& pet) {
    index_t subsets = std::min(most_subsets, pet.subsets);
    while (pet.iterations * pet.subsets % subsets != 0) --subsets;
    return subsets;
}

ScanGeometry forecast_geometry(const PetModel& model, const Grid& grid) {
    const index_t subsets = forecast_subsets(model.pet);
    ScanGeometry geometry = model.sinograms(grid, (least_views + subsets - 1) / subsets * subsets);
    geometry.column_pitch = std::max(model.bin, grid.spacing[0]);
    geometry.columns = static_cast<index_t>(
        std::ceil(static_cast<double>(geometry.columns) * model.bin / geometry.column_pitch));
    return geometry;
}

/// Annihilations (1/(s m3)) as the detectors blur them.
std::vector<double> blurred_rate(const PetModel& model, exec::ThreadTeam& team, const Grid& grid,
                                 std::vector<double> rate) {
    const double blurred = detector_blur(model.pet);
    blur_emission(team, grid, model.sources[model.calibrated].range, {blurred, blurred, blurred},
                  rate);
    for (double& value : rate) value = std::max(0.0, value);
    return rate;
}

/// Of every line: see PetForecast.
struct ForecastLines {
    std::vector<float> weight{};
    std::vector<float> gain{};
    std::vector<float> passed{};
    std::vector<float> expected{};
};

/// Adds the true counts of the lines, each standing for `lines_per_line` of the scan, to `trues`.
ForecastLines forecast_lines(const PetModel& model, const ScanGeometry& geometry,
                             const std::vector<float>& emission, const std::vector<float>& depth,
                             const PetBackground& background, double lines_per_line,
                             double& trues) {
    const float longest = *std::max_element(emission.begin(), emission.end());
    const float least = static_cast<float>(least_line) * longest;
    const std::vector<double> row_gains = model.row_gains(geometry);
    ForecastLines lines;
    for (std::size_t i = 0; i < emission.size(); ++i) {
        const index_t row = static_cast<index_t>(i) / geometry.columns % geometry.rows;
        const double full = row_gains[at(row)];
        const double attenuated = std::exp(-static_cast<double>(depth[i]));
        const double gain = model.pet.attenuation_correction ? full * attenuated : full;
        const double expected =
            full * attenuated * static_cast<double>(std::max(emission[i], least)) +
            static_cast<double>(background.counts[i]);
        lines.weight.push_back(expected > 0.0 ? static_cast<float>(gain * gain / expected) : 0.0F);
        lines.gain.push_back(static_cast<float>(gain));
        lines.expected.push_back(
            static_cast<float>(full * attenuated * static_cast<double>(emission[i]) +
                               static_cast<double>(background.counts[i])));
        lines.passed.push_back(gain > 0.0 ? static_cast<float>(full * attenuated / gain) : 0.0F);
        trues += lines_per_line * full * attenuated * static_cast<double>(emission[i]);
    }
    return lines;
}

/// Information and chord of LinearReconstruction, weighted with the activity seen and its square.
/// Through an even object lines hold activity times chord.
void add_means(const PetModel& model, PetForecast& forecast) {
    const double per_activity = model.sources[model.calibrated].per_decay;
    double sum = 0.0, squares = 0.0;
    double information = 0.0, lines = 0.0;
    for (std::size_t i = 0; i < model.truth.size(); ++i) {
        if (!(forecast.gain[i] > 0.0 && forecast.weight[i] > 0.0)) continue;
        const double x = model.truth[i] * per_activity * forecast.seen[i];
        sum += x;
        squares += x * x;
        information += x * x * forecast.weight[i] / forecast.gain[i];
        lines += x * forecast.gain[i] / forecast.weight[i];
    }
    if (!(sum > 0.0)) return;
    forecast.information = information / sum;
    forecast.chord = true_share(forecast.totals) * lines / squares;
}

/// Two neighbouring voxels of an axis and the share of the second.
struct Between {
    index_t low = 0;
    index_t high = 0;
    double part = 0.0;
};

/// Where each voxel's middle of one axis lies between those of another.
std::vector<Between> places_between(const Grid& from, const Grid& to, std::size_t axis) {
    const std::array<index_t, 3> sizes{from.nx, from.ny, from.nz};
    const std::array<index_t, 3> counts{to.nx, to.ny, to.nz};
    const index_t last = sizes[axis] - 1;
    std::vector<Between> places;
    for (index_t i = 0; i < counts[axis]; ++i) {
        const double middle = to.origin[axis] + (static_cast<double>(i) + 0.5) * to.spacing[axis];
        const double cells = std::clamp((middle - from.origin[axis]) / from.spacing[axis] - 0.5,
                                        0.0, static_cast<double>(last));
        const index_t low = std::min(static_cast<index_t>(cells), std::max<index_t>(last - 1, 0));
        places.push_back({low, std::min(low + 1, last), cells - static_cast<double>(low)});
    }
    return places;
}

/// Values between the voxels' middles, the outermost kept beyond them.
std::vector<double> interpolated(exec::ThreadTeam& team, const Grid& from,
                                 const std::vector<double>& values, const Grid& to) {
    const std::vector<Between> x = places_between(from, to, 0);
    const std::vector<Between> y = places_between(from, to, 1);
    const std::vector<Between> z = places_between(from, to, 2);
    const auto mixed = [](double low, double high, double part) {
        return low + part * (high - low);
    };
    auto result = large_vector<double>(at(to.cell_count()));
    team.run(to.nz, [&](index_t k) {
        const Between& c = z[at(k)];
        std::vector<double> row(at(from.nx));
        for (index_t j = 0; j < to.ny; ++j) {
            const Between& b = y[at(j)];
            for (index_t i = 0; i < from.nx; ++i)
                row[at(i)] = mixed(mixed(values[at(from.index(i, b.low, c.low))],
                                         values[at(from.index(i, b.high, c.low))], b.part),
                                   mixed(values[at(from.index(i, b.low, c.high))],
                                         values[at(from.index(i, b.high, c.high))], b.part),
                                   c.part);
            for (index_t i = 0; i < to.nx; ++i) {
                const Between& a = x[at(i)];
                result[at(to.index(i, j, k))] = mixed(row[at(a.low)], row[at(a.high)], a.part);
            }
        }
    });
    return result;
}

/// What expectation maximisation itself, on the coarse grid and without noise, finds above its
/// linearisation of `rate` (1/(s m3), on the image's grid): cold places fill in late, hot ones
/// early, and what an uncorrected attenuation does to the shape.
std::vector<double> beyond_linear(const ScanContext& context, const PetModel& model,
                                  const PetForecast& forecast, const Grid& grid,
                                  const ScanGeometry& geometry, const ForecastLines& lines,
                                  const PetBackground& background, std::vector<double> rate) {
    exec::ThreadTeam& team = context.team;
    const index_t subsets = forecast_subsets(model.pet);
    const PetSystem pet{context,
                        grid,
                        geometry,
                        subsets,
                        model.pet.psf_model ? detector_blur(model.pet) : 0.0,
                        by_subset(geometry, subsets, lines.gain)};
    const EmissionSystem system = pet.system();
    const EmissionCounts counts{by_subset(geometry, subsets, lines.expected),
                                by_subset(geometry, subsets, background.known)};
    std::vector<float> image(at(grid.cell_count()), even_start(system, counts));
    reconstruct_emission(team, system, counts, model.pet.iterations * model.pet.subsets / subsets,
                         image);
    LinearReconstruction linear = pet_reconstruction(model, forecast);
    linear.grid = grid;
    linear.from_voxels = true;
    linear.subsets = 1;
    linear.post_filter = 0.0;
    filter_volume(team, linear, forecast.information, forecast_margin, rate, {});
    const std::vector<double> seen = resample(team, model.image, forecast.seen, grid);
    std::vector<double> more(rate.size());
    for (std::size_t i = 0; i < more.size(); ++i)
        more[i] = static_cast<double>(image[i]) - std::max(0.0, rate[i] * seen[i]);
    if (const double filter = model.pet.post_filter; filter > 0.0)
        blur(team, grid, {filter, filter, filter}, more);
    return interpolated(team, grid, more, model.image);
}

}  // namespace

LinearReconstruction pet_reconstruction(const PetModel& model, const PetForecast& forecast) {
    const double blur = detector_blur(model.pet);
    LinearReconstruction linear;
    linear.grid = model.image;
    linear.updates = static_cast<double>(model.pet.iterations * model.pet.subsets);
    linear.views = static_cast<double>(model.pet.views);
    linear.subsets = model.pet.subsets;
    linear.bin = model.bin;
    linear.chord = forecast.chord;
    linear.true_share = true_share(forecast.totals);
    linear.true_blur = {blur, blur, blur};
    if (model.pet.psf_model) linear.model_blur = {blur, blur, blur};
    linear.post_filter = model.pet.post_filter;
    linear.positrons = model.sources[model.calibrated].range;
    return linear;
}

PetForecast forecast_pet(const ScanContext& context, const PetModel& model,
                         const ImagedObject& object) {
    exec::ThreadTeam& team = context.team;
    const Grid grid = forecast_grid(model, object.grid);
    const ScanGeometry geometry = forecast_geometry(model, grid);
    std::vector<double> rate = annihilation_rate(model, object, team, grid);
    const std::vector<float> emission =
        projections(team, geometry, grid, blurred_rate(model, team, grid, rate));
    check_interrupted(context, "PET forecast");
    const std::vector<float> depth =
        projections(team, geometry, grid, resample(team, object.grid, model.attenuation, grid));
    const PetBackground background =
        pet_background(context, model, object, geometry, {4, 24, 12.0, 2});
    const double lines_per_line = static_cast<double>(model.pet.views) /
                                  static_cast<double>(geometry.views) * geometry.column_pitch /
                                  model.bin * grid.spacing[2] / model.image.spacing[2];
    PetForecast forecast;
    const ForecastLines lines = forecast_lines(model, geometry, emission, depth, background,
                                               lines_per_line, forecast.totals.trues);
    forecast.totals.scattered = lines_per_line * background.scattered;
    forecast.totals.accidental = lines_per_line * background.accidental;
    std::vector<float> ones(at(grid.cell_count()), 0.0F);
    back_project_scan(team, geometry, grid, std::vector<float>(emission.size(), 1.0F), ones);
    const auto mean = [&](const std::vector<float>& values) {
        check_interrupted(context, "PET forecast");
        return mean_over_lines(team, geometry, grid, values, ones, model.image);
    };
    forecast.weight = mean(lines.weight);
    forecast.gain = mean(lines.gain);
    forecast.seen = mean(lines.passed);
    add_means(model, forecast);
    if (forecast.totals.trues >= 1.0)
        forecast.beyond_linear = beyond_linear(context, model, forecast, grid, geometry, lines,
                                               background, std::move(rate));
    return forecast;
}

std::vector<double> expected_deviation(const PetModel& model, const PetForecast& forecast,
                                       exec::ThreadTeam& team, std::span<const double> activity) {
    const double per_activity = model.sources[model.calibrated].per_decay;
    auto rate = large_vector<double>(activity.size());
    exec::for_each(team, static_cast<index_t>(rate.size()),
                   [&](index_t i) { rate[at(i)] = per_activity * activity[at(i)]; });
    std::vector<double> deviation =
        voxel_deviation(team, pet_reconstruction(model, forecast), forecast.information, rate,
                        forecast.weight, forecast.gain);
    exec::for_each(team, static_cast<index_t>(deviation.size()),
                   [&](index_t i) { deviation[at(i)] /= per_activity; });
    return deviation;
}

}  // namespace caravel::imaging
