#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/nuclear/scan_checks.hpp"
#include "caravel/imaging/nuclear/spect_model.hpp"
#include "caravel/imaging/nuclear/spectral_filter.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

std::size_t at(index_t n) { return static_cast<std::size_t>(n); }

/// Columns and planes that hold a circle of `radius`.
index_t turned_width(const Grid& grid, double radius) {
    const double diagonal = std::hypot(static_cast<double>(grid.nx), static_cast<double>(grid.ny));
    return static_cast<index_t>(
        std::ceil(std::min(diagonal, 2.0 * radius / grid.spacing[0] + 4.0)));
}

void add_up(const std::vector<std::vector<float>>& parts, std::span<float> sum) {
    std::fill(sum.begin(), sum.end(), 0.0F);
    for (const std::vector<float>& part : parts)
        for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += part[i];
}

}  // namespace

SpectCounting::SpectCounting(const SpectModel& model, const ImagedObject& object,
                             exec::ThreadTeam& team, const Grid& grid, index_t views)
    : model_(model), grid_(grid), views_(views) {
    for (const auto& [energy, map] : model.attenuation) {
        const std::vector<double> on_grid = resample(team, object.grid, map, grid);
        double sum = 0.0;
        double squares = 0.0;
        for (const double value : on_grid) {
            sum += value;
            squares += value * value;
        }
        typical_[energy] = sum > 0.0 ? squares / sum : 0.0;
        attenuation_[energy] = on_grid;
    }
    const SpectSettings& spect = model.spect;
    const index_t width = turned_width(grid, model.radius);
    static const std::vector<double> none;
    for (std::size_t c = 0; c < model.channels.size(); ++c) {
        const auto found = attenuation_.find(model.channels[c].line);
        const std::vector<double>& map = found == attenuation_.end() ? none : found->second;
        primary_.emplace_back(grid, width, spect.radius_of_rotation, model.collimators[c], map);
        assumed_.emplace_back(grid, width, spect.radius_of_rotation, model.collimators[c],
                              spect.attenuation_correction ? map : none, spect.response_model);
    }
}

double SpectCounting::angle(index_t view) const {
    return 2.0 * std::numbers::pi * static_cast<double>(view) / static_cast<double>(views_);
}

std::vector<std::size_t> SpectCounting::own_channels(std::size_t source) const {
    std::vector<std::size_t> own;
    for (std::size_t c = 0; c < model_.channels.size(); ++c)
        if (model_.channels[c].source == source) own.push_back(c);
    return own;
}

double SpectCounting::scale(std::size_t source, std::size_t channel) const {
    double photons = 0.0;
    for (const matter::NuclidePhoton& photon : model_.sources[source].field.emitter.photons)
        photons += photon.intensity * model_.channels[channel].window.accepts(photon.energy);
    return photons * grid_.cell_volume() * model_.sources[source].decay * model_.view_time() *
           model_.spect.detector_efficiency;
}

std::vector<double> SpectCounting::scatter_source(exec::ThreadTeam& team, std::size_t source,
                                                  std::span<const double> activity,
                                                  std::size_t channel) const {
    // Photons reach a place by exp(-mu r)/(4 pi r^2), whose transform is atan(w/mu)/w; what they
    // scatter there into the window leaves in all directions alike.
    std::vector<double> scattered(activity.size(), 0.0);
    const EnergyWindow& window = model_.channels[channel].window;
    const double margin = 0.5 * static_cast<double>(grid_.nx) * grid_.spacing[0];
    for (const matter::NuclidePhoton& photon : model_.sources[source].field.emitter.photons) {
        const auto map = attenuation_.find(photon.energy);
        if (map == attenuation_.end()) continue;
        const double share =
            photon.intensity * scattered_into(photon.energy, window.low, window.high);
        const double mu = typical_.at(photon.energy);
        if (!(share > 0.0 && mu > 0.0)) continue;
        std::vector<double> flux(activity.begin(), activity.end());
        filter_pair(team, grid_, margin,
                    [mu](const OctantPoint& p) {
                        const Vector3& k = p.frequency;
                        const double w = 2.0 * std::numbers::pi * std::hypot(k[0], k[1], k[2]);
                        return std::pair(w > 1e-6 * mu ? std::atan(w / mu) / w : 1.0 / mu, 1.0);
                    },
                    flux, {});
        for (std::size_t i = 0; i < flux.size(); ++i)
            scattered[i] += share * map->second[i] * std::max(0.0, flux[i]);
    }
    return scattered;
}

