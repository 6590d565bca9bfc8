#include "caravel/base/large_pages.hpp"
#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/nuclear/spect_model.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::imaging {
namespace {

constexpr index_t forecast_views = 16;
constexpr double least_counts = 1e-3;  // of the most in a bin: emptier bins count as that

std::size_t at(index_t n) { return static_cast<std::size_t>(n); }

Grid forecast_grid(const SpectModel& model, const Grid& grid) {
    const double widest = std::max({static_cast<double>(grid.nx) * grid.spacing[0],
                                    static_cast<double>(grid.ny) * grid.spacing[1],
                                    static_cast<double>(grid.nz) * grid.spacing[2]});
    const double spacing = std::max(model.spect.resolution, widest / 24.0);
    return covering_grid(grid, {spacing, spacing, spacing});
}

std::vector<float> back_projected(const EmissionSystem& system, const std::vector<float>& values) {
    std::vector<float> volume(at(system.voxels));
    system.back_project(0, values, volume);
    return volume;
}

/// Expected counts of the bins of a source's channels in the coarse views, in the order of
/// EmissionSystem.
struct ForecastBins {
    std::vector<float> counts{};
    std::vector<float> primaries{};  // of the source itself, unscattered
};

ForecastBins forecast_bins(const ScanContext& context, const SpectModel& model,
                           const ImagedObject& object, const SpectCounting& counting,
                           std::size_t source) {
    using Part = SpectCounting::Part;
    const std::vector<std::size_t> own = counting.own_channels(source);
    const std::size_t size = at(counting.view_size());
    ForecastBins bins;
    bins.counts.assign(at(forecast_views) * own.size() * size, 0.0F);
    bins.primaries.assign(bins.counts.size(), 0.0F);
    const auto add = [&](const std::vector<float>& views, std::size_t n, std::vector<float>& sum) {
        for (std::size_t v = 0; v < at(forecast_views); ++v)
            for (std::size_t i = 0; i < size; ++i)
                sum[(v * own.size() + n) * size + i] += views[v * size + i];
    };
    for (std::size_t n = 0; n < own.size(); ++n) {
        for (std::size_t s = 0; s < model.sources.size(); ++s) {
            const std::vector<double> activity =
                model.activity(s, object, context.team, counting.grid());
            add(counting.expect(context, s, activity, own[n], Part::both), n, bins.counts);
            if (s == source)
                add(counting.expect(context, s, activity, own[n], Part::primary), n,
                    bins.primaries);
        }
    }
    return bins;
}

std::vector<float> inverse_counts(const std::vector<float>& counts, double bins) {
    const float least = std::max(
        static_cast<float>(least_counts) * *std::max_element(counts.begin(), counts.end()), 1e-30F);
    std::vector<float> inverse(counts.size());
    for (std::size_t i = 0; i < counts.size(); ++i)
        inverse[i] = static_cast<float>(bins) / std::max(counts[i], least);
    return inverse;
}

/// Multiplies the weights by the gains, and finds the information weighted with the activity.
void add_information(const std::vector<double>& expected, SpectForecast& forecast) {
    double sum = 0.0;
    double information = 0.0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        if (!(forecast.gain[i] > 0.0)) continue;
        forecast.weight[i] *= forecast.gain[i];
        sum += expected[i];
        information += expected[i] * expected[i] * forecast.weight[i] / forecast.gain[i];
    }
    forecast.information = sum > 0.0 ? information / sum : 0.0;
    forecast.seen = large_vector<double>(expected.size(), 1.0);
}

}  // namespace

LinearReconstruction spect_reconstruction(const SpectModel& model, std::size_t source) {
    double squares = 0.0;
    double near = 0.0;
    double count = 0.0;
    for (std::size_t c = 0; c < model.channels.size(); ++c) {
        if (model.channels[c].source != source) continue;
        squares += std::pow(model.collimators[c].blur(model.spect.radius_of_rotation), 2);
        near +=
            std::pow(model.collimators[c].blur(model.spect.radius_of_rotation - model.radius), 2);
        count += 1.0;
    }
    const double blur = std::sqrt(squares / count);
    LinearReconstruction linear;
    linear.grid = model.image;
    linear.updates = static_cast<double>(model.spect.iterations * model.spect.subsets);
    linear.views = static_cast<double>(model.spect.views);
    linear.bin = model.spect.resolution;
    linear.true_blur = {blur, blur, blur};
    linear.nearest_blur = std::sqrt(near / count);
    if (model.spect.response_model) linear.model_blur = linear.true_blur;
    linear.post_filter = model.spect.post_filter;
    linear.rotated = true;
    return linear;
}

SpectForecast forecast_spect(const ScanContext& context, const SpectModel& model,
                             const ImagedObject& object, std::size_t source) {
    exec::ThreadTeam& team = context.team;
    const Grid grid = forecast_grid(model, object.grid);
    const SpectCounting counting(model, object, team, grid, forecast_views);
    const EmissionSystem system = counting.system(context, source, 1);
    const ForecastBins data = forecast_bins(context, model, object, counting, source);
    SpectForecast forecast;
    const double views = static_cast<double>(model.spect.views) / forecast_views;
    for (std::size_t i = 0; i < data.counts.size(); ++i) {
        forecast.primaries += views * static_cast<double>(data.primaries[i]);
        forecast.scattered += views * static_cast<double>(data.counts[i] - data.primaries[i]);
    }
    // Bins of the coarse grid hold the counts of `bins` of the scan.
    const double bins = std::pow(grid.spacing[0] / model.image.spacing[0], 2);
    const auto mean = [&](const std::vector<float>& values) {
        const std::vector<float> sum = back_projected(system, values);
        std::vector<double> wide(sum.begin(), sum.end());
        // Per line integral: a voxel's counts are those of h^2 times the length h.
        for (double& value : wide) value /= forecast_views * grid.spacing[0] * bins;
        return resample(team, grid, wide, model.image);
    };
    forecast.gain = mean(std::vector<float>(data.counts.size(), 1.0F));
    forecast.weight = mean(inverse_counts(data.counts, bins));
    add_information(model.activity(source, object, team, model.image), forecast);
    return forecast;
}

}  // namespace caravel::imaging
