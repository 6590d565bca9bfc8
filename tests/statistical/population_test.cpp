// Samples of virtual populations against the moments that their plan states. Seeds are fixed;
// limits are 4.9 standard errors of independent points (one false alarm in a million), which Sobol
// points keep easily.
#include "caravel/inference/population/percentiles.hpp"
#include "caravel/inference/population/population_sample.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace caravel::inference::population {
namespace {

constexpr double limit = 4.9;
constexpr std::uint64_t count = 4096;

matter::Library library() { return matter::Library(CARAVEL_SOURCE_DIR "/data"); }

VariedNumber varied(const char* key, Distribution d) {
    return {{key, "1"},
            d,
            -std::numeric_limits<double>::infinity(),
            std::numeric_limits<double>::infinity()};
}

struct Moments {
    double mean = 0.0;
    double deviation = 0.0;
};

Moments moments(const std::vector<double>& x) {
    Moments m;
    for (const double v : x) m.mean += v / static_cast<double>(x.size());
    for (const double v : x) m.deviation += (v - m.mean) * (v - m.mean);
    m.deviation = std::sqrt(m.deviation / static_cast<double>(x.size() - 1));
    return m;
}

double correlation(const std::vector<double>& x, const std::vector<double>& y) {
    const Moments a = moments(x);
    const Moments b = moments(y);
    double sum = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) sum += (x[i] - a.mean) * (y[i] - b.mean);
    return sum / static_cast<double>(x.size() - 1) / a.deviation / b.deviation;
}

TEST(PopulationStatistics, SampleHasTheMomentsAndCorrelationsOfItsPlan) {
    matter::Library facts = library();
    const std::vector<CorrelationInput> correlations{{{"first", "second"}, 0.6},
                                                     {{"body_weight", "first"}, -0.4}};
    const PopulationSample sample(
        VirtualPopulation("mouse_balb_c", facts),
        {varied("first", Normal{5.0, 2.0}), varied("second", log_normal_from_mean(10.0, 0.3))},
        correlations, 11);
    std::vector<double> first, second, weight, log_second, log_weight;
    for (std::uint64_t i = 0; i < count; ++i) {
        const Individual one = sample.individual(i);
        first.push_back(one.own[0]);
        second.push_back(one.own[1]);
        log_second.push_back(std::log(one.own[1]));
        weight.push_back(one.subject.body_weight);
        log_weight.push_back(std::log(one.subject.body_weight));
    }
    const double root = std::sqrt(static_cast<double>(count));
    EXPECT_NEAR(moments(first).mean, 5.0, limit * 2.0 / root);
    EXPECT_NEAR(moments(first).deviation, 2.0, limit * 2.0 / root / std::sqrt(2.0));
    EXPECT_NEAR(moments(second).mean, 10.0, limit * 3.0 / root);
    EXPECT_NEAR(moments(second).deviation, 3.0, limit * 3.0 / root);
    EXPECT_NEAR(moments(weight).mean, 0.02, limit * 0.0016 / root);
    // Truncation at 3.5 standard deviations takes 0.5 % of the deviation.
    EXPECT_NEAR(moments(weight).deviation, 0.0016, limit * 0.0016 / root);
    EXPECT_NEAR(correlation(first, log_second), 0.6, limit * (1.0 - 0.36) / root);
    EXPECT_NEAR(correlation(first, log_weight), -0.4, limit * (1.0 - 0.16) / root);
    EXPECT_NEAR(correlation(log_second, log_weight), 0.0, limit / root);
}

TEST(PopulationStatistics, TablesCorrelationsReachTheIndividuals) {
    matter::Library facts = library();
    const PopulationSample people(VirtualPopulation("human_adult", facts), {}, {}, 5);
    std::vector<double> height, weight;
    for (std::uint64_t i = 0; i < count; ++i) {
        const VirtualSubject s = people.individual(i).subject;
        if (s.female) continue;
        height.push_back(std::log(s.height));
        weight.push_back(std::log(s.body_weight));
    }
    EXPECT_NEAR(correlation(height, weight), 0.45,
                limit * (1.0 - 0.2) / std::sqrt(static_cast<double>(height.size())) + 0.02);
}

TEST(PopulationStatistics, PercentilesOfALogNormalOutputAreThoseOfTheFormula) {
    matter::Library facts = library();
    const LogNormal exact{3.0, 0.5};
    const PopulationSample sample(VirtualPopulation("mouse_balb_c", facts), {varied("x", exact)},
                                  {}, 3);
    std::vector<double> values;
    std::vector<std::uint64_t> index;
    for (std::uint64_t i = 0; i < count; ++i) {
        values.push_back(sample.individual(i).own[0]);
        index.push_back(i);
    }
    const Spread s = spread_of(values, index, 1);
    for (std::size_t k = 0; k < percentile_levels.size(); ++k) {
        const double x = quantile(exact, percentile_levels[k]);
        const auto& p = s.percentiles[k];
        EXPECT_NEAR(p.value, x, 6.0 * p.standard_error) << k;
        // Eight scrambled nets are far better than independent points: below 1 %.
        EXPECT_LT(p.standard_error / x, 0.01) << k;
    }
    EXPECT_NEAR(s.mean.value, 3.0 * std::exp(0.125), 6.0 * s.mean.standard_error);
}

// Over seeds, the interval of a percentile holds the truth as often as it says.
TEST(PopulationStatistics, IntervalsOfPercentilesHoldTheTruth) {
    matter::Library facts = library();
    const LogNormal exact{3.0, 0.5};
    for (const std::uint64_t n : {std::uint64_t{64}, std::uint64_t{512}}) {
        int held = 0;
        constexpr int seeds = 60;
        for (std::uint64_t seed = 0; seed < seeds; ++seed) {
            const PopulationSample sample(VirtualPopulation("mouse_balb_c", facts),
                                          {varied("x", exact)}, {}, seed);
            std::vector<double> values;
            std::vector<std::uint64_t> index;
            for (std::uint64_t i = 0; i < n; ++i) {
                values.push_back(sample.individual(i).own[0]);
                index.push_back(i);
            }
            const Estimate median = spread_of(values, index, seed).percentiles[2];
            held += median.low <= 3.0 && 3.0 <= median.high ? 1 : 0;
        }
        // 95 % of 60 with a binomial error of 1.7: never below 50 by chance.
        EXPECT_GE(held, 50) << n;
    }
}

}  // namespace
}  // namespace caravel::inference::population
