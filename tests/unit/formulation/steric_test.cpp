#include "caravel/formulation/colloid/steric.hpp"

#include "caravel/base/constants.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace caravel::formulation::colloid {
namespace {

constexpr double nm = 1e-9;
constexpr double per_nm2 = 1e18;
constexpr double room = 298.15;
constexpr double kt = boltzmann * room;

double brush(double gap) { return brush_repulsion(10.0 * nm, 0.1 * per_nm2, 50.0 * nm, gap, room); }

// R 50, L 10, h 10 nm, 0.1 per nm2: 227.07 kT x (5.2978 + 1.5479 - 6) = 192.0 kT.
TEST(Brush, EnergyByHand) { EXPECT_NEAR(brush(10.0 * nm) / kt, 192.0, 0.1); }

TEST(Brush, EndsWhereTheLayersPart) {
    EXPECT_EQ(brush(20.0 * nm), 0.0);
    EXPECT_GT(brush(19.9 * nm), 0.0);
    EXPECT_LT(brush(19.99 * nm), 0.01 * kt);
}

TEST(Brush, SecondDerivativeIsTheAlexanderPressure) {
    const double step = 0.01 * nm;
    for (const double h : {2.0 * nm, 8.0 * nm, 15.0 * nm}) {
        const double curvature =
            (brush(h + step) - 2.0 * brush(h) + brush(h - step)) / (step * step);
        const double u = h / (20.0 * nm);
        const double pressure =
            kt * std::pow(0.1 * per_nm2, 1.5) * (std::pow(u, -2.25) - std::pow(u, 0.75));
        EXPECT_NEAR(curvature / (std::numbers::pi * 50.0 * nm * pressure), 1.0, 1e-4);
    }
}

TEST(Mushroom, DecaysByItsGyrationRadius) {
    const auto energy = [](double h) {
        return mushroom_repulsion(2.0 * nm, 0.01 * per_nm2, 50.0 * nm, h, room);
    };
    EXPECT_NEAR(energy(6.0 * nm) / energy(4.0 * nm), std::exp(-1.0), 1e-12);
    EXPECT_NEAR(energy(0.0) / kt, 36.0 * std::numbers::pi * 50.0 * 0.01 * 2.0, 1e-9);
}

TEST(Layer, IsSmoothWhereOverlapAndCompressionBegin) {
    const PolymerLayer layer{5.0 * nm, 0.1, 0.45, 50.0 * nm * nm * nm};
    const auto energy = [&](double h) { return layer_repulsion(layer, 50.0 * nm, h, room); };
    EXPECT_EQ(energy(10.0 * nm), 0.0);
    for (const double at : {5.0 * nm, 10.0 * nm}) {
        const double d = 1e-5 * nm;
        EXPECT_NEAR(energy(at - d), energy(at + d), 1e-4 * energy(4.0 * nm));
        const double left = (energy(at) - energy(at - d)) / d;
        const double right = (energy(at + d) - energy(at)) / d;
        EXPECT_NEAR(left, right, 1e-3 * std::abs(energy(4.0 * nm)) / nm);
    }
}

TEST(Layer, GoodSolventsRepelAndPoorOnesAttract) {
    const PolymerLayer good{5.0 * nm, 0.1, 0.45, 0.0};
    const PolymerLayer poor{5.0 * nm, 0.1, 0.55, 0.0};
    EXPECT_GT(layer_repulsion(good, 50.0 * nm, 6.0 * nm, room), 0.0);
    EXPECT_LT(layer_repulsion(poor, 50.0 * nm, 6.0 * nm, room), 0.0);
}

}  // namespace
}  // namespace caravel::formulation::colloid
