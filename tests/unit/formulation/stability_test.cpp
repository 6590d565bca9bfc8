#include "caravel/formulation/colloid/stability.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/formulation/colloid/double_layer_force.hpp"
#include "caravel/formulation/colloid/van_der_waals.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

namespace caravel::formulation::colloid {
namespace {

constexpr double nm = 1e-9;
constexpr double room = 298.15;
constexpr double kt = boltzmann * room;
constexpr double radius = 50.0 * nm;

double attraction(double gap) { return van_der_waals(9e-21, radius, radius, gap); }

PairEnergy charged(double psi, double millimolar) {
    const Electrolyte e = salt_water(millimolar, room);
    return [=](double gap) {
        return attraction(gap) + hogg_healy_fuerstenau(psi, psi, radius, radius, gap, e,
                                                       Approach::constant_potential);
    };
}

double log_w(double psi, double millimolar) {
    return log_stability_ratio(charged(psi, millimolar), attraction, radius, contact_gap, room);
}

TEST(Stability, AttractionAloneIsTheFastLimit) {
    EXPECT_EQ(log_stability_ratio(attraction, attraction, radius, contact_gap, room), 0.0);
    EXPECT_NEAR(log_w(1e-4, 100.0), 0.0, 1e-4);
    EXPECT_NEAR(log_w(0.03, 3000.0), 0.0, 0.05);
}

TEST(Stability, FallsWithSalt) {
    double last = std::numeric_limits<double>::infinity();
    for (const double millimolar : {1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0}) {
        const double here = log_w(0.03, millimolar);
        EXPECT_LT(here, last) << millimolar;
        last = here;
    }
}

TEST(Stability, RisesWithThePotential) {
    double last = -1.0;
    for (const double psi : {0.005, 0.01, 0.02, 0.03, 0.05}) {
        const double here = log_w(psi, 20.0);
        EXPECT_GT(here, last) << psi;
        last = here;
    }
}

TEST(Stability, HugeBarriersStayFinite) {
    const auto wall = [](double gap) { return gap < 5.0 * nm ? 5000.0 * kt : 0.0; };
    const double w = log_stability_ratio(wall, attraction, radius, contact_gap, room);
    EXPECT_TRUE(std::isfinite(w));
    EXPECT_NEAR(w, 5000.0, 5.0);
}

TEST(Stability, SteepBarriersTakeBoundedWork) {
    // A parabola of 1e8 kT over 10 nm has a top of 1e-3 nm: the integral follows by Laplace.
    constexpr double height = 1e8;
    constexpr double top = 30.0 * nm;
    constexpr double width = 10.0 * nm;
    long evaluations = 0;
    const auto hill = [&](double gap) {
        ++evaluations;
        const double x = (gap - top) / width;
        return std::abs(x) < 1.0 ? height * (1.0 - x * x) * kt : 0.0;
    };
    const double large = 100e-6;  // m, the radius
    const double u = top / large;
    const double expected = height + std::log(2.0 * approach_hindrance(top, large)) -
                            2.0 * std::log(2.0 + u) +
                            std::log(std::sqrt(std::numbers::pi / height) * width / large);
    EXPECT_NEAR(log_collision_integral(hill, large, contact_gap, room), expected, 1e-3);
    EXPECT_LT(evaluations, 200'000);
}

TEST(Stability, CoatsThickerThanTheReachOfTheRadiusHaveAnIntegral) {
    // Closest gap beyond 1e4 radii: the integral of the free pair is 2/(2 + u) there.
    const auto nothing = [](double) { return 0.0; };
    const double closest = 2e5 * nm;
    const double u = closest / (5.0 * nm);
    EXPECT_NEAR(log_collision_integral(nothing, 5.0 * nm, closest, room), std::log(2.0 / (2.0 + u)),
                1e-4);
}

TEST(Stability, NotANumberIsReported) {
    const auto bad = [](double) { return std::numeric_limits<double>::quiet_NaN(); };
    EXPECT_THROW(log_collision_integral(bad, radius, contact_gap, room), NotAvailable);
}

TEST(Profile, BarrierAndMinimumOfAKnownCurve) {
    // 40 kT bump at 3 nm above a 5 kT trough at 12 nm.
    const auto curve = [](double h) {
        const double a = (h - 3.0 * nm) / nm;
        const double b = (h - 12.0 * nm) / (2.0 * nm);
        return kt * (40.0 * std::exp(-a * a) - 5.0 * std::exp(-b * b));
    };
    const EnergyProfile p = profile_of(curve, contact_gap, 5.0 * nm);
    EXPECT_NEAR(p.barrier / kt, 45.0, 1e-3);
    EXPECT_NEAR(p.barrier_gap / nm, 3.0, 1e-3);
    EXPECT_NEAR(p.secondary_minimum / kt, -5.0, 1e-4);
    EXPECT_NEAR(p.secondary_gap / nm, 12.0, 1e-3);
}

TEST(Profile, PureAttractionHasNeither) {
    const EnergyProfile p = profile_of(attraction, contact_gap, 5.0 * nm);
    EXPECT_EQ(p.barrier, 0.0);
    EXPECT_LT(p.contact, 0.0);
}

// Smoluchowski in water at 25 Cel: 8 kT/(3 eta) = 1.233e-17 m3/s; 1e10 per mL: 16.2 s.
TEST(Aggregation, SmoluchowskiByHand) {
    const double rate = aggregation_rate(0.0, room, 0.89e-3);
    EXPECT_NEAR(rate, 1.233e-17, 0.001e-17);
    EXPECT_NEAR(aggregation_half_time(rate, 1e16), 16.2, 0.05);
}

TEST(Aggregation, WaterBetweenTheSpheresSlowsTheirApproach) {
    EXPECT_NEAR(approach_hindrance(1e3 * radius, radius), 1.0, 2e-3);
    EXPECT_NEAR(approach_hindrance(1e-4 * radius, radius), 5e3, 20.0);
    // Attraction cannot quite undo it: fast aggregation at about half of Smoluchowski's rate.
    const double i = std::exp(log_collision_integral(attraction, radius, contact_gap, room));
    EXPECT_GT(i, 1.0);
    EXPECT_LT(i, 3.0);
}

}  // namespace
}  // namespace caravel::formulation::colloid
