#include "caravel/inference/distribution.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/quadrature.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

namespace caravel::inference {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

const std::vector<Distribution> all{Uniform{-2.0, 3.0}, LogUniform{0.1, 20.0}, Normal{1.0, 0.5},
                                    LogNormal{2.0, 0.4}, Laplace{0.5, 0.3}};

TEST(Distribution, CumulativeIsTheIntegralOfTheDensity) {
    for (const Distribution& d : all) {
        const double low = quantile(d, 0.01);
        for (const double p : {0.2, 0.5, 0.93}) {
            const double high = quantile(d, p);
            const double middle = quantile(d, 0.5);  // the cusp of the Laplace density
            double sum = 0.0;
            const double ends[] = {low, std::min(middle, high), high};
            for (int part = 0; part < 2; ++part) {
                if (ends[part] == ends[part + 1]) continue;
                const QuadratureRule rule = gauss_legendre(60, ends[part], ends[part + 1]);
                for (std::size_t i = 0; i < rule.size(); ++i) {
                    sum += rule.weight[i] * std::exp(log_density(d, rule.node[i]));
                }
            }
            EXPECT_NEAR(sum, p - 0.01, 1e-10) << d.index();
        }
    }
}

TEST(Distribution, QuantileInvertsCumulativeAndSlopeIsTheDerivative) {
    for (const Distribution& d : all) {
        for (const double p : {1e-6, 0.1, 0.4, 0.6, 0.999}) {
            const double x = quantile(d, p);
            EXPECT_NEAR(cumulative(d, x), p, 1e-12 + 1e-10 * p) << d.index();
            const double h = 1e-6 * std::max(1.0, std::abs(x));
            if (p < 1e-3 || p > 0.99) continue;
            EXPECT_NEAR(log_density_slope(d, x),
                        (log_density(d, x + h) - log_density(d, x - h)) / (2.0 * h), 1e-6)
                << d.index();
        }
    }
}

TEST(Distribution, HasNoDensityOutsideItsSupport) {
    EXPECT_EQ(log_density(Uniform{0.0, 1.0}, 1.5), -infinity);
    EXPECT_EQ(log_density(LogNormal{1.0, 1.0}, -1.0), -infinity);
    EXPECT_EQ(log_density_slope(LogNormal{1.0, 1.0}, 0.0), 0.0);
    EXPECT_EQ(cumulative(LogNormal{1.0, 1.0}, 0.0), 0.0);
    EXPECT_THROW(log_density(Normal{}, std::nan("")), std::logic_error);
}

TEST(TruncatedQuantile, DividesTheProbabilityBetweenTheEnds) {
    for (const Distribution& d : all) {
        const double low = quantile(d, 0.3);
        const double high = quantile(d, 0.8);
        EXPECT_NEAR(truncated_quantile(d, low, high, 0.0), low, 1e-14 * std::abs(low));
        EXPECT_NEAR(truncated_quantile(d, low, high, 1.0), high, 1e-14 * std::abs(high));
        EXPECT_NEAR(truncated_quantile(d, low, high, 0.4), quantile(d, 0.5),
                    1e-12 * std::abs(quantile(d, 0.5)));
    }
}

// Above 8 standard deviations the tail is nearly exponential of rate 8: P(x > 8 + y) / P(x > 8).
TEST(TruncatedQuantile, KeepsItsDigitsInTheUpperTail) {
    const double x = truncated_quantile(Normal{0.0, 1.0}, 8.0, infinity, 0.5);
    const double tail = 0.5 * std::erfc(8.0 / std::sqrt(2.0));
    EXPECT_NEAR(0.5 * std::erfc(x / std::sqrt(2.0)) / tail, 0.5, 1e-11);
    EXPECT_EQ(x, -truncated_quantile(Normal{0.0, 1.0}, -infinity, -8.0, 0.5));
    const double y = truncated_quantile(Laplace{0.0, 1.0}, 50.0, infinity, 0.5);
    EXPECT_NEAR(y, 50.0 + std::log(2.0), 1e-12);
}

TEST(TruncatedQuantile, RefusesAnIntervalWithoutProbability) {
    EXPECT_THROW(truncated_quantile(Normal{0.0, 1.0}, 50.0, 60.0, 0.5), InputError);
    EXPECT_THROW(truncated_quantile(Uniform{0.0, 1.0}, 2.0, 3.0, 0.5), InputError);
    EXPECT_THROW(truncated_quantile(Normal{0.0, 1.0}, 1.0, 1.0, 0.5), InputError);
}

TEST(LogNormal, FromMeanHasThisMeanAndVariation) {
    const LogNormal d = log_normal_from_mean(3.0, 0.5);
    const double variance = d.sigma * d.sigma;
    EXPECT_NEAR(d.median * std::exp(0.5 * variance), 3.0, 1e-14);
    EXPECT_NEAR(std::sqrt(std::expm1(variance)), 0.5, 1e-14);
    EXPECT_THROW(log_normal_from_mean(0.0, 0.5), InputError);
}

TEST(Distribution, RefusesNumbersOutOfRangeNamingTheOwner) {
    const std::vector<Distribution> wrong{Uniform{1.0, 1.0},    LogUniform{0.0, 1.0},
                                          Normal{0.0, 0.0},     Normal{std::nan(""), 1.0},
                                          LogNormal{-1.0, 1.0}, Laplace{0.0, -1.0}};
    for (const Distribution& d : wrong) {
        try {
            require_valid(d, "the prior of 'k'");
            ADD_FAILURE() << d.index();
        } catch (const InputError& error) {
            EXPECT_NE(std::string(error.what()).find("the prior of 'k'"), std::string::npos);
        }
    }
    for (const Distribution& d : all) EXPECT_NO_THROW(require_valid(d, "x"));
}

}  // namespace
}  // namespace caravel::inference
