#include "caravel/formulation/magnetism/linear_response.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/sphere.hpp"
#include "caravel/formulation/magnetism/langevin.hpp"
#include "caravel/formulation/magnetism/specific_absorption.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::formulation::magnetism {
namespace {

constexpr double density = 5180.0;

Macrospin magnetite(double diameter) {
    return {
        sphere_volume(diameter), sphere_volume(diameter + 4e-9), 446e3, 23e3, 1e-9, 0.7e-3, 310.15};
}

Ensemble ensemble_of(double diameter, double spread) {
    Ensemble e;
    e.sizes = volume_log_normal_sizes(diameter, spread, 16);
    e.particle = magnetite(diameter);
    e.shell = 2e-9;
    return e;
}

TEST(LinearResponse, FourteenNanometresHeatAsTheReference) {
    const LinearResponse r =
        linear_response(magnetite(14e-9), {15e3, 300e3}, NeelForm::high_barrier);
    EXPECT_NEAR(r.xi / 2.820744, 1.0, 1e-6);
    EXPECT_NEAR(r.equilibrium / 19.40409, 1.0, 1e-6);
    EXPECT_NEAR(r.power_density / density / 1e3 / 497.0828, 1.0, 1e-6);
}

TEST(LinearResponse, GrowsWithTheSquareOfAWeakField) {
    const Macrospin p = magnetite(10e-9);
    const double one = linear_response(p, {10.0, 300e3}).power_density;
    const double two = linear_response(p, {20.0, 300e3}).power_density;
    EXPECT_NEAR(two / one, 4.0, 1e-5);
}

TEST(LinearResponse, PeaksWhereTheFieldTurnsAsFastAsTheMoment) {
    const Macrospin p = magnetite(14e-9);
    const double tau = linear_response(p, {1.0, 1e5}).effective;
    const double resonance = 1.0 / (2.0 * std::acos(-1.0) * tau);
    const LinearResponse r = linear_response(p, {1.0, resonance});
    EXPECT_NEAR(r.out_of_phase, 0.5 * r.equilibrium, 1e-12 * r.equilibrium);
    EXPECT_NEAR(r.in_phase, r.out_of_phase, 1e-9 * r.in_phase);
}

TEST(LinearResponse, IntrinsicLossPowerIsTheNormalisedHeat) {
    // 100 W/g at 300 kHz, 15 kA/m.
    EXPECT_NEAR(intrinsic_loss_power(1e5, {15e3, 300e3}), 1.4815e-9, 1e-13);
    EXPECT_DOUBLE_EQ(field_frequency_product({15e3, 300e3}), 4.5e9);
    EXPECT_LT(field_frequency_product({15e3, 300e3}), hergt_limit);
    EXPECT_GT(field_frequency_product({15e3, 300e3}), brezovich_limit);
}

TEST(LinearResponse, MethodFollowsTheField) {
    // 14 nm: xi = 0.19 at 1 kA/m.
    EXPECT_EQ(choose_heating_method(magnetite(14e-9), {1e3, 300e3}),
              HeatingMethod::linear_response);
    for (const double diameter : {8e-9, 14e-9, 20e-9})
        EXPECT_EQ(choose_heating_method(magnetite(diameter), {20e3, 300e3}),
                  HeatingMethod::turning_and_hopping);
}

TEST(LinearResponse, NarrowEnsembleMeetsTheSingleSize) {
    const DriveField drive{1e3, 300e3};
    const double one = specific_absorption(ensemble_of(13e-9, 0.0), drive).power_density;
    const double narrow = specific_absorption(ensemble_of(13e-9, 1e-4), drive).power_density;
    EXPECT_NEAR(narrow / one, 1.0, 1e-5);
    EXPECT_DOUBLE_EQ(one, linear_response(magnetite(13e-9), drive).power_density);
}

TEST(LinearResponse, SizeSpreadLowersTheHeatOfTheBestSize) {
    const DriveField drive{2e3, 300e3};
    const double one = specific_absorption(ensemble_of(14e-9, 0.0), drive).power_density;
    const double wide = specific_absorption(ensemble_of(14e-9, 0.2), drive).power_density;
    EXPECT_LT(wide, 0.8 * one);
}

TEST(LinearResponse, ShareOfLinearResponseIsThatOfTheSmallSizes) {
    EXPECT_LT(specific_absorption(ensemble_of(12e-9, 0.15), {15e3, 300e3}).linear_share, 1e-6);
    EXPECT_EQ(specific_absorption(ensemble_of(8e-9, 0.1), {100.0, 300e3}).linear_share, 1.0);
    const double mixed = specific_absorption(ensemble_of(12e-9, 0.3), {1e3, 300e3}).linear_share;
    EXPECT_GT(mixed, 0.0);
    EXPECT_LT(mixed, 1.0);
}

TEST(LinearResponse, LargeParticlesInStrongFieldsHaveHeat) {
    // xi = 2900: 90 nm at 60 kA/m.
    const double heat = specific_absorption(ensemble_of(90e-9, 0.0), {60e3, 300e3}).power_density;
    EXPECT_GT(heat, 0.0);
    EXPECT_LT(heat, 4.0 * 1.2566e-6 * 446e3 * 60e3 * 300e3);
}

TEST(LinearResponse, RejectsImpossibleFields) {
    EXPECT_THROW(linear_response(magnetite(10e-9), {0.0, 1e5}), InputError);
    EXPECT_THROW(linear_response(magnetite(10e-9), {1e3, -1.0}), InputError);
    EXPECT_THROW(intrinsic_loss_power(1.0, {0.0, 1e5}), InputError);
}

}  // namespace
}  // namespace caravel::formulation::magnetism
