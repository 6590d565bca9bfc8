#include "caravel/imaging/mri/sequence_library_train.hpp"

#include "caravel/exec/for_each.hpp"
#include "caravel/imaging/mri/epg.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>

namespace caravel::imaging {
namespace {

constexpr std::size_t most_pairs = 512;
constexpr index_t points = 48;

using Pair = std::array<double, 2>;

/// Different pairs of rates, empty when there are more than most_pairs.
std::map<Pair, std::size_t> different_pairs(const MriMaps& maps) {
    std::map<Pair, std::size_t> pairs;
    Pair last{-1.0, -1.0};
    for (std::size_t v = 0; v < maps.r1.size(); ++v) {
        const Pair pair{maps.r1[v], maps.r2[v]};
        if (!(maps.proton_density[v] > 0.0) || pair == last) continue;
        last = pair;
        pairs.emplace(pair, pairs.size());
        if (pairs.size() > most_pairs) return {};
    }
    return pairs;
}

/// Even steps in the logarithm from the lowest to the highest rate.
struct RateAxis {
    double low = 0.0;
    double step = 1.0;

    RateAxis(const std::vector<double>& rates, const std::vector<double>& density) {
        double lowest = 1e300;
        double highest = 0.0;
        for (std::size_t v = 0; v < rates.size(); ++v) {
            if (!(density[v] > 0.0)) continue;
            lowest = std::min(lowest, rates[v]);
            highest = std::max(highest, rates[v]);
        }
        lowest = std::max(lowest, 1e-4);
        low = std::log(lowest);
        step = std::max(std::log(std::max(highest, lowest)) - low, 1e-9) /
               static_cast<double>(points - 1);
    }
    double rate(index_t i) const { return std::exp(low + static_cast<double>(i) * step); }
    double place(double rate) const {
        return std::clamp((std::log(std::max(rate, 1e-4)) - low) / step, 0.0,
                          static_cast<double>(points - 1));
    }
};

/// Lagrange's cubic through four neighbours: the first of them and their shares.
struct Cubic {
    index_t first = 0;
    std::array<double, 4> share{};

    explicit Cubic(double place) {
        first = std::clamp<index_t>(static_cast<index_t>(place) - 1, 0, points - 4);
        const double t = place - static_cast<double>(first);
        share = {-(t - 1) * (t - 2) * (t - 3) / 6.0, t * (t - 2) * (t - 3) / 2.0,
                 -t * (t - 1) * (t - 3) / 2.0, t * (t - 1) * (t - 2) / 6.0};
    }
};

double interpolate(const std::vector<double>& table, const Cubic& a, const Cubic& b) {
    double sum = 0.0;
    for (index_t j = 0; j < 4; ++j) {
        for (index_t i = 0; i < 4; ++i)
            sum += a.share[static_cast<std::size_t>(i)] * b.share[static_cast<std::size_t>(j)] *
                   table[static_cast<std::size_t>(a.first + i + points * (b.first + j))];
    }
    return sum;
}

std::vector<double> echoes_of(const MriSettings& mri, const Exposure& exposure,
                              const RatePairs& pairs) {
    mri::EpgTissue tissue;
    tissue.density.assign(pairs.r1.size(), 1.0);
    tissue.r1 = pairs.r1;
    tissue.r2 = pairs.r2;
    mri::EchoTrain train;
    train.spacing = mri.echo_spacing;
    train.refocusing.assign(static_cast<std::size_t>(exposure.echo), mri.refocusing_angle);
    const auto echoes = mri::echo_train(tissue, train);
    std::vector<double> values(pairs.r1.size());
    const std::size_t skip = static_cast<std::size_t>(exposure.echo - 1) * values.size();
    for (std::size_t v = 0; v < values.size(); ++v)
        values[v] = std::abs(echoes[skip + v]) * train_recovery(pairs.r1[v], mri.repetition_time,
                                                                mri.echo_spacing, mri.echo_count,
                                                                mri.refocusing_angle);
    return values;
}

}  // namespace

std::vector<double> from_rate_table(
    exec::ThreadTeam& team, const MriMaps& maps,
    const std::function<std::vector<double>(const RatePairs&)>& signal) {
    std::vector<double> values(maps.r1.size(), 0.0);
    const auto each = [&](const auto& at) {
        exec::for_each(team, static_cast<index_t>(values.size()), [&](index_t i) {
            const auto v = static_cast<std::size_t>(i);
            if (maps.proton_density[v] > 0.0) values[v] = maps.proton_density[v] * at(v);
        });
    };
    const auto pairs = different_pairs(maps);
    RatePairs batch;
    if (!pairs.empty()) {
        batch.r1.resize(pairs.size());
        batch.r2.resize(pairs.size());
        for (const auto& entry : pairs) {
            batch.r1[entry.second] = entry.first[0];
            batch.r2[entry.second] = entry.first[1];
        }
        const std::vector<double> table = signal(batch);
        each([&](std::size_t v) { return table[pairs.find({maps.r1[v], maps.r2[v]})->second]; });
        return values;
    }
    const RateAxis one(maps.r1, maps.proton_density);
    const RateAxis two(maps.r2, maps.proton_density);
    for (index_t n = 0; n < points * points; ++n) {
        batch.r1.push_back(one.rate(n % points));
        batch.r2.push_back(two.rate(n / points));
    }
    const std::vector<double> table = signal(batch);
    each([&](std::size_t v) {
        return interpolate(table, Cubic(one.place(maps.r1[v])), Cubic(two.place(maps.r2[v])));
    });
    return values;
}

std::vector<double> train_signal(exec::ThreadTeam& team, const MriMaps& maps,
                                 const MriSettings& mri, const Exposure& exposure, bool exact) {
    const bool ideal = std::abs(mri.refocusing_angle - std::numbers::pi) < 1e-9;
    if (exact || !ideal)
        return from_rate_table(
            team, maps, [&](const RatePairs& pairs) { return echoes_of(mri, exposure, pairs); });
    std::vector<double> values(maps.r1.size(), 0.0);
    exec::for_each(team, static_cast<index_t>(values.size()), [&](index_t i) {
        const auto v = static_cast<std::size_t>(i);
        if (maps.proton_density[v] > 0.0)
            values[v] = maps.proton_density[v] * std::exp(-exposure.echo_time * maps.r2[v]) *
                        train_recovery(maps.r1[v], mri.repetition_time, mri.echo_spacing,
                                       mri.echo_count, mri.refocusing_angle);
    });
    return values;
}

}  // namespace caravel::imaging
