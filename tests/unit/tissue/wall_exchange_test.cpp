#include "caravel/tissue/interstitium/wall_exchange.hpp"

#include "caravel/base/error.hpp"
#include "caravel/body/two_pore.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace caravel::tissue {
namespace {

const WallPores tumour_wall;

TEST(Permeability, OfTheDefaultPoresIsThatOfTheBodysTumourVessel) {
    for (double radius = 0.1e-9; radius < 700e-9; radius *= 1.07)
        EXPECT_DOUBLE_EQ(permeability(radius, tumour_wall),
                         body::tumour_vessel_permeability(radius))
            << radius;
}

TEST(Permeability, WidensWithTheLargePores) {
    WallPores wide = tumour_wall;
    wide.large_radius = 1000e-9;
    EXPECT_GT(permeability(45e-9, wide), permeability(45e-9, tumour_wall));
    WallPores tight = tumour_wall;
    tight.large_area_length = 0.0;
    EXPECT_EQ(permeability(5e-9, tight), 0.0);
    EXPECT_GT(permeability(2e-9, tight), 0.0);
}

TEST(ReflectionCoefficient, WeightsPoresByTheirConductanceForWater) {
    // equal radii are one pore: sigma = 1 - W(l)
    WallPores one{10e-9, 1000.0, 10e-9, 500.0};
    EXPECT_NEAR(reflection_coefficient(1e-9, one), 1.0 - 0.938789, 1e-6);
    EXPECT_NEAR(reflection_coefficient(5e-9, one), 1.0 - 0.336408, 1e-6);
    // radii 1 : 2 and areas 4 : 1 conduct the same water; the small ones hold the sphere back
    const WallPores two{10e-9, 400.0, 20e-9, 100.0};
    EXPECT_NEAR(reflection_coefficient(10e-9, two), 0.5 + 0.5 * (1.0 - 0.336408), 1e-6);
}

TEST(ReflectionCoefficient, RisesFromZeroToOneWithSize) {
    double before = reflection_coefficient(1e-13, tumour_wall);
    EXPECT_NEAR(before, 0.0, 1e-6);
    for (double radius = 1e-10; radius < 520e-9; radius += 1e-9) {
        const double now = reflection_coefficient(radius, tumour_wall);
        EXPECT_GE(now, before) << radius;
        before = now;
    }
    EXPECT_EQ(reflection_coefficient(500e-9, tumour_wall), 1.0);
    // almost all water passes the large pores, so that small solutes are hardly held back
    EXPECT_LT(reflection_coefficient(3.5e-9, tumour_wall), 0.01);
}

TEST(WallRates, AreBothThePermeabilityWithoutFlow) {
    for (const WallRates& rates : {wall_rates(3e-4, 0.8, 0.0), wall_rates(3e-4, 1.0, 0.7)}) {
        EXPECT_EQ(rates.out, 3e-4);
        EXPECT_EQ(rates.back, 3e-4);
    }
}

TEST(WallRates, GiveThePatlakValues) {
    // Pe = 2 (1 - 0.5)/1 = 1: back = 1/(e - 1), out = e/(e - 1)
    const WallRates out = wall_rates(1.0, 0.5, 2.0);
    EXPECT_NEAR(out.back, 0.5819767068693265, 1e-15);
    EXPECT_NEAR(out.out, 1.5819767068693265, 1e-15);
    // Pe = -1: the roles change
    const WallRates in = wall_rates(1.0, 0.5, -2.0);
    EXPECT_EQ(in.back, out.out);
    EXPECT_EQ(in.out, out.back);
}

TEST(WallRates, DifferByTheDragAndNeverFallBelowZero) {
    for (const double sign : {-1.0, 1.0}) {
        for (double peclet = 1e-20; peclet < 1e12; peclet *= 3.0) {
            const double drag = sign * peclet * 1e-5;
            const WallRates rates = wall_rates(1e-5, 0.0, drag);
            EXPECT_GE(rates.out, 0.0);
            EXPECT_GE(rates.back, 0.0);
            // one rounding of the larger rate
            EXPECT_NEAR(rates.out - rates.back, drag, 2.3e-16 * std::max(rates.out, rates.back))
                << peclet;
        }
    }
}

TEST(WallRates, FollowTheSeriesNearZero) {
    for (const double peclet : {1e-3, 1e-5, 1e-9, 1e-13, 1e-300}) {
        // x/(e^x - 1) = 1 - x/2 + x^2/12 - x^4/720
        const double square = peclet * peclet;
        const double series = 1.0 - peclet / 2.0 + square / 12.0 - square * square / 720.0;
        EXPECT_NEAR(wall_rates(1.0, 0.0, peclet).back, series, 3e-16) << peclet;
        EXPECT_NEAR(wall_rates(1.0, 0.0, -peclet).out, series, 3e-16) << peclet;
    }
}

TEST(WallRates, GoWithTheFlowWhereItIsFastOrTheWallTight) {
    for (const double surface : {0.0, 1e-320, 1e-12}) {
        const WallRates out = wall_rates(surface, 0.25, 4e-3);
        EXPECT_DOUBLE_EQ(out.out, 3e-3);
        EXPECT_EQ(out.back, 0.0);
        const WallRates in = wall_rates(surface, 0.25, -4e-3);
        EXPECT_EQ(in.out, 0.0);
        EXPECT_DOUBLE_EQ(in.back, 3e-3);
    }
    const WallRates closed = wall_rates(0.0, 0.3, 0.0);
    EXPECT_EQ(closed.out, 0.0);
    EXPECT_EQ(closed.back, 0.0);
}

TEST(WallExchange, RefusesWhatIsNoWall) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    EXPECT_THROW(permeability(0.0, tumour_wall), InputError);
    EXPECT_THROW(permeability(nan, tumour_wall), InputError);
    EXPECT_THROW(reflection_coefficient(-1e-9, tumour_wall), InputError);
    EXPECT_THROW(permeability(1e-9, WallPores{0.0, 1.0, 1e-9, 1.0}), InputError);
    EXPECT_THROW(reflection_coefficient(1e-9, WallPores{1e-9, 0.0, 1e-9, 0.0}), InputError);
    EXPECT_THROW(wall_rates(-1.0, 0.5, 0.0), InputError);
    EXPECT_THROW(wall_rates(1.0, 1.5, 0.0), InputError);
    EXPECT_THROW(wall_rates(1.0, nan, 0.0), InputError);
    EXPECT_THROW(wall_rates(1.0, 0.5, nan), InputError);
    EXPECT_THROW(wall_rates(nan, 0.5, 0.0), InputError);
}

}  // namespace
}  // namespace caravel::tissue
