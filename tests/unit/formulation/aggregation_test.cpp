// Collisions and break-up: kernels and what one pair does.
#include "caravel/formulation/synthesis/aggregation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

namespace caravel::formulation::synthesis {
namespace {

TEST(Aggregation, BrownianKernelByHand) {
    // equal spheres: 8 kT/(3 eta) = 8 * 1.380649e-23 * 300/3e-3 = 1.1045192e-17 m3/s
    EXPECT_NEAR(brownian_kernel(5e-9, 5e-9, 300.0, 1e-3, 1.0), 1.1045192e-17, 1e-24);
    EXPECT_NEAR(brownian_kernel(5e-9, 5e-9, 300.0, 1e-3, 100.0), 1.1045192e-19, 1e-26);
    EXPECT_NEAR(brownian_kernel(1e-9, 4e-9, 300.0, 1e-3, 1.0) /
                    brownian_kernel(4e-9, 4e-9, 300.0, 1e-3, 1.0),
                25.0 / 16.0, 1e-12);
}

TEST(Aggregation, PairsKeepVolumeAndHalveInNumber) {
    const Quadrature before{{1.0, 2.0}, {3.0, 1.0}};
    const auto one = [](double, double) { return 1.0; };
    const Quadrature after = aggregated(before, one, 0.01);
    EXPECT_NEAR(moment(after, 3) / moment(before, 3), 1.0, 1e-14);
    EXPECT_NEAR(moment(after, 0), 4.0 / (1.0 + 0.5 * 4.0 * 0.01), 5e-5);
}

TEST(Aggregation, WeightsStayPositiveHoweverLongTheStep) {
    const Quadrature after = aggregated(
        {{1.0, 2.0, 100.0}, {3.0, 1.0, 10.0}},
        [](double a, double b) { return (a + b) * (a + b) / (a * b); }, 1e3);
    for (const double w : after.weights) EXPECT_GE(w, 0.0);
    EXPECT_NEAR(moment(after, 3) / (3.0 + 8.0 + 1e7), 1.0, 1e-13);
}

TEST(Aggregation, NothingMeetsWhereNothingIs) {
    const auto one = [](double, double) { return 1.0; };
    EXPECT_EQ(aggregated({}, one, 1.0).size(), 0u);
}

TEST(Aggregation, FixedPivotSharesAPairBetweenNeighbours) {
    const FixedPivot pivots({1.0, 1.5, 2.2, 4.0}, [](double, double) { return 2.0; });
    const std::vector<double> numbers{1.0, 0.0, 0.0, 0.0};  // 1 + 1 = 2, between 1.5 and 2.2
    std::vector<double> rates(4, 0.0);
    pivots.add_aggregation(numbers, 1.0, rates);
    EXPECT_NEAR(rates[0], -2.0, 1e-14);
    EXPECT_NEAR(rates[1], 0.2 / 0.7, 1e-14);
    EXPECT_NEAR(rates[2], 0.5 / 0.7, 1e-14);
    EXPECT_EQ(rates[3], 0.0);
}

TEST(Aggregation, AboveTheLastPivotVolumeIsKept) {
    const FixedPivot pivots({1.0, 1.5}, [](double, double) { return 1.0; });
    std::vector<double> rates(2, 0.0);
    pivots.add_aggregation(std::vector<double>{0.0, 1.0}, 1.0, rates);
    EXPECT_NEAR(rates[1], -1.0 + 1.0, 1e-14);  // half an event, two lost, volume of two gained
}

TEST(Aggregation, BreakingKeepsVolumeAndAddsOneParticlePerEvent) {
    std::vector<double> volumes(60);
    for (std::size_t i = 0; i < 60; ++i) volumes[i] = 1e-4 * std::pow(1.2, static_cast<double>(i));
    const FixedPivot pivots(volumes, [](double, double) { return 0.0; });
    std::vector<double> numbers(60, 0.0);
    numbers[59] = 2.0;
    std::vector<double> rates(60, 0.0);
    pivots.add_breaking(
        numbers, [](double) { return 3.0; }, rates);
    EXPECT_NEAR(std::inner_product(rates.begin(), rates.end(), volumes.begin(), 0.0), 0.0,
                1e-13 * 6.0 * volumes[59]);
    // the fragments below the first pivot count by volume, half as many
    EXPECT_NEAR(std::accumulate(rates.begin(), rates.end(), 0.0),
                6.0 * (1.0 - volumes[0] / volumes[59]), 1e-12);
}

TEST(Aggregation, MomentRatesByHand) {
    const Quadrature nodes{{1.0, 3.0}, {1.0, 1.0}};
    const std::vector<double> pairs = aggregation_rates(
        nodes, [](double, double) { return 1.0; }, 3);
    EXPECT_NEAR(pairs[0], -2.0, 1e-14);  // -N^2/2
    EXPECT_NEAR(pairs[1], 0.0, 1e-13);
    EXPECT_NEAR(pairs[2], 16.0, 1e-12);  // M1^2
    const std::vector<double> broken = breaking_rates(
        nodes, [](double v) { return v; }, 3);
    EXPECT_NEAR(broken[0], 4.0, 1e-14);
    EXPECT_NEAR(broken[1], 0.0, 1e-14);
    EXPECT_NEAR(broken[2], -28.0 / 3.0, 1e-13);
}

}  // namespace
}  // namespace caravel::formulation::synthesis