std::vector<float> SpectCounting::expect(const ScanContext& context, std::size_t source,
                                         std::span<const double> activity, std::size_t channel,
                                         Part part) const {
    const double unit = grid_.cell_volume() * model_.sources[source].decay * model_.view_time() *
                        model_.spect.detector_efficiency;
    std::vector<double> seen(activity.size(), 0.0);
    if (part != Part::primary && model_.spect.scatter) {
        seen = scatter_source(context.team, source, activity, channel);
        for (double& value : seen) value *= unit;
    }
    if (part != Part::scattered) {
        const double direct = scale(source, channel);
        for (std::size_t i = 0; i < seen.size(); ++i) seen[i] += direct * activity[i];
    }
    std::vector<float> counts(at(views_ * view_size()), 0.0F);
    if (std::none_of(seen.begin(), seen.end(), [](double v) { return v > 0.0; })) return counts;
    const std::vector<float> narrow(seen.begin(), seen.end());
    const index_t batch = std::max<index_t>(16, 4 * context.team.size());
    for (index_t first = 0; first < views_; first += batch) {
        check_interrupted(context, "SPECT counts");
        context.team.run(std::min(batch, views_ - first), [&](index_t n) {
            const index_t view = first + n;
            primary_[channel].project(
                angle(view), narrow,
                std::span(counts).subspan(at(view * view_size()), at(view_size())));
        });
    }
    return counts;
}

EmissionSystem SpectCounting::system(const ScanContext& context, std::size_t source,
                                     index_t subsets) const {
    EmissionSystem all;
    const std::vector<std::size_t> own = own_channels(source);
    const auto channels = static_cast<index_t>(own.size());
    const index_t tiles = views_ / subsets * channels;
    all.voxels = grid_.cell_count();
    all.subsets = subsets;
    all.subset_size = tiles * view_size();
    const auto part = [size = at(view_size())](auto values, index_t tile) {
        return values.subspan(at(tile) * size, size);
    };
    all.project = [=, this, &context](index_t s, std::span<const float> image,
                                      std::span<float> counts) {
        check_interrupted(context, "SPECT projection");
        context.team.run(tiles, [&](index_t tile) {
            const std::size_t c = own[at(tile % channels)];
            const std::span<float> view = part(counts, tile);
            assumed_[c].project(angle(s + tile / channels * subsets), image, view);
            const auto factor = static_cast<float>(scale(source, c));
            for (float& value : view) value *= factor;
        });
    };
    all.back_project = [=, this, &context](index_t s, std::span<const float> counts,
                                           std::span<float> image) {
        check_interrupted(context, "SPECT back projection");
        std::vector<std::vector<float>> parts(at(tiles));
        context.team.run(tiles, [&](index_t tile) {
            const std::size_t c = own[at(tile % channels)];
            const std::span<const float> view = part(counts, tile);
            std::vector<float> scaled(view.begin(), view.end());
            const auto factor = static_cast<float>(scale(source, c));
            for (float& value : scaled) value *= factor;
            parts[at(tile)].assign(image.size(), 0.0F);
            assumed_[c].back_project(angle(s + tile / channels * subsets), scaled, parts[at(tile)]);
        });
        add_up(parts, image);
    };
    return all;
}

}  // namespace caravel::imaging
