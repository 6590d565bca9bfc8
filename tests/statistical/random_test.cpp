// Distributions against their exact moments and distribution functions. Seeds are fixed, so a test
// either always passes or always fails; limits are those of a one in a million false alarm.
#include "caravel/exec/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

namespace caravel::exec {
namespace {

constexpr int draws = 200000;

template <class Draw>
std::vector<double> sample(std::uint32_t purpose, const Draw& draw) {
    RandomStream stream(20240601, purpose, 42);
    std::vector<double> values;
    for (int i = 0; i < draws; ++i) values.push_back(static_cast<double>(draw(stream)));
    return values;
}

// Greatest distance of the empirical distribution function, times sqrt(n); above 2.69 with
// probability 2 exp(-2 * 2.69^2) = 1e-6 (Kolmogorov).
double kolmogorov(std::vector<double> values, const std::function<double(double)>& cdf) {
    std::sort(values.begin(), values.end());
    const auto n = static_cast<double>(values.size());
    double distance = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double p = cdf(values[i]);
        const auto rank = static_cast<double>(i);
        distance = std::max({distance, p - rank / n, (rank + 1.0) / n - p});
    }
    return distance * std::sqrt(n);
}

constexpr double kolmogorov_limit = 2.69;

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

// (mean of values^power - expected) in standard errors; 4.9 is one in a million.
double deviation(const std::vector<double>& values, double power, double expected,
                 double variance) {
    double sum = 0.0;
    for (const double value : values) sum += std::pow(value, power);
    const auto n = static_cast<double>(values.size());
    return (sum / n - expected) / std::sqrt(variance / n);
}

constexpr double deviation_limit = 4.9;

// Chi-squared over the counts k with at least 20 expected draws, the rest in two tail bins, as a
// normal score (Wilson and Hilferty).
double chi_squared_score(const std::vector<double>& values, double mean) {
    const auto n = static_cast<double>(values.size());
    std::vector<double> observed;
    std::vector<double> expected;
    const auto width = static_cast<std::int64_t>(6.0 * std::sqrt(mean) + 10.0);
    const std::int64_t first = std::max<std::int64_t>(0, static_cast<std::int64_t>(mean) - width);
    double below_expected = 0.0;
    double below_observed = 0.0;
    for (std::int64_t k = first; k <= static_cast<std::int64_t>(mean) + width; ++k) {
        below_expected += n * std::exp(log_poisson(k, mean));
        below_observed +=
            static_cast<double>(std::count(values.begin(), values.end(), static_cast<double>(k)));
        if (below_expected >= 20.0) {
            expected.push_back(below_expected);
            observed.push_back(below_observed);
            below_expected = below_observed = 0.0;
        }
    }
    double statistic = 0.0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        statistic += (observed[i] - expected[i]) * (observed[i] - expected[i]) / expected[i];
    }
    const auto freedom = static_cast<double>(expected.size()) - 1.0;
    const double c = 2.0 / (9.0 * freedom);
    return (std::cbrt(statistic / freedom) - (1.0 - c)) / std::sqrt(c);
}

TEST(UniformDistribution, passes_kolmogorov_and_moments) {
    const auto values = sample(1, uniform);
    EXPECT_LT(kolmogorov(values, [](double u) { return u; }), kolmogorov_limit);
    EXPECT_LT(std::abs(deviation(values, 1, 0.5, 1.0 / 12)), deviation_limit);
    EXPECT_LT(std::abs(deviation(values, 2, 1.0 / 3, 4.0 / 45)), deviation_limit);
}

TEST(UniformDistribution, neighbours_and_entities_are_uncorrelated) {
    double along = 0.0;
    double across = 0.0;
    RandomStream first(3, 1, 1000);
    RandomStream second(3, 1, 1001);
    double last = 0.5;
    for (int i = 0; i < draws; ++i) {
        const double u = uniform(first);
        along += (u - 0.5) * (last - 0.5);
        across += (u - 0.5) * (uniform(second) - 0.5);
        last = u;
    }
    const double limit = deviation_limit / 12.0 * std::sqrt(static_cast<double>(draws));
    EXPECT_LT(std::abs(along), limit);
    EXPECT_LT(std::abs(across), limit);
}

