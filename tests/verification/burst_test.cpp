// Burst nucleation and growth: balance, agreement of moments and finite volumes, limits and trends.
#include "caravel/formulation/synthesis/burst.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace caravel::formulation::synthesis {
namespace {

/// A LaMer run that ends with 11 nm particles.
BurstSystem la_mer() {
    BurstSystem s;
    s.precursor = 20.0;
    s.conversion = {1e-3};
    s.solubility = {1e-3};
    s.molar_volume = 3e-5;
    s.interfacial_energy = 0.08;
    s.nucleation_prefactor = 1e20;
    s.diffusivity = {1e-9};
    s.surface_rate = {1e-5};
    s.temperature = {{0.0}, {500.0}};
    s.duration = 2000.0;
    return s;
}

/// Many particles that nucleate early and then partly dissolve again.
BurstSystem ripening() {
    BurstSystem s = la_mer();
    s.conversion = {1e-2};
    s.solubility = {1e-2};
    s.interfacial_energy = 0.1;
    s.nucleation_prefactor = 1e33;
    s.diffusivity = {1e-10};
    s.surface_rate = {1e-4};
    s.duration = 60.0;
    return s;
}

BurstSystem seeded(double monomer, double spread) {
    BurstSystem s = la_mer();
    s.precursor = 0.0;
    s.monomer = monomer;
    s.nucleation_prefactor = 0.0;
    s.seeds = Seeds{1e21, 6e-9, spread};
    return s;
}

double relative(double a, double b) { return std::abs(a / b - 1.0); }

void expect_finite(const BurstResult& r) {
    for (const auto* curve : {&r.precursor, &r.monomer, &r.supersaturation, &r.number,
                              &r.mean_diameter, &r.spread, &r.solid})
        for (const double value : *curve) EXPECT_TRUE(std::isfinite(value) && value >= 0.0);
}

TEST(Burst, MomentsAndFiniteVolumesAgreeWithinOnePercent) {
    const BurstResult moments = run_burst_moments(la_mer());
    const BurstResult volumes = run_burst_volumes(la_mer(), 400);
    ASSERT_TRUE(moments.nucleated);
    ASSERT_TRUE(volumes.nucleated);
    EXPECT_NEAR(moments.mean_diameter.back(), 11.1e-9, 0.1e-9);
    EXPECT_LT(relative(volumes.number.back(), moments.number.back()), 0.01);
    EXPECT_LT(relative(volumes.mean_diameter.back(), moments.mean_diameter.back()), 0.01);
    EXPECT_LT(relative(volumes.spread.back(), moments.spread.back()), 0.01);
    const BurstResult finer = run_burst_volumes(la_mer(), 800);
    EXPECT_LT(relative(finer.spread.back(), moments.spread.back()),
              relative(volumes.spread.back(), moments.spread.back()));
}

TEST(Burst, WithDissolutionMomentsAreKnownToMissOnePercent) {
    const BurstResult moments = run_burst_moments(ripening());
    const BurstResult volumes = run_burst_volumes(ripening(), 800);
    // a quarter of the nuclei dissolve: the closure's small sizes set the number to 7 % only
    EXPECT_NEAR(relative(volumes.number.back(), moments.number.back()), 0.071, 0.015);
    EXPECT_NEAR(relative(volumes.mean_diameter.back(), moments.mean_diameter.back()), 0.035, 0.01);
}

TEST(Burst, MassBalances) {
    for (const BurstSystem& s : {la_mer(), ripening(), seeded(20.0, 0.1)}) {
        EXPECT_LT(run_burst_moments(s).balance_residual, 1e-10);
        EXPECT_LT(run_burst_volumes(s, 200).balance_residual, 1e-10);
    }
    const BurstResult r = run_burst_moments(la_mer());
    EXPECT_NEAR(r.precursor.back(), 20.0 * std::exp(-2.0), 1e-9);
    // solid from number, mean and width of a narrow distribution, not from the balance
    const double third =
        std::pow(r.mean_diameter.back(), 3) * (1.0 + 3.0 * r.spread.back() * r.spread.back());
    EXPECT_NEAR(r.number.back() * std::acos(-1.0) / 6.0 * third / 3e-5 / r.solid.back(), 1.0, 0.02);
}

TEST(Burst, UptakeOfSeedsFollowsTheRateLawByHand) {
    // few seeds in a large bath: r grows by attachment alone, dr/dt = Vm k (c - c0)
    BurstSystem s = seeded(5.0, 0.0);
    s.seeds->number = 1e12;
    s.interfacial_energy = 1e-6;
    s.surface_rate = {1e-7};
    s.diffusivity = {1.0};
    s.duration = 100.0;
    const double grown = 3e-5 * 1e-7 * (5.0 - 1e-3) * 100.0;  // 1.4997 nm
    EXPECT_NEAR(run_burst_moments(s).mean_diameter.back(), 6e-9 + 2.0 * grown, 1e-13);
    EXPECT_NEAR(run_burst_volumes(s, 400).mean_diameter.back(), 6e-9 + 2.0 * grown, 1e-11);
}

TEST(Burst, StepsAreFineEnough) {
    // a system split in two half as long lines of the temperature programme takes other steps
    BurstSystem s = la_mer();
    s.temperature = {{0.0, 300.0, 600.0, 900.0}, {500.0, 500.0, 500.0, 500.0}};
    const BurstResult a = run_burst_moments(la_mer());
    const BurstResult b = run_burst_moments(s);
    EXPECT_LT(relative(a.number.back(), b.number.back()), 1e-3);
    EXPECT_LT(relative(a.mean_diameter.back(), b.mean_diameter.back()), 1e-3);
}

TEST(Burst, WithoutNucleationNumbersAreZeroAndFinite) {
    BurstSystem s = la_mer();
    s.precursor = 5e-4;  // never above saturation
    for (const BurstResult& r : {run_burst_moments(s), run_burst_volumes(s, 100)}) {
        EXPECT_FALSE(r.nucleated);
        EXPECT_EQ(r.number.back(), 0.0);
        EXPECT_EQ(r.mean_diameter.back(), 0.0);
        EXPECT_EQ(r.spread.back(), 0.0);
        EXPECT_NEAR(r.monomer.back(), 5e-4 * (1.0 - std::exp(-2.0)), 1e-12);
        EXPECT_NEAR(r.largest_supersaturation, 0.5 * (1.0 - std::exp(-2.0)), 1e-9);
        expect_finite(r);
    }
    s.precursor = 0.0;
    EXPECT_FALSE(run_burst_moments(s).nucleated);
    s = la_mer();
    s.interfacial_energy = 1.0;  // supersaturated, but the barrier is too high
    const BurstResult r = run_burst_moments(s);
    EXPECT_FALSE(r.nucleated);
    EXPECT_GT(r.largest_supersaturation, 1e3);
    expect_finite(r);
}

TEST(Burst, TwoRunsAreTheSameToTheLastBit) {
    const BurstResult a = run_burst_moments(ripening());
    const BurstResult b = run_burst_moments(ripening());
    EXPECT_EQ(a.times, b.times);
    EXPECT_EQ(a.number, b.number);
    EXPECT_EQ(a.mean_diameter, b.mean_diameter);
    EXPECT_EQ(run_burst_volumes(la_mer(), 100).density, run_burst_volumes(la_mer(), 100).density);
}

TEST(Burst, ImpossibleSystemsAreNamed) {
    BurstSystem s = la_mer();
    s.solubility = {0.0};
    s.heterogeneous_factor = 1.5;
    s.seeds = Seeds{1e20, -1e-9, 0.1};
    try {
        run_burst_moments(s);
        FAIL();
    } catch (const InputError& error) {
        ASSERT_EQ(error.diagnostics().size(), 3u);
        EXPECT_NE(error.diagnostics()[0].what.find("solubility"), std::string::npos);
        EXPECT_NE(error.diagnostics()[1].what.find("heterogeneous"), std::string::npos);
        EXPECT_NE(error.diagnostics()[2].what.find("seeds"), std::string::npos);
    }
    EXPECT_THROW(run_burst_volumes(la_mer(), 3), InputError);
    s = la_mer();
    s.temperature = {{0.0, 0.0}, {300.0, 400.0}};
    EXPECT_THROW(run_burst_moments(s), InputError);
}

TEST(Burst, MeanVolumeGrowsAsTimeOnceNucleationIsOver) {
    // Robb and Privman 2008: monomer made at a steady rate, particles that do not dissolve
    BurstSystem s = la_mer();
    s.precursor = 0.0;
    s.conversion = {1.0};
    s.feeds = {{0.0, 4000.0, 5e-3}};
    s.duration = 4000.0;
    const BurstResult r = run_burst_moments(s);
    ASSERT_TRUE(r.nucleated);
    const auto at = [&](double t) {
        return static_cast<std::size_t>(std::lower_bound(r.times.begin(), r.times.end(), t) -
                                        r.times.begin());
    };
    const std::size_t i = at(1000.0);
    const std::size_t j = r.times.size() - 1;
    EXPECT_LT(relative(r.number[j], r.number[i]), 0.01);
    const double exponent = std::log(r.solid[j] / r.number[j] / (r.solid[i] / r.number[i])) /
                            std::log(r.times[j] / r.times[i]);
    EXPECT_NEAR(exponent, 1.0, 0.05);
}

TEST(Burst, SizesFocusWhileMonomerIsMadeAndSpreadAfterwards) {
    // Clark, Kumar, Owen and Chan 2011; diffusion-limited growth
    BurstSystem s = seeded(0.05, 0.2);
    s.conversion = {1.0};
    s.surface_rate = {1.0};
    s.solubility = {1e-2};
    s.diffusivity = {1e-10};
    s.seeds->number = 3e18;
    s.duration = 2000.0;
    s.feeds = {{0.0, 60.0, 0.3}};
    const BurstResult high = run_burst_moments(s);
    s.feeds = {};
    const BurstResult none = run_burst_moments(s);
    const auto end_of_feed = static_cast<std::size_t>(
        std::lower_bound(high.times.begin(), high.times.end(), 60.0) - high.times.begin());
    EXPECT_LT(high.spread[end_of_feed], 0.5 * high.spread.front());
    EXPECT_GT(high.spread.back(), high.spread[end_of_feed]);
    EXPECT_GT(none.spread.back(), high.spread[end_of_feed]);
}

TEST(Burst, HeatingDissolvesAndCoolingGrowsBack) {
    BurstSystem s = seeded(1e-3, 0.1);
    s.solubility = {1e-3, 8e4, 500.0};
    s.temperature = {{0.0, 500.0}, {500.0, 560.0}};
    s.duration = 1000.0;
    const BurstResult r = run_burst_moments(s);
    EXPECT_LT(r.solid.back(), r.solid.front());
    EXPECT_LT(r.balance_residual, 1e-10);
}

TEST(Burst, DropletsEndGrowth) {
    BurstSystem s = la_mer();
    s.maximum_diameter = 8e-9;
    for (const BurstResult& r : {run_burst_moments(s), run_burst_volumes(s, 400)}) {
        EXPECT_LE(r.mean_diameter.back(), 8e-9 * 1.001);
        EXPECT_GT(r.mean_diameter.back(), 7e-9);
        EXPECT_LT(r.balance_residual, 1e-10);
        expect_finite(r);
    }
}

TEST(Burst, CollisionsMakeFewerAndLargerParticles) {
    BurstSystem s = la_mer();
    const BurstResult stable = run_burst_moments(s);
    s.stability_ratio = 1e7;
    const BurstResult sticky = run_burst_moments(s);
    const BurstResult volumes = run_burst_volumes(s, 300);
    EXPECT_LT(sticky.number.back(), 0.9 * stable.number.back());
    EXPECT_GT(sticky.mean_diameter.back(), stable.mean_diameter.back());
    EXPECT_NEAR(sticky.solid.back() / stable.solid.back(), 1.0, 1e-2);
    EXPECT_LT(relative(volumes.number.back(), sticky.number.back()), 0.02);
    EXPECT_LT(relative(volumes.mean_diameter.back(), sticky.mean_diameter.back()), 0.02);
    EXPECT_LT(sticky.balance_residual, 1e-10);
}

TEST(Burst, BrownianCollisionsOfEqualSpheresFollowSmoluchowski) {
    BurstSystem s = seeded(1e-3, 0.0);
    s.interfacial_energy = 1e-9;  // neither growth nor ripening
    s.stability_ratio = 1.0;
    const double rate = 8.0 * boltzmann * 500.0 / (3.0 * 1e-3);
    s.duration = 0.05 / (rate * 1e21);
    const double n = run_burst_moments(s).number.back() / 1e21;
    EXPECT_NEAR(n, 1.0 / (1.0 + 0.025), 2e-4);
}

TEST(Burst, SurfaceReductionGivesAnAutocatalyticCurve) {
    BurstSystem s = seeded(1e-3, 0.1);
    s.precursor = 20.0;
    s.conversion = {0.0};
    s.surface_conversion = {2e-6};
    s.interfacial_energy = 1e-3;
    s.duration = 100.0;
    const BurstResult r = run_burst_moments(s);
    EXPECT_LT(r.precursor.back(), 1.0);
    EXPECT_LT(r.balance_residual, 1e-10);
    // all of it went to the particles that were there
    EXPECT_NEAR(r.number.back(), 1e21, 1e15);
    EXPECT_NEAR(r.solid.back() - r.solid.front(), 20.0 - r.precursor.back(), 0.02);
    EXPECT_LT(r.largest_supersaturation, 3.0);
}

TEST(Burst, MoreInterfacialEnergyGivesFewerLargerParticles) {
    BurstSystem s = la_mer();
    const BurstResult low = run_burst_moments(s);
    s.interfacial_energy = 0.09;
    const BurstResult high = run_burst_moments(s);
    EXPECT_LT(high.number.back(), low.number.back());
    EXPECT_GT(high.mean_diameter.back(), low.mean_diameter.back());
}

}  // namespace
}  // namespace caravel::formulation::synthesis
