#include "caravel/imaging/xray/polychromatic.hpp"

#include "caravel/base/expects.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace caravel::imaging {
namespace {

constexpr std::size_t lanes = 16;  // rays side by side
constexpr std::size_t rays_per_tile = 1024;

using Wide [[gnu::vector_size(32)]] = double;
using WideBits [[gnu::vector_size(32)]] = std::uint64_t;

using Lanes = std::array<double, lanes>;

[[gnu::always_inline]] inline void load(const Lanes& from, std::size_t at, Wide& to) {
    std::memcpy(&to, from.data() + at, sizeof(Wide));
}
[[gnu::always_inline]] inline void store(const Wide& from, Lanes& to, std::size_t at) {
    std::memcpy(to.data() + at, &from, sizeof(Wide));
}

/// x becomes exp(x) for x <= 0, within 3e-14 relative down to -700.
[[gnu::always_inline]] inline void exponentiate(Wide& x) {
    const Wide lowest = {-700.0, -700.0, -700.0, -700.0};
    const Wide clamped = x < lowest ? lowest : x;
    const Wide shifted = clamped * 1.4426950408889634 + 0x1.8p52;
    const Wide whole = shifted - 0x1.8p52;
    const Wide r = (clamped - whole * 0.693145751953125) - whole * 1.42860682030941723212e-6;
    Wide p = r * (1.0 / 6227020800.0) + 1.0 / 479001600.0;
    p = p * r + 1.0 / 39916800.0;
    p = p * r + 1.0 / 3628800.0;
    p = p * r + 1.0 / 362880.0;
    p = p * r + 1.0 / 40320.0;
    p = p * r + 1.0 / 5040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    p = p * r + 1.0;
    p = p * r + 1.0;
    // the whole number of twos stands in the low bits
    const WideBits exponent = (__builtin_bit_cast(WideBits, shifted) << 52U) + (1023ULL << 52U);
    x = p * __builtin_bit_cast(Wide, exponent);
}

/// Photons of one energy behind `lanes` rays.
[[gnu::always_inline]] inline void arriving(const Polychromatic& model, std::size_t energy,
                                            const std::vector<Lanes>& integrals, Lanes& photons) {
    const std::size_t energies = model.energies();
    const double start = model.beam.photons[energy];
    for (std::size_t l = 0; l < lanes; l += 4) {
        Wide depth = {0.0, 0.0, 0.0, 0.0};
        for (std::size_t m = 0; m < integrals.size(); ++m) {
            Wide way{};
            load(integrals[m], l, way);
            depth -= model.attenuation[m * energies + energy] * way;
        }
        exponentiate(depth);
        store(start * depth, photons, l);
    }
}

struct Accumulated {
    std::vector<Lanes> mean{};
    std::vector<Lanes> variance{};
};

[[gnu::always_inline]] inline void accumulate(const Polychromatic& model,
                                              const std::vector<Lanes>& integrals,
                                              Accumulated& sum) {
    const std::size_t energies = model.energies();
    const std::size_t channels = model.response.channels;
    for (std::size_t c = 0; c < channels; ++c) {
        sum.mean[c].fill(0.0);
        sum.variance[c].fill(model.response.floor_variance);
    }
    Lanes photons{};
    for (std::size_t e = 0; e < energies; ++e) {
        arriving(model, e, integrals, photons);
        for (std::size_t c = 0; c < channels; ++c) {
            const double mean = model.response.mean[c * energies + e];
            const double second = model.response.second[c * energies + e];
            for (std::size_t l = 0; l < lanes; ++l) {
                sum.mean[c][l] += mean * photons[l];
                sum.variance[c][l] += second * photons[l];
            }
        }
    }
}

// The same operations in the same order, so the same bits, in wider registers.
void accumulate_plain(const Polychromatic& model, const std::vector<Lanes>& integrals,
                      Accumulated& sum) {
    accumulate(model, integrals, sum);
}
#if defined(__x86_64__)
[[gnu::target("avx2")]] void accumulate_avx2(const Polychromatic& model,
                                             const std::vector<Lanes>& integrals,
                                             Accumulated& sum) {
    accumulate(model, integrals, sum);
}
#endif

using Accumulate = void (*)(const Polychromatic&, const std::vector<Lanes>&, Accumulated&);

Accumulate best_accumulate() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) return accumulate_avx2;
#endif
    return accumulate_plain;
}

}  // namespace

