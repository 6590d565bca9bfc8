// Classical nucleation by hand numbers.
#include "caravel/formulation/synthesis/classical_nucleation.hpp"

#include "caravel/base/constants.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace caravel::formulation::synthesis {
namespace {

TEST(Nucleation, CriticalRadiusByHand) {
    // 2 * 0.1 * 3e-5/(8.314462618 * 500 * ln 10) = 6.268034e-10 m
    EXPECT_NEAR(critical_radius(0.1, 3e-5, 500.0, std::log(10.0)), 6.268034e-10, 1e-15);
    EXPECT_TRUE(std::isinf(critical_radius(0.1, 3e-5, 500.0, 0.0)));
    EXPECT_TRUE(std::isinf(critical_radius(0.1, 3e-5, 500.0, -1.0)));
}

TEST(Nucleation, BarrierIsTheWorkAtTheCriticalRadius) {
    const double log_s = std::log(10.0);
    const double v = 3e-5 / avogadro;
    const double kt = boltzmann * 500.0;
    const double formula =
        16.0 * std::numbers::pi * 1e-3 * v * v / (3.0 * kt * kt * kt * log_s * log_s);
    EXPECT_NEAR(nucleation_barrier(0.1, 3e-5, 500.0, log_s) / formula, 1.0, 1e-12);
    EXPECT_NEAR(formula, 23.8393, 1e-3);
    // work -4 pi r^3/(3 v) kT ln S + 4 pi r^2 gamma is stationary and equal there
    const double r = critical_radius(0.1, 3e-5, 500.0, log_s);
    const double work = -4.0 * std::numbers::pi * r * r * r / (3.0 * v) * log_s +
                        4.0 * std::numbers::pi * r * r * 0.1 / kt;
    EXPECT_NEAR(work / formula, 1.0, 1e-12);
}

TEST(Nucleation, HeterogeneousFactorLowersTheBarrier) {
    const double whole = nucleation_barrier(0.1, 3e-5, 500.0, 2.0);
    EXPECT_DOUBLE_EQ(nucleation_barrier(0.1, 3e-5, 500.0, 2.0, 0.25), 0.25 * whole);
    EXPECT_NEAR(contact_angle_factor(std::numbers::pi), 1.0, 1e-15);
    EXPECT_NEAR(contact_angle_factor(std::numbers::pi / 2.0), 0.5, 1e-15);
    EXPECT_NEAR(contact_angle_factor(0.0), 0.0, 1e-15);
}

TEST(Nucleation, RateIsZeroBelowSaturation) {
    EXPECT_EQ(nucleation_rate(1e33, nucleation_barrier(0.1, 3e-5, 500.0, -0.1)), 0.0);
    EXPECT_EQ(nucleation_rate(1e33, nucleation_barrier(0.1, 3e-5, 500.0, 0.0)), 0.0);
    EXPECT_NEAR(nucleation_rate(1e30, 30.0), 1e30 * std::exp(-30.0), 1e4);
}

TEST(Nucleation, NucleiStartWhereTheBarrierIsOneKTBelowItsTop) {
    const double log_s = std::log(10.0);
    const double r = critical_radius(0.1, 3e-5, 500.0, log_s);
    const double start = nucleus_radius(r, 0.1, 500.0);
    EXPECT_NEAR(start - r, std::sqrt(boltzmann * 500.0 / (0.4 * std::numbers::pi)), 1e-16);
    const double v = 3e-5 / avogadro;
    const auto work = [&](double x) {
        return -4.0 * std::numbers::pi * x * x * x / (3.0 * v) * log_s +
               4.0 * std::numbers::pi * x * x * 0.1 / (boltzmann * 500.0);
    };
    EXPECT_NEAR(work(r) - work(start), 1.0, 0.15);  // exact to second order in the offset
}

}  // namespace
}  // namespace caravel::formulation::synthesis
