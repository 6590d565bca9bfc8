#include "caravel/formulation/thermal/bubble.hpp"

#include "caravel/base/error.hpp"
#include "caravel/formulation/thermal/small_sphere.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace caravel::formulation::thermal {
namespace {

const BubbleLiquid water;

TEST(Bubble, MinnaertIsThreeMetresPerSecond) {
    EXPECT_NEAR(minnaert_frequency(1e-3, 1.4, water) * 1e-3, 3.286, 0.01);
    EXPECT_NEAR(minnaert_frequency(1e-6, 1.4, water) * 1e-6, 3.286, 0.01);
}

TEST(Bubble, LipidShellHandNumbers) {
    // us_microbubble_resonance: R 2 um, chi 0.55 N/m, buckled.
    const Bubble b{2e-6, 1.07, 0.0, 0.55, 1.5e-9 * std::exp(1.6)};
    EXPECT_NEAR(bubble_resonance(b, water) * 1e-6, 3.0072, 5e-5);
    const BubbleDamping d = bubble_damping(b, water, bubble_resonance(b, water));
    EXPECT_NEAR(d.viscous, 0.05303, 5e-6);
    EXPECT_NEAR(d.shell, 0.197, 5e-5);
}

TEST(Bubble, ShellStiffensAndDamps) {
    const Bubble free{1.5e-6, 1.07, 0.072, 0.0, 0.0};
    const Bubble coated = with_thin_shell(free, 11.7e6, 0.45, 20e-9);
    EXPECT_NEAR(coated.shell_elasticity, 0.702, 1e-12);
    EXPECT_GT(bubble_resonance(coated, water), bubble_resonance(free, water));
    const double f = bubble_resonance(coated, water);
    EXPECT_LT(bubble_scattering(coated, water, f),
              bubble_scattering(free, water, bubble_resonance(free, water)));
    EXPECT_GT(bubble_extinction(coated, water, f), bubble_scattering(coated, water, f));
}

TEST(Bubble, ScatteringFallsWithTheFourthPowerBelowResonance) {
    const Bubble b{1e-6, 1.07, 0.072, 0.0, 0.0};
    BubbleLiquid thin = water;
    thin.viscosity = 0.0;
    const double slope =
        std::log2(bubble_scattering(b, thin, 2e4) / bubble_scattering(b, thin, 1e4));
    EXPECT_NEAR(slope, 4.0, 1e-3);
    EXPECT_NEAR(bubble_scattering(b, thin, 1e9) / (4.0 * std::numbers::pi * 1e-12), 1.0, 20.0);
}

TEST(Bubble, RefusesTheImpossible) {
    EXPECT_THROW(bubble_resonance({-1e-6}, water), InputError);
    EXPECT_THROW(bubble_resonance({1e-6, 2.0}, water), InputError);
    EXPECT_THROW(bubble_damping({1e-6}, water, 0.0), InputError);
    EXPECT_THROW(with_thin_shell({1e-6}, 1e6, 1.0, 0.9e-6), InputError);
}

const SoundMedium liquid{993.4, 1523.6, 0.692e-3};

TEST(SmallSphere, ContrastFactorAndScatteringHandNumbers) {
    SoundMedium ideal = liquid;
    ideal.viscosity = 0.0;
    // Rigid and heavy: f1 = 1, f2 = 2 (r - 1)/(2 r + 1) to 1: contrast 1/3 + 1/2.
    const SoundResponse heavy = small_sphere_response({50e-9, 1e9, 1e-30}, ideal, 5e6);
    EXPECT_NEAR(heavy.contrast_factor, 5.0 / 6.0, 1e-5);
    const double ka = heavy.size_parameter;
    EXPECT_NEAR(heavy.scattering /
                    (4.0 * std::numbers::pi * 2.5e-15 * std::pow(ka, 4) * (1.0 / 9.0 + 1.0 / 12.0)),
                1.0, 1e-5);
    EXPECT_DOUBLE_EQ(heavy.absorption, 0.0);
    // Twice the density, half the compressibility: (1/2)/3 + (1/5).
    const SoundResponse light =
        small_sphere_response({50e-9, 2.0 * 993.4, 0.5 * ideal.compressibility()}, ideal, 5e6);
    EXPECT_NEAR(light.contrast_factor, 1.0 / 6.0 + 0.2, 1e-12);
    EXPECT_GT(light.contrast_factor, 0.0);
}

TEST(SmallSphere, MatchedSphereIsUnseenAndGasGoesToAntinodes) {
    const SoundResponse same =
        small_sphere_response({1e-7, 993.4, liquid.compressibility()}, liquid, 5e6);
    EXPECT_NEAR(same.scattering, 0.0, 1e-40);
    EXPECT_NEAR(same.absorption, 0.0, 1e-30);
    const SoundResponse gas = small_sphere_response({1e-7, 1.2, 7e-6}, liquid, 5e6);
    EXPECT_LT(gas.contrast_factor, 0.0);
    EXPECT_THROW(small_sphere_response({20e-6, 2000.0, 1e-10}, liquid, 5e6), NotAvailable);
}

TEST(SmallSphere, SuspensionSpeedHasItsEnds) {
    const SoundSphere s{1e-7, 1300.0, 1.0 / 5e9};
    EXPECT_NEAR(suspension_speed(s, liquid, 0.0), 1523.6, 1e-9);
    EXPECT_NEAR(suspension_speed(s, liquid, 1.0), std::sqrt(5e9 / 1300.0), 1e-9);
    EXPECT_NEAR(decibel_per_metre(1.0), 8.685889638, 1e-8);
}

}  // namespace
}  // namespace caravel::formulation::thermal
