// Moments, Gauss nodes, realisability and the gamma closure of the half-line.
#include "caravel/formulation/synthesis/moments.hpp"

#include "caravel/base/error.hpp"
#include "caravel/formulation/synthesis/gqmom.hpp"
#include "caravel/formulation/synthesis/population_balance.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace caravel::formulation::synthesis {
namespace {

std::vector<double> exponential_moments(int count) {  // k!
    std::vector<double> m{1.0};
    for (int k = 1; k < count; ++k) m.push_back(m.back() * k);
    return m;
}

TEST(Moments, LaguerreRuleOfThreeNodes) {
    const Quadrature rule = gauss_nodes(recurrence_from_moments(exponential_moments(6)));
    ASSERT_EQ(rule.size(), 3u);  // Abramowitz and Stegun table 25.9
    EXPECT_NEAR(rule.nodes[0], 0.415774556783, 1e-11);
    EXPECT_NEAR(rule.nodes[1], 2.294280360279, 1e-11);
    EXPECT_NEAR(rule.nodes[2], 6.289945082937, 1e-10);
    EXPECT_NEAR(rule.weights[0], 0.711093009929, 1e-11);
    EXPECT_NEAR(rule.weights[1], 0.278517733569, 1e-11);
    EXPECT_NEAR(rule.weights[2], 0.0103892565016, 1e-11);
}

TEST(Moments, InversionOfPointsGivesThePointsBack) {
    const Quadrature points{{1.0, 2.5, 4.0}, {2.0, 1.0, 0.5}};
    const Quadrature again = gauss_nodes(recurrence_from_moments(moments(points, 6)));
    ASSERT_EQ(again.size(), 3u);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_NEAR(again.nodes[i], points.nodes[i], 1e-12 * 4.0);
        EXPECT_NEAR(again.weights[i], points.weights[i], 1e-11);
    }
}

TEST(Moments, FewerPointsThanAskedForAreFound) {
    const Quadrature points{{1.0, 3.0}, {1.0, 1.0}};
    EXPECT_EQ(recurrence_from_moments(moments(points, 8)).size(), 2u);
    EXPECT_EQ(recurrence_from_measure({{1.0, 1.0, 1.0}, {1.0, 2.0, 3.0}}, 3).size(), 1u);
}

TEST(Moments, ImpossibleMomentsAreNamed) {
    const std::vector<double> negative_variance{1.0, 2.0, 3.0, 4.0};
    try {
        recurrence_from_moments(negative_variance);
        FAIL();
    } catch (const NumericalError& error) {
        EXPECT_EQ(error.failure().quantity, "moment 2");
    }
    EXPECT_THROW(recurrence_from_moments(std::vector<double>{0.0, 1.0}), NumericalError);
    EXPECT_THROW(recurrence_from_moments(std::vector<double>{1.0, -1.0}), NumericalError);
}

TEST(Moments, CanonicalMomentsOfTheUniformDistribution) {
    const std::vector<double> uniform{1.0, 1.0 / 2.0, 1.0 / 3.0, 1.0 / 4.0, 1.0 / 5.0, 1.0 / 6.0};
    const std::vector<double> p = canonical_moments(recurrence_from_moments(uniform), 1.0);
    ASSERT_EQ(p.size(), 5u);  // p_odd = 1/2, p_2n = n/(2n+1) (Dette and Studden 1997)
    EXPECT_NEAR(p[0], 0.5, 1e-14);
    EXPECT_NEAR(p[1], 1.0 / 3.0, 1e-12);
    EXPECT_NEAR(p[2], 0.5, 1e-12);
    EXPECT_NEAR(p[3], 2.0 / 5.0, 1e-11);
    EXPECT_NEAR(p[4], 0.5, 1e-10);
    // a mean of 1/2 cannot lie on [0, 1/2] unless all is at its end
    EXPECT_EQ(canonical_moments(recurrence_from_moments(uniform), 0.5).size(), 1u);
}

TEST(Moments, CompressionKeepsAllMomentsItCan) {
    Quadrature many;
    for (int i = 0; i < 60; ++i) {
        many.nodes.push_back(1.0 + 0.01 * ((i * 37) % 60));
        many.weights.push_back(1e20 * (1.0 + (i * 11) % 7));
    }
    const Quadrature few = compressed(many, 8);
    ASSERT_EQ(few.size(), 8u);
    for (int k = 0; k < 16; ++k) EXPECT_NEAR(moment(few, k) / moment(many, k), 1.0, 1e-13) << k;
    EXPECT_GT(std::abs(moment(few, 24) / moment(many, 24) - 1.0), 0.0);
}

TEST(Moments, ClosureContinuesAGammaDistributionExactly) {
    const Recurrence exact = gamma_recurrence(3.0, 2.0, 0.6, 12);
    Recurrence given = exact;
    given.a.resize(3);
    given.b.resize(3);
    const Recurrence longer = generalised_recurrence(given, 12);
    ASSERT_EQ(longer.size(), 12u);
    for (std::size_t n = 0; n < 12; ++n) {
        EXPECT_NEAR(longer.a[n] / exact.a[n], 1.0, 1e-12) << n;
        EXPECT_NEAR(longer.b[n] / exact.b[n], 1.0, 1e-12) << n;
    }
}

TEST(Moments, ClosureKeepsTheMomentsGiven) {
    const Quadrature points{{1.0, 2.0, 4.0, 5.0}, {1.0, 2.0, 1.0, 0.2}};
    const Quadrature filled = refilled(points, 4, 10);
    EXPECT_EQ(filled.size(), 10u);
    for (int k = 0; k < 8; ++k) EXPECT_NEAR(moment(filled, k) / moment(points, k), 1.0, 1e-12) << k;
    EXPECT_LT(filled.nodes.front(), 1.0);
    EXPECT_GT(filled.nodes.front(), 0.0);
}

TEST(Moments, NodesBelowTheSmallestSizeDissolve) {
    Quadrature nodes{{1.0, 2.0}, {5.0, 7.0}};
    grow(
        nodes, [](double r) { return -1.0 / r; }, 1.0, 1e-3);  // r^2 - 2t
    ASSERT_EQ(nodes.size(), 1u);
    EXPECT_NEAR(nodes.nodes[0], std::sqrt(2.0), 1e-6);
    EXPECT_EQ(nodes.weights[0], 7.0);
}

}  // namespace
}  // namespace caravel::formulation::synthesis
