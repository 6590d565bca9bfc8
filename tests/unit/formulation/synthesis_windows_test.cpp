// Milling, wire explosion, droplets and citrate gold: hand numbers, limits and refusals.
#include "caravel/base/error.hpp"
#include "caravel/formulation/synthesis/chemistry.hpp"
#include "caravel/formulation/synthesis/microemulsion.hpp"
#include "caravel/formulation/synthesis/milling.hpp"
#include "caravel/formulation/synthesis/turkevich.hpp"
#include "caravel/formulation/synthesis/wire_explosion.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::formulation::synthesis {
namespace {

MillingSystem magnetite_mill(double hours) {
    return {1e-6, 0.01, 3.0, 10.0, 3600.0 * hours, 5170.0, 91e9, 0.594e-9, 0.26, 6e9, 1.0, 1e-3};
}

TEST(Milling, DislocationLimitByHand) {
    // 3 * 91e9 * 0.594e-9 / (pi * 0.74 * 6e9)
    EXPECT_NEAR(dislocation_limit(91e9, 0.594e-9, 0.26, 6e9), 1.16256e-8, 1e-13);
}

TEST(Milling, SizeFallsToTheLimitAndNotBelow) {
    double last = 1e-6;
    for (const double hours : {1.0, 5.0, 20.0, 100.0}) {
        const MillingResult r = mill(magnetite_mill(hours));
        EXPECT_LT(r.mean_diameter, last);
        EXPECT_GE(r.mean_diameter, r.limit_diameter * (1.0 - 1e-12));
        last = r.mean_diameter;
    }
    MillingSystem fine = magnetite_mill(1.0);
    fine.start_diameter = 5e-9;
    EXPECT_THROW(mill(fine), InputError);
}

TEST(WireExplosion, SizesGoWithTheTwoFifthsOfExposure) {
    const WireSystem wire{2.0, 2e-4, 1.2, 8800.0, 5.3e6, 2500.0, 1.0};
    WireSystem thick = wire;
    thick.wire_diameter *= 32.0;
    EXPECT_NEAR(explode_wire(thick).mean_diameter / explode_wire(wire).mean_diameter, 4.0, 1e-9);
    EXPECT_NEAR(explode_wire(wire).expansion_speed, std::sqrt(2.0 * 5.3e6), 1e-9);
    WireSystem cold = wire;
    cold.energy_ratio = 0.8;
    EXPECT_THROW(explode_wire(cold), InputError);
}

TEST(Microemulsion, DropletFollowsTheWaterToSurfactantRatio) {
    MicroemulsionSystem s;
    s.precursor = 100.0;
    s.water_to_surfactant = 20.0;
    s.head_area = 0.5e-18;
    s.molar_volume = 2e-5;
    const MicroemulsionResult r = precipitate_in_droplets(s);
    EXPECT_NEAR(r.droplet_diameter, 6.0 * 2.99e-29 * 20.0 / 0.5e-18, 1e-18);
    EXPECT_NEAR(r.occupancy, 11.6, 0.2);
    EXPECT_LT(r.mean_diameter, r.droplet_diameter);
    // 100 fusions join what half a droplet can hold, but not before there were any.
    EXPECT_GT(r.mean_diameter, 2.0 * std::cbrt(6.0 / 3.14159265 * 11.6 * 2e-5 / 6.022e23));
    s.exchange_time = 1e3;
    EXPECT_LT(precipitate_in_droplets(s).mean_diameter, 0.5 * r.mean_diameter);
    s.precursor = 1e5;  // more solid than the droplet can hold
    EXPECT_TRUE(precipitate_in_droplets(s).droplet_limited);
    EXPECT_DOUBLE_EQ(precipitate_in_droplets(s).mean_diameter, r.droplet_diameter);
}

TEST(Microemulsion, EmptyDropletsDoNotNucleate) {
    MicroemulsionSystem s;
    s.precursor = 1e-6;
    s.water_to_surfactant = 5.0;
    s.head_area = 0.5e-18;
    s.molar_volume = 2e-5;
    s.critical_nucleus = 4.0;
    EXPECT_THROW(precipitate_in_droplets(s), InputError);
}

TEST(Turkevich, GoldBalances) {
    TurkevichParameters p;
    p.oxidation = {0.025, 0.0, 373.15};
    p.loss = {0.124, 0.0, 373.15};
    p.consumption = {0.01, 0.0, 373.15};
    p.nucleation = {1.83e23, 0.0, 373.15};
    p.growth = {4.49e-10, 0.0, 373.15};
    p.organisers = 3.0;
    p.molar_volume = 1.0195e-5;
    const TurkevichResult r = run_turkevich(p, 0.25, 0.6, 373.15, 7200.0);
    EXPECT_LT(r.balance_residual, 1e-10);
    EXPECT_GT(r.solid.back(), 0.99 * 0.25);
    // Without nucleation nothing forms, and nothing is not-a-number.
    p.nucleation.value = 0.0;
    const TurkevichResult none = run_turkevich(p, 0.25, 0.6, 373.15, 7200.0);
    EXPECT_EQ(none.number.back(), 0.0);
    EXPECT_EQ(none.mean_diameter.back(), 0.0);
}

TEST(Chemistry, RipeningFollowsTheDiffusionLimitedCube) {
    BurstSystem s;
    s.molar_volume = 1e-5;
    s.interfacial_energy = 0.1;
    s.solubility = {1.0, 0.0, 298.15};
    s.diffusivity = {1e-9, 0.0, 298.15};
    s.surface_rate = {1e9, 0.0, 298.15};
    const double slope = 64.0 / 9.0 * 0.1 * 1e-10 * 1.0 * 1e-9 / (8.314462618 * 298.15);
    const double expected = std::cbrt(1e-24 + slope * 3600.0);
    EXPECT_NEAR(ripened_diameter(s, 1e-8, 298.15, 3600.0) / expected, 1.0, 1e-6);
    // Attachment-limited: d(d^2)/dt is constant.
    s.surface_rate = {1e-9, 0.0, 298.15};
    const double first = ripened_diameter(s, 1e-8, 298.15, 3.6e6);
    const double second = ripened_diameter(s, 1e-8, 298.15, 7.2e6);
    EXPECT_NEAR((second * second - 1e-16) / (first * first - 1e-16), 2.0, 1e-2);
}

TEST(Chemistry, StabilisersCompeteForTheSurface) {
    Chemistry c;
    c.interfacial_energy = 0.5;
    c.sites = 3e-6;
    Solution s;
    s.stabilisers = {{"a", 1000.0, 0.0}};
    EXPECT_NEAR(cover(c, s, 298.15).coverage, 0.5, 1e-12);
    s.stabilisers.push_back({"b", 2000.0, 0.0});
    EXPECT_NEAR(cover(c, s, 298.15).coverage, 0.75, 1e-12);
    EXPECT_NEAR(cover(c, s, 298.15).interfacial_energy,
                0.5 - 8.314462618 * 298.15 * 3e-6 * std::log(4.0), 1e-12);
}

}  // namespace
}  // namespace caravel::formulation::synthesis
