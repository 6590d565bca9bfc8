#include "caravel/formulation/magnetism/langevin.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/formulation/magnetism/particle_imaging.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace caravel::formulation::magnetism {
namespace {

TEST(Langevin, HasThePublishedValues) {
    EXPECT_NEAR(langevin(1.0), 0.313035285, 5e-10);
    EXPECT_NEAR(langevin(5.0), 0.800090804, 5e-10);
    EXPECT_DOUBLE_EQ(langevin(-5.0), -langevin(5.0));
    EXPECT_EQ(langevin(0.0), 0.0);
}

TEST(Langevin, FollowsItsSeriesNearZeroWithoutCancellation) {
    for (const double x : {1e-12, 1e-6, 1e-3, 0.02}) {
        const double series =
            x / 3.0 - x * x * x / 45.0 + 2.0 * std::pow(x, 5) / 945.0 - std::pow(x, 7) / 4725.0;
        EXPECT_NEAR(langevin(x) / series, 1.0, 1e-15) << x;
    }
    EXPECT_DOUBLE_EQ(langevin_over_argument(0.0), 1.0 / 3.0);
    EXPECT_NEAR(langevin_derivative(0.0), 1.0 / 3.0, 1e-15);
}

TEST(Langevin, IsContinuousWhereTheFormulaChanges) {
    EXPECT_NEAR(langevin(std::nextafter(2.0, 0.0)) / langevin(2.0), 1.0, 1e-15);
    EXPECT_NEAR(langevin_derivative(std::nextafter(2.0, 0.0)) / langevin_derivative(2.0), 1.0,
                1e-14);
}

TEST(Langevin, DerivativeIsTheDifferenceQuotient) {
    for (const double x : {0.3, 1.7, 2.4, 30.0}) {
        const double h = 1e-5 * x;
        EXPECT_NEAR(langevin_derivative(x), (langevin(x + h) - langevin(x - h)) / (2.0 * h), 1e-9);
    }
    EXPECT_NEAR(langevin_derivative(800.0), 1.0 / 640000.0, 1e-20);
}

TEST(Langevin, PointSpreadWidthIsThePublishedOne) {
    EXPECT_NEAR(langevin_derivative_width(), 4.161048, 5e-7);
    // 25 nm, 474 kA/m, 2.5 T/m, 293.15 K: 1.737 mm (closed form).
    EXPECT_NEAR(point_spread_width(3.8779e-18, 2.5 / vacuum_permeability, 293.15), 1.737e-3, 5e-7);
}

TEST(Langevin, LogNormalMomentsAreExact) {
    // Volume-weighted mean of d^k: median^k exp((3k + k^2/2) sigma^2).
    const double sigma = 0.3;
    for (const double k : {-3.0, 1.0, 3.0}) {
        double sum = 0.0;
        for (const SizeNode& s : volume_log_normal_sizes(10e-9, sigma, 24))
            sum += s.weight * std::pow(s.diameter / 10e-9, k);
        EXPECT_NEAR(sum / std::exp((3.0 * k + 0.5 * k * k) * sigma * sigma), 1.0, 1e-12) << k;
    }
    EXPECT_EQ(volume_log_normal_sizes(10e-9, 0.0, 24).size(), 1u);
}

TEST(Langevin, EnsembleMagnetisationStartsWithTheInitialSusceptibility) {
    const auto sizes = volume_log_normal_sizes(9e-9, 0.2, 32);
    const double chi = initial_susceptibility(sizes, 446e3, 310.15);
    EXPECT_NEAR(446e3 * equilibrium_magnetisation(sizes, 446e3, 1.0, 310.15) / chi, 1.0, 1e-6);
    EXPECT_NEAR(equilibrium_magnetisation(sizes, 446e3, 1e9, 310.15), 1.0, 1e-3);
}

TEST(Langevin, HarmonicsAreThoseOfTheSeriesInWeakFields) {
    // L(xi s) = xi s/3 - xi^3 s^3/45, s^3 = (3 sin - sin 3)/4.
    const auto a = langevin_harmonics(0.01, 5);
    EXPECT_NEAR(a[1], 0.01 / 3.0 - 0.75 * 1e-6 / 45.0, 1e-12);
    EXPECT_NEAR(a[3], 0.25 * 1e-6 / 45.0, 1e-12);
    EXPECT_EQ(a[2], 0.0);
}

TEST(Langevin, HarmonicsHaveTheComputedValues) {
    // Computed reference rows (20 nm at 12 mT, 30 nm at 20 mT, 474 kA/m, 293.15 K).
    const auto twenty = langevin_harmonics(1.98549e-18 * 0.012 / (boltzmann * 293.15), 7);
    EXPECT_NEAR(twenty[1], 0.9642045203, 2e-6);
    EXPECT_NEAR(twenty[3], 0.1730376305, 2e-6);
    EXPECT_NEAR(twenty[7], 0.01751358378, 2e-6);
    const auto thirty = langevin_harmonics(33.1129, 7);
    EXPECT_NEAR(thirty[3], 0.3668768519, 2e-7);
}

TEST(Langevin, SquareWaveLimitOfStrongFields) {
    const auto a = langevin_harmonics(1e5, 5);
    EXPECT_NEAR(a[1], 4.0 / std::numbers::pi, 2e-4);
    EXPECT_NEAR(a[5], 4.0 / (5.0 * std::numbers::pi), 2e-4);
}

TEST(Langevin, RejectsImpossibleSizes) {
    EXPECT_THROW(volume_log_normal_sizes(0.0, 0.1, 8), InputError);
    EXPECT_THROW(volume_log_normal_sizes(1e-8, 2.5, 8), InputError);
    EXPECT_THROW(volume_log_normal_sizes(1e-8, 0.1, 0), InputError);
    EXPECT_THROW(langevin_argument(1e-24, 446e3, 1e4, 0.0), InputError);
    EXPECT_THROW(langevin_harmonics(-1.0, 3), InputError);
    EXPECT_THROW(point_spread_width(0.0, 1.0, 300.0), InputError);
}

}  // namespace
}  // namespace caravel::formulation::magnetism
