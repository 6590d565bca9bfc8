#include "caravel/formulation/thermal/droplet.hpp"

#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::formulation::thermal {
namespace {

const VolatileLiquid pentane{302.9, 420.555, 2.045e6, 0.288031, 1590.0, 9.4e-3, 298.15};
const VolatileLiquid butane{271.061, 386.326, 2.3234e6, 0.238024, 1500.0, 7.0e-3, 298.15};
const VolatileLiquid hexane{330.3, 448.8, 1.87e6, 0.338038, 1640.0, 11.4e-3, 298.15};
constexpr double body = 310.15;

TEST(Droplet, VapourPressureGoesThroughItsTwoPoints) {
    EXPECT_NEAR(vapour_pressure(pentane, 302.9), 101325.0, 1e-6);
    EXPECT_NEAR(vapour_pressure(pentane, 420.555), 2.045e6, 1e-3);
    EXPECT_NEAR(vapour_pressure(pentane, body) * 1e-3, 130.2, 0.1);
    EXPECT_NEAR(vaporisation_heat(pentane) * 1e-3, 27.05, 0.05);
    EXPECT_DOUBLE_EQ(surface_tension(pentane, 298.15), 9.4e-3);
    EXPECT_LT(surface_tension(pentane, body), 9.4e-3);
}

TEST(Droplet, LaplacePressureKeepsSmallPentaneDropletsLiquid) {
    const auto superheat = [](double r) {
        return vaporisation_threshold(pentane, {r, 30e-3, body, 101.3e3}, 1e-7, 1.0).superheat;
    };
    EXPECT_LT(superheat(0.1e-6), 0.0);
    EXPECT_GT(superheat(10e-6), 0.0);
    const auto t = vaporisation_threshold(pentane, {0.1e-6, 30e-3, body, 101.3e3}, 1e-7, 1.0);
    EXPECT_NEAR(t.laplace_pressure, 0.6e6, 1.0);
    EXPECT_NEAR(t.peak_negative, 101.3e3 + 0.6e6 - t.inside, 1e-6);
}

TEST(Droplet, ThresholdFallsWithSizeHeatVolatilityAndFocus) {
    const auto threshold = [](const VolatileLiquid& l, double r, double t, double gain) {
        return vaporisation_threshold(l, {r, 30e-3, t, 101.3e3}, 1e-7, gain).peak_negative;
    };
    const double base = threshold(pentane, 0.2e-6, body, 1.0);
    EXPECT_LT(threshold(pentane, 1e-6, body, 1.0), base);
    EXPECT_LT(threshold(pentane, 0.2e-6, 330.0, 1.0), base);
    EXPECT_LT(threshold(butane, 0.2e-6, body, 1.0), base);
    EXPECT_GT(threshold(hexane, 0.2e-6, body, 1.0), base);
    EXPECT_NEAR(threshold(pentane, 0.2e-6, body, 2.0), 0.5 * base, 1e-6 * base);
    EXPECT_GT(base, 1e6);
    EXPECT_LT(base, 2e7);
}

TEST(Droplet, AmplificationIsOneWhenSmallOrMatched) {
    EXPECT_NEAR(centre_amplification(50e-9, 5e6, 1600.0, 406.0, 993.4, 1523.6), 1.0, 1e-5);
    EXPECT_NEAR(centre_amplification(20e-6, 5e6, 993.4, 1523.6, 993.4, 1523.6), 1.0, 1e-12);
    const double wide = centre_amplification(10e-6, 5e6, 1600.0, 406.0, 993.4, 1523.6);
    EXPECT_GT(wide, 1.1);
}

TEST(Droplet, RefusesTheImpossible) {
    EXPECT_THROW(vapour_pressure(pentane, 430.0), InputError);
    EXPECT_THROW(vapour_pressure({400.0, 390.0, 2e6}, 350.0), InputError);
    EXPECT_THROW(nucleation_pressure(pentane, body, 0.0, 1.0), InputError);
    EXPECT_THROW(vaporisation_threshold(pentane, {1e-6, 0.03, body, 1e5}, 1e-7, 0.0), InputError);
}

}  // namespace
}  // namespace caravel::formulation::thermal