std::vector<double> arriving_photons(const Polychromatic& model,
                                     std::span<const double> integrals) {
    CARAVEL_EXPECTS(integrals.size() == model.materials());
    std::vector<double> photons(model.energies());
    for (std::size_t e = 0; e < photons.size(); ++e) {
        double depth = 0.0;
        for (std::size_t m = 0; m < integrals.size(); ++m)
            depth += model.attenuation[m * photons.size() + e] * integrals[m];
        photons[e] = model.beam.photons[e] * std::exp(-depth);
    }
    return photons;
}

void channel_signals(const Polychromatic& model, std::span<const double> integrals,
                     std::span<ChannelSignal> signals) {
    const std::vector<double> photons = arriving_photons(model, integrals);
    for (std::size_t c = 0; c < signals.size(); ++c) {
        signals[c] = {0.0, model.response.floor_variance};
        for (std::size_t e = 0; e < photons.size(); ++e) {
            signals[c].mean += model.response.mean[c * photons.size() + e] * photons[e];
            signals[c].variance += model.response.second[c * photons.size() + e] * photons[e];
        }
    }
}

std::vector<double> effective_attenuation(const Polychromatic& model, std::size_t channel,
                                          std::span<const double> integrals) {
    const std::vector<double> photons = arriving_photons(model, integrals);
    const std::size_t energies = photons.size();
    std::vector<double> mean(model.materials());
    double weight = 0.0;
    for (std::size_t e = 0; e < energies; ++e) {
        const double w = photons[e] * model.response.mean[channel * energies + e];
        weight += w;
        for (std::size_t m = 0; m < mean.size(); ++m)
            mean[m] += w * model.attenuation[m * energies + e];
    }
    for (double& mu : mean) mu /= weight;
    return mean;
}

void project_signals(exec::ThreadTeam& team, const Polychromatic& model,
                     std::span<const float> integrals, std::size_t rays, std::span<double> means,
                     std::span<double> variances) {
    const std::size_t materials = model.materials();
    const std::size_t channels = model.response.channels;
    CARAVEL_EXPECTS(integrals.size() == materials * rays && means.size() == channels * rays &&
                    variances.size() == means.size());
    const Accumulate sum_up = best_accumulate();
    const auto tiles = static_cast<index_t>((rays + rays_per_tile - 1) / rays_per_tile);
    team.run(tiles, [&](index_t tile) {
        std::vector<Lanes> packed(materials);
        Accumulated sum{std::vector<Lanes>(channels), std::vector<Lanes>(channels)};
        const std::size_t first = static_cast<std::size_t>(tile) * rays_per_tile;
        const std::size_t last = std::min(first + rays_per_tile, rays);
        for (std::size_t ray = first; ray < last; ray += lanes) {
            const std::size_t count = std::min(lanes, last - ray);
            for (std::size_t m = 0; m < materials; ++m) {
                for (std::size_t l = 0; l < count; ++l)
                    packed[m][l] = static_cast<double>(integrals[m * rays + ray + l]);
            }
            sum_up(model, packed, sum);
            for (std::size_t c = 0; c < channels; ++c) {
                for (std::size_t l = 0; l < count; ++l) {
                    means[c * rays + ray + l] = sum.mean[c][l];
                    variances[c * rays + ray + l] = sum.variance[c][l];
                }
            }
        }
    });
}

}  // namespace caravel::imaging
