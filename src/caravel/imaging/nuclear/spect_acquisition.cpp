#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/noise.hpp"
#include "caravel/imaging/nuclear/activity_images.hpp"
#include "caravel/imaging/nuclear/spect_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace caravel::imaging {
namespace {

std::size_t at(index_t n) { return static_cast<std::size_t>(n); }

/// The counts of a channel, view after view, for every channel.
using ChannelCounts = std::vector<std::vector<float>>;

void add(std::vector<float>& sum, const std::vector<float>& values) {
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += values[i];
}

ChannelCounts take_counts(const ScanContext& context, const ImagedObject& object,
                          const SpectModel& model, const SpectCounting& counting) {
    ChannelCounts all;
    for (std::size_t c = 0; c < model.channels.size(); ++c) {
        std::vector<float> sum(at(counting.views() * counting.view_size()), 0.0F);
        for (std::size_t s = 0; s < model.sources.size(); ++s)
            add(sum,
                counting.expect(context, s, model.activity(s, object, context.team, model.image), c,
                                SpectCounting::Part::both));
        std::vector<double> means(sum.begin(), sum.end());
        draw_counts(context.team, means, context.seed, NoisePurpose::decays,
                    static_cast<std::uint32_t>(c));
        all.emplace_back(means.begin(), means.end());
    }
    return all;
}

/// Whether one of these channels has a count.
bool has_counts(const ChannelCounts& counts, const std::vector<std::size_t>& channels) {
    return std::any_of(channels.begin(), channels.end(), [&](std::size_t c) {
        return std::any_of(counts[c].begin(), counts[c].end(),
                           [](float count) { return count > 0.0F; });
    });
}

/// Order of EmissionSystem: per subset its views, per view the source's channels.
std::vector<float> arranged(const SpectCounting& counting, const ChannelCounts& counts,
                            const std::vector<std::size_t>& own, index_t subsets) {
    std::vector<float> sorted;
    const std::size_t size = at(counting.view_size());
    sorted.reserve(own.size() * at(counting.views()) * size);
    for (index_t s = 0; s < subsets; ++s)
        for (index_t v = s; v < counting.views(); v += subsets)
            for (const std::size_t c : own)
                for (std::size_t i = 0; i < size; ++i)
                    sorted.push_back(counts[c][at(v) * size + i]);
    return sorted;
}

std::vector<std::size_t> by_energy(const SpectModel& model) {
    std::vector<double> highest(model.sources.size(), 0.0);
    for (const SpectChannel& channel : model.channels)
        highest[channel.source] = std::max(highest[channel.source], channel.line);
    std::vector<std::size_t> order(model.sources.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return highest[a] > highest[b]; });
    return order;
}

/// Reconstructs one source with what was found of the others as background.
class Reconstruction {
  public:
    Reconstruction(const ScanContext& context, const SpectModel& model,
                   const SpectCounting& counting, const ChannelCounts& counts)
        : context_(context),
          model_(model),
          counting_(counting),
          counts_(counts),
          found_(model.sources.size()) {}

    const std::vector<double>& run(std::size_t source) {
        const bool corrects = model_.spect.scatter && model_.spect.scatter_correction;
        if (corrects) found_[source] = iterate(source, std::min<index_t>(2, iterations()));
        found_[source] = iterate(source, iterations());
        return found_[source];
    }

  private:
    index_t iterations() const { return model_.spect.iterations; }

    ChannelCounts background(const std::vector<std::size_t>& own, std::size_t source) const {
        ChannelCounts all(model_.channels.size());
        for (const std::size_t c : own) {
            all[c].assign(counts_[c].size(), 0.0F);
            for (std::size_t s = 0; s < found_.size(); ++s) {
                if (found_[s].empty() || !model_.spect.scatter_correction) continue;
                add(all[c], counting_.expect(context_, s, found_[s], c,
                                             s == source ? SpectCounting::Part::scattered
                                                         : SpectCounting::Part::both));
            }
        }
        return all;
    }

    std::vector<double> iterate(std::size_t source, index_t times) {
        const index_t subsets = model_.spect.subsets;
        const std::vector<std::size_t> own = counting_.own_channels(source);
        const EmissionSystem system = counting_.system(context_, source, subsets);
        EmissionCounts data;
        data.counts = arranged(counting_, counts_, own, subsets);
        data.background = arranged(counting_, background(own, source), own, subsets);
        std::vector<float> image(at(counting_.grid().cell_count()), even_start(system, data));
        reconstruct_emission(context_.team, system, data, times, image, [&](index_t) {
            ++done_;
            const auto all = static_cast<double>((iterations() + 2) * subsets) *
                             static_cast<double>(found_.size());
            if (context_.progress) context_.progress(std::min(1.0, done_ / all));
        });
        return {image.begin(), image.end()};
    }

    const ScanContext& context_;
    const SpectModel& model_;
    const SpectCounting& counting_;
    const ChannelCounts& counts_;
    std::vector<std::vector<double>> found_;
    double done_ = 0.0;
};

}  // namespace

ScanResult spect_acquisition_tier(const ScanContext& context, const ImagedObject& object,
                                  const SpectModel& model) {
    const SpectCounting counting(model, object, context.team, model.image, model.spect.views);
    const ChannelCounts counts = take_counts(context, object, model, counting);
    Reconstruction reconstruction(context, model, counting, counts);
    std::vector<std::vector<double>> images(model.sources.size());
    for (const std::size_t source : by_energy(model)) {
        if (!has_counts(counts, counting.own_channels(source))) continue;
        images[source] = reconstruction.run(source);
        const double filter = model.spect.post_filter;
        if (filter > 0.0) blur(context.team, model.image, {filter, filter, filter}, images[source]);
    }
    ScanResult result;
    for (std::size_t s = 0; s < images.size(); ++s) {
        const EmittingField& field = model.sources[s].field;
        SpectForecast forecast;
        if (field.is_active() || !images[s].empty())
            forecast = forecast_spect(context, model, object, s);
        if (images[s].empty()) {
            add_blank_spect(model, object, context.team, s, forecast, result);
            continue;
        }
        const std::vector<double> expected = model.activity(s, object, context.team, model.image);
        const double typical = typical_deviation(
            model.image, object, context.team,
            voxel_deviation(context.team, spect_reconstruction(model, s), forecast.information,
                            expected, forecast.weight, forecast.gain));
        add_spect_images(model, object, context.team, s, images[s], forecast, typical, result);
        if (!field.is_active())
            result.notes.push_back(
                fmt::format("There is no activity of {} in the object at this time: its image "
                            "shows counts of other nuclides.",
                            field.emitter.name));
    }
    return result;
}

}  // namespace caravel::imaging
