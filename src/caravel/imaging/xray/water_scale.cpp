#include "caravel/imaging/xray/water_scale.hpp"

#include "caravel/base/error.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace caravel::imaging {
namespace {

constexpr std::size_t nodes = 4096;

double mean_signal(const Polychromatic& water, double thickness) {
    ChannelSignal signal;
    channel_signals(water, std::array{thickness}, std::span(&signal, 1));
    return signal.mean;
}

}  // namespace

Polychromatic one_channel(const Polychromatic& model, std::size_t channel) {
    Polychromatic one = model;
    const std::size_t energies = model.energies();
    const std::size_t channels = model.response.channels;
    one.response.channels = 1;
    one.response.mean.assign(energies, 0.0);
    one.response.second.assign(energies, 0.0);
    for (std::size_t c = 0; c < channels; ++c) {
        if (channel != channels && channel != c) continue;
        for (std::size_t e = 0; e < energies; ++e) {
            one.response.mean[e] += model.response.mean[c * energies + e];
            one.response.second[e] += model.response.second[c * energies + e];
        }
    }
    return one;
}

WaterScale::WaterScale(const Polychromatic& water, double longest, double at, bool corrected)
    : air_(mean_signal(water, 0.0)) {
    if (!(air_ > 0.0))
        throw InputError(Diagnostic{{},
                                    "the detector has no counts",
                                    "photons that pass the filters and lie above the thresholds",
                                    "raise the tube's voltage or current, or thin the filters"});
    std::vector<double> depth(nodes);
    for (std::size_t i = 0; i < nodes; ++i)
        depth[i] =
            -std::log(mean_signal(water, longest * static_cast<double>(i) / (nodes - 1)) / air_);
    step_ = depth.back() / (nodes - 1);
    table_.resize(nodes);
    if (!corrected) {
        const double there = std::max(at, 1e-3 * longest);
        const double scale = there / -std::log(mean_signal(water, there) / air_);
        for (std::size_t i = 0; i < nodes; ++i) table_[i] = scale * step_ * static_cast<double>(i);
        return;
    }
    std::size_t j = 1;
    for (std::size_t i = 0; i < nodes; ++i) {
        const double p = step_ * static_cast<double>(i);
        while (j + 1 < nodes && depth[j] < p) ++j;
        const double part = (p - depth[j - 1]) / (depth[j] - depth[j - 1]);
        table_[i] = longest * (static_cast<double>(j - 1) + part) / (nodes - 1);
    }
}

double WaterScale::thickness(double depth) const {
    const double x = depth / step_;
    const double low = std::clamp(std::floor(x), 0.0, static_cast<double>(nodes - 2));
    const auto i = static_cast<std::size_t>(low);
    return table_[i] + (x - low) * (table_[i + 1] - table_[i]);
}

double WaterScale::slope(double depth) const {
    const double low = std::clamp(std::floor(depth / step_), 0.0, static_cast<double>(nodes - 2));
    const auto i = static_cast<std::size_t>(low);
    return (table_[i + 1] - table_[i]) / step_;
}

}  // namespace caravel::imaging
