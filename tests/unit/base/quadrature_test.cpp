#include "caravel/base/quadrature.hpp"

#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>
#include <vector>

namespace caravel {
namespace {

double integral(const QuadratureRule& rule, int power) {
    double sum = 0.0;
    for (std::size_t i = 0; i < rule.size(); ++i)
        sum += rule.weight[i] * std::pow(rule.node[i], power);
    return sum;
}

/// The mean of x^power, power even, over the standard normal distribution, over `scale`^power.
double scaled_normal_moment(int power, double scale) {
    double moment = 1.0;
    for (int k = 1; k < power; k += 2) moment *= k / (scale * scale);
    return moment;
}

TEST(GaussLegendre, IntegratesPolynomialsUpToTwiceThePointsExactly) {
    for (const int points : {1, 2, 3, 7, 16, 40, 101, 200}) {
        const QuadratureRule rule = gauss_legendre(points);
        ASSERT_EQ(rule.size(), static_cast<std::size_t>(points));
        for (int power = 0; power < 2 * points; ++power)
            EXPECT_NEAR(integral(rule, power), power % 2 == 0 ? 2.0 / (power + 1.0) : 0.0, 1e-14)
                << points << " points, power " << power;
    }
}

TEST(GaussLegendre, IsNotExactOneDegreeHigher) {
    for (const int points : {1, 2, 3, 7})
        EXPECT_GT(std::abs(integral(gauss_legendre(points), 2 * points) - 2.0 / (2 * points + 1)),
                  1e-5);
}

TEST(GaussLegendre, HasTheTabulatedNodes) {
    const QuadratureRule rule = gauss_legendre(5);  // closed form
    EXPECT_NEAR(rule.node[4], std::sqrt(5.0 + 2.0 * std::sqrt(10.0 / 7.0)) / 3.0, 1e-16);
    EXPECT_NEAR(rule.node[3], std::sqrt(5.0 - 2.0 * std::sqrt(10.0 / 7.0)) / 3.0, 1e-16);
    EXPECT_EQ(rule.node[2], 0.0);
    EXPECT_NEAR(rule.weight[2], 128.0 / 225.0, 1e-15);
    EXPECT_NEAR(rule.weight[0], (322.0 - 13.0 * std::sqrt(70.0)) / 900.0, 1e-15);
    // Abramowitz and Stegun, table 25.4, n = 16.
    EXPECT_NEAR(gauss_legendre(16).node[15], 0.989400934991649932596, 1e-15);
    EXPECT_NEAR(gauss_legendre(16).weight[15], 0.027152459411754094852, 1e-16);
}

TEST(GaussLegendre, NodesAscendInPairs) {
    for (const int points : {2, 9, 200, 2001}) {
        const QuadratureRule rule = gauss_legendre(points);
        for (std::size_t i = 0; i < rule.size(); ++i) {
            EXPECT_EQ(rule.node[i], -rule.node[rule.size() - 1 - i]);
            EXPECT_EQ(rule.weight[i], rule.weight[rule.size() - 1 - i]);
            if (i > 0) {
                EXPECT_GT(rule.node[i], rule.node[i - 1]);
            }
        }
    }
}

TEST(GaussLegendre, MapsToAnInterval) {
    const QuadratureRule rule = gauss_legendre(4, 1.0, 3.0);
    for (int power = 0; power < 8; ++power)
        EXPECT_NEAR(integral(rule, power) * (power + 1.0) / (std::pow(3.0, power + 1) - 1.0), 1.0,
                    1e-14);
}

TEST(GaussNormal, AveragesPolynomialsUpToTwiceThePointsExactly) {
    for (const int points : {1, 2, 5, 20, 64, 128, 200}) {
        QuadratureRule rule = gauss_normal(points);
        const double scale = std::sqrt(2.0 * points);  // keeps the powers inside double precision
        for (double& x : rule.node) x /= scale;
        for (int power = 0; power < 2 * points; ++power) {
            const double even = scaled_normal_moment(power - power % 2, scale);
            const double exact = power % 2 == 0 ? even : 0.0;
            EXPECT_NEAR(integral(rule, power), exact, 2e-12 * even)
                << points << " points, power " << power;
        }
    }
}

TEST(GaussNormal, HasTheClosedFormOfThreePoints) {
    const QuadratureRule rule = gauss_normal(3);
    EXPECT_NEAR(rule.node[2], std::numbers::sqrt3, 1e-15);
    EXPECT_EQ(rule.node[1], 0.0);
    EXPECT_NEAR(rule.weight[1], 2.0 / 3.0, 1e-15);
    EXPECT_NEAR(rule.weight[0], 1.0 / 6.0, 1e-15);
}

TEST(GaussFromRecurrence, FindsTheLegendreAndHermiteRules) {
    for (const int points : {1, 2, 10, 60}) {
        const auto n = static_cast<std::size_t>(points);
        std::vector<double> zero(n, 0.0), legendre, hermite;
        for (int k = 1; k < points; ++k) {
            legendre.push_back(k / std::sqrt(4.0 * k * k - 1.0));
            hermite.push_back(std::sqrt(static_cast<double>(k)));
        }
        const QuadratureRule a = gauss_from_recurrence(zero, legendre);
        const QuadratureRule b = gauss_from_recurrence(zero, hermite);
        const QuadratureRule p = gauss_legendre(points);
        const QuadratureRule q = gauss_normal(points);
        for (std::size_t i = 0; i < n; ++i) {
            EXPECT_NEAR(a.node[i], p.node[i], 2e-15);
            EXPECT_NEAR(a.weight[i], 0.5 * p.weight[i], 5e-15);
            EXPECT_NEAR(b.node[i], q.node[i], 2e-14);
            EXPECT_NEAR(b.weight[i], q.weight[i], 5e-15);
        }
    }
}

TEST(GaussRules, SayWhatTheyExpect) {
    EXPECT_THROW(gauss_legendre(0), InputError);
    EXPECT_THROW(gauss_legendre(-3, 0.0, 1.0), InputError);
    EXPECT_THROW(gauss_normal(0), InputError);
    EXPECT_THROW(gauss_normal(201), InputError);
    const std::array<double, 3> three{0.0, 0.0, 0.0};
    EXPECT_THROW(gauss_from_recurrence({}, {}), InputError);
    EXPECT_THROW(gauss_from_recurrence(three, std::span(three).first(1)), InputError);
    const std::array<double, 3> broken{0.0, std::nan(""), 0.0};
    EXPECT_THROW(gauss_from_recurrence(broken, std::array{1.0, 1.0}), NumericalError);
}

}  // namespace
}  // namespace caravel
