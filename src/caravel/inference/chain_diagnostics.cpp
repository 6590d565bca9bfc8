#include "caravel/inference/chain_diagnostics.hpp"

#include "caravel/base/statistics.hpp"
#include "caravel/exec/normal_quantile.hpp"
#include "caravel/inference/guards.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace caravel::inference {
namespace {

void require_chains(const Chains& chains) {
    const std::size_t length = chains.empty() ? 0 : chains.front().size();
    for (std::size_t c = 0; c < chains.size(); ++c) {
        require_finite(chains[c], "chain " + std::to_string(c) + ", draw");
        if (chains[c].size() == length) continue;
        throw InputError(Diagnostic{
            {},
            "chain " + std::to_string(c) + " has " + std::to_string(chains[c].size()) + " draws",
            std::to_string(length) + " as the first one",
            ""});
    }
    if (length < 4) {
        throw InputError(
            Diagnostic{{}, "a chain has " + std::to_string(length) + " draws", "at least 4", ""});
    }
}

Chains split(const Chains& chains) {
    Chains halves;
    for (const auto& chain : chains) {
        const auto half = static_cast<std::ptrdiff_t>(chain.size() / 2);
        halves.emplace_back(chain.begin(), chain.begin() + half);
        halves.emplace_back(chain.end() - half, chain.end());
    }
    return halves;
}

double variance(std::span<const double> values) {
    const double centre = mean(values);
    double sum = 0.0;
    for (const double value : values) sum += (value - centre) * (value - centre);
    return sum / static_cast<double>(values.size() - 1);
}

// Mean variance within chains and the pooled estimate of the whole.
struct Variances {
    double within = 0.0;
    double pooled = 0.0;
};

Variances variances_of(const Chains& chains) {
    std::vector<double> means;
    Variances result;
    for (const auto& chain : chains) {
        means.push_back(mean(chain));
        result.within += variance(chain) / static_cast<double>(chains.size());
    }
    const auto n = static_cast<double>(chains.front().size());
    result.pooled = result.within * (n - 1.0) / n + variance(means);
    return result;
}

double r_hat_of(const Chains& halves) {
    const Variances v = variances_of(halves);
    if (v.pooled == 0.0) return 1.0;
    return std::sqrt(v.pooled / v.within);
}

// Draws replaced by normal scores of their rank, equal ones by their mean rank.
Chains rank_normalised(const Chains& chains) {
    std::vector<std::pair<double, std::size_t>> all;
    for (const auto& chain : chains) {
        for (const double value : chain) all.emplace_back(value, all.size());
    }
    std::sort(all.begin(), all.end());
    const auto count = static_cast<double>(all.size());
    std::vector<double> score(all.size());
    for (std::size_t from = 0; from < all.size();) {
        std::size_t to = from;
        while (to < all.size() && all[to].first == all[from].first) ++to;
        const double rank = 0.5 * static_cast<double>(from + to + 1);
        const double z = exec::normal_quantile((rank - 0.375) / (count + 0.25));
        for (; from < to; ++from) score[all[from].second] = z;
    }
    Chains result;
    std::size_t at = 0;
    for (const auto& chain : chains) {
        const auto begin = score.begin() + static_cast<std::ptrdiff_t>(at);
        result.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(chain.size()));
        at += chain.size();
    }
    return result;
}

std::vector<double> pooled(const Chains& chains) {
    std::vector<double> all;
    for (const auto& chain : chains) all.insert(all.end(), chain.begin(), chain.end());
    return all;
}

// Mean over the chains of the autocovariance at a lag, divided by n.
double autocovariance(const Chains& chains, const std::vector<double>& means, std::size_t lag) {
    double sum = 0.0;
    for (std::size_t c = 0; c < chains.size(); ++c) {
        const auto& chain = chains[c];
        for (std::size_t i = 0; i + lag < chain.size(); ++i) {
            sum += (chain[i] - means[c]) * (chain[i + lag] - means[c]);
        }
    }
    return sum / static_cast<double>(chains.front().size() * chains.size());
}

}  // namespace

double split_r_hat(const Chains& chains) {
    require_chains(chains);
    return r_hat_of(split(chains));
}

double rank_r_hat(const Chains& chains) {
    require_chains(chains);
    const Chains halves = split(chains);
    const double middle = median(pooled(halves));
    Chains folded = halves;
    for (auto& chain : folded) {
        for (double& value : chain) value = std::abs(value - middle);
    }
    return std::max(r_hat_of(rank_normalised(halves)), r_hat_of(rank_normalised(folded)));
}

double effective_sample_size(const Chains& chains) {
    require_chains(chains);
    const Chains halves = split(chains);
    const auto total = static_cast<double>(halves.size() * halves.front().size());
    const Variances v = variances_of(halves);
    if (!(v.within > 0.0)) return v.pooled > 0.0 ? 1.0 : total;
    std::vector<double> means;
    for (const auto& chain : halves) means.push_back(mean(chain));
    const auto correlation = [&](std::size_t lag) {
        return 1.0 - (v.within - autocovariance(halves, means, lag)) / v.pooled;
    };
    double time = -1.0;  // 1 + 2 sum of correlations, from sums of neighbours that do not grow
    double before = std::numeric_limits<double>::infinity();
    for (std::size_t lag = 0; lag + 1 < halves.front().size(); lag += 2) {
        const double pair = (lag == 0 ? 1.0 : correlation(lag)) + correlation(lag + 1);
        if (!(pair > 0.0)) break;
        before = std::min(before, pair);
        time += 2.0 * before;
    }
    // Antithetic chains may be worth more than their number, up to a bound that keeps it stable.
    return std::min(total / std::max(time, 1e-300), total * std::log10(total));
}

PosteriorSummary summarise(const Chains& chains) {
    PosteriorSummary summary;
    summary.r_hat = rank_r_hat(chains);
    summary.effective_size = effective_sample_size(chains);
    const std::vector<double> all = pooled(chains);
    summary.mean = mean(all);
    summary.standard_deviation = std::sqrt(variance(all));
    summary.mean_error = summary.standard_deviation / std::sqrt(summary.effective_size);
    summary.low = quantile(all, 0.05);
    summary.median = median(all);
    summary.high = quantile(all, 0.95);
    return summary;
}

}  // namespace caravel::inference