TEST(UniformDistribution, first_numbers_of_many_entities_are_uniform) {
    std::vector<double> values;
    for (std::uint64_t entity = 0; entity < draws; ++entity) {
        RandomStream stream(11, 2, entity);
        values.push_back(uniform(stream));
    }
    EXPECT_LT(kolmogorov(values, [](double u) { return u; }), kolmogorov_limit);
}

TEST(NormalDistribution, passes_kolmogorov_and_moments) {
    const auto values = sample(3, normal);
    EXPECT_LT(kolmogorov(values, normal_cdf), kolmogorov_limit);
    EXPECT_LT(std::abs(deviation(values, 1, 0.0, 1.0)), deviation_limit);
    EXPECT_LT(std::abs(deviation(values, 2, 1.0, 2.0)), deviation_limit);
    EXPECT_LT(std::abs(deviation(values, 3, 0.0, 15.0)), deviation_limit);
    EXPECT_LT(std::abs(deviation(values, 4, 3.0, 96.0)), deviation_limit);
}

TEST(NormalDistribution, tail_beyond_three_has_its_weight) {
    const auto values = sample(4, normal);
    const double p = 2.0 * normal_cdf(-3.0);
    const auto beyond = static_cast<double>(
        std::count_if(values.begin(), values.end(), [](double z) { return std::abs(z) > 3.0; }));
    EXPECT_LT(std::abs(beyond - draws * p) / std::sqrt(draws * p * (1 - p)), deviation_limit);
}

TEST(LognormalDistribution, passes_kolmogorov_and_mean) {
    const auto values = sample(5, [](RandomStream& s) { return lognormal(s, 2.0, 0.5); });
    EXPECT_LT(kolmogorov(values, [](double x) { return normal_cdf(std::log(x / 2.0) / 0.5); }),
              kolmogorov_limit);
    const double mean = 2.0 * std::exp(0.125);
    EXPECT_LT(std::abs(deviation(values, 1, mean, mean * mean * std::expm1(0.25))),
              deviation_limit);
}

TEST(ExponentialDistribution, passes_kolmogorov_and_moments) {
    const auto values = sample(6, [](RandomStream& s) { return exponential(s, 3.0); });
    EXPECT_LT(kolmogorov(values, [](double x) { return -std::expm1(-x / 3.0); }), kolmogorov_limit);
    EXPECT_LT(std::abs(deviation(values, 1, 3.0, 9.0)), deviation_limit);
    EXPECT_LT(std::abs(deviation(values, 2, 18.0, 20.0 * 81.0)), deviation_limit);
}

TEST(PoissonDistribution, counts_pass_chi_squared_on_both_sides_of_the_method_change) {
    std::uint32_t purpose = 100;
    for (const double mean : {0.05, 1.0, 4.5, 9.999, 10.0, 10.5, 15.0, 40.0, 250.0}) {
        const auto values = sample(purpose++, [=](RandomStream& s) { return poisson(s, mean); });
        EXPECT_LT(chi_squared_score(values, mean), deviation_limit) << mean;
        EXPECT_LT(std::abs(deviation(values, 1, mean, mean)), deviation_limit) << mean;
        const double spread = mean + 2.0 * mean * mean;  // variance of (k - mean)^2
        std::vector<double> centred = values;
        for (double& value : centred) value -= mean;
        EXPECT_LT(std::abs(deviation(centred, 2, mean, spread)), deviation_limit) << mean;
    }
}

TEST(PoissonDistribution, large_means_approach_the_normal_distribution) {
    std::uint32_t purpose = 200;
    for (const double mean : {1e5, 1e7, 1e9}) {
        auto values = sample(purpose++, [=](RandomStream& s) { return poisson(s, mean); });
        for (double& value : values) value = (value - mean) / std::sqrt(mean);
        // Skewness 1/sqrt(mean) shifts the distribution function by at most 0.07/sqrt(mean).
        EXPECT_LT(kolmogorov(values, normal_cdf), kolmogorov_limit + 0.4 * std::sqrt(2e5 / mean))
            << mean;
        EXPECT_LT(std::abs(deviation(values, 1, 0.0, 1.0)), deviation_limit) << mean;
        EXPECT_LT(std::abs(deviation(values, 2, 1.0, 2.0)), deviation_limit) << mean;
    }
}

}  // namespace
}  // namespace caravel::exec
