#include "caravel/formulation/colloid/van_der_waals.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/formulation/colloid/magnetic_pair.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace caravel::formulation::colloid {
namespace {

constexpr double nm = 1e-9;
constexpr double zj = 1e-21;
constexpr double room = 298.15;

TEST(VanDerWaals, CloseSpheresAreDerjaguins) {
    for (const double ratio : {1e-3, 1e-4, 1e-5}) {
        const double r1 = 50.0 * nm;
        const double r2 = 20.0 * nm;
        const double h = ratio * r2;
        const double derjaguin = r1 * r2 / (6.0 * (r1 + r2) * h);
        EXPECT_NEAR(hamaker_geometry(r1, r2, h) / derjaguin, 1.0, 60.0 * ratio);
    }
}

TEST(VanDerWaals, FarSpheresAreLondonsSixthPower) {
    const double r = 10.0 * nm;
    for (const double centres : {2e3, 2e5}) {
        const double expected = 16.0 / 9.0 / std::pow(centres, 6);
        EXPECT_NEAR(hamaker_geometry(r, r, (centres - 2.0) * r) / expected, 1.0, 1e-5);
    }
}

TEST(VanDerWaals, NoSeamBetweenSeriesAndClosedForm) {
    double last = hamaker_geometry(nm, nm, 0.1 * nm);
    double slope = 0.0;
    for (double h = 0.101 * nm; h < 30.0 * nm; h *= 1.01) {
        const double here = hamaker_geometry(nm, nm, h);
        const double now = std::log(here / last);
        EXPECT_LT(now, 0.0);
        if (slope != 0.0) {
            EXPECT_NEAR(now / slope, 1.0, 0.02) << h;
        }
        slope = now;
        last = here;
    }
}

// x = 4r2/f2 at r = h = 1: f1 = 5, f2 = 9; (2/5 + 2/9 + ln(5/9))/6 = 0.00573926.
TEST(VanDerWaals, HandNumber) {
    EXPECT_NEAR(hamaker_geometry(1.0, 1.0, 1.0), (0.4 + 2.0 / 9.0 + std::log(5.0 / 9.0)) / 6.0,
                1e-15);
    EXPECT_NEAR(hamaker_geometry(1.0, 1.0, 1.0), 0.0057393, 1e-7);
}

TEST(VanDerWaals, RetardationWeakensWithDistance) {
    EXPECT_NEAR(retardation(0.0), 1.0, 0.0);
    EXPECT_NEAR(retardation(100.0 * nm), 1.0 - 5.32 * std::log1p(1.0 / 5.32), 1e-14);
    EXPECT_NEAR(retardation(1.0) * 2.0 * 5.32e7, 1.0, 1e-6);
    EXPECT_NEAR(retardation(1.9e-4) / retardation(1.87e-4), 1.87 / 1.9, 1e-4);
}

TEST(VanDerWaals, BadInputIsNamed) {
    EXPECT_THROW(hamaker_geometry(nm, nm, 0.0), InputError);
    EXPECT_THROW(hamaker_geometry(-nm, nm, nm), InputError);
    EXPECT_THROW(layered_attraction({}, nm), InputError);
}

TEST(LayeredAttraction, OneMaterialInTwoLayersIsTheSolidSphere) {
    const double root = std::sqrt(36.0 * zj);
    const std::vector<AttractionLayer> split{{5.0 * nm, root}, {10.0 * nm, root}};
    const double whole = van_der_waals(36.0 * zj, 10.0 * nm, 10.0 * nm, 2.0 * nm);
    EXPECT_NEAR(layered_attraction(split, 2.0 * nm) / whole, 1.0, 1e-12);
}

TEST(LayeredAttraction, AShellOfWaterOnlyKeepsTheCoresApart) {
    const std::vector<AttractionLayer> wet{{5.0 * nm, std::sqrt(36.0 * zj)}, {8.0 * nm, 0.0}};
    const double cores = van_der_waals(36.0 * zj, 5.0 * nm, 5.0 * nm, 8.0 * nm);
    EXPECT_NEAR(layered_attraction(wet, 2.0 * nm) / cores, 1.0, 1e-12);
}

TEST(LayeredAttraction, ThinSilicaOnGoldLiesBetweenBoth) {
    const double gold = std::sqrt(300.0 * zj);
    const double silica = std::sqrt(4.6 * zj);
    const std::vector<AttractionLayer> coated{{10.0 * nm, gold}, {12.0 * nm, silica}};
    const double energy = layered_attraction(coated, nm);
    EXPECT_LT(energy, van_der_waals(4.6 * zj, 12.0 * nm, 12.0 * nm, nm));
    EXPECT_GT(energy, van_der_waals(300.0 * zj, 12.0 * nm, 12.0 * nm, nm));
}

// 3.087 zJ x 0.878 + 263.5 zJ x (2.528 - 1.777)2/4.305^1.5 = 19.4 zJ: twice the 9 zJ of the table.
TEST(TaborWinterton, PolystyreneAcrossWaterByHand) {
    EXPECT_NEAR(tabor_winterton(1.59, 2.55, 1.333, 78.3, room) / zj, 19.4, 0.1);
}

TEST(TaborWinterton, SilicaAcrossWaterWithinTheLiterature) {
    const double a = tabor_winterton(1.448, 3.8, 1.333, 78.3, room);
    EXPECT_GT(a, 4.6 * zj);
    EXPECT_LT(a, 8.3 * zj);
}

TEST(MagneticPair, HeadToTailByHand) {
    // 1e-19 A m2 at 10 nm: 1e-7 x 2 x 1e-38/1e-24 = 2e-21 J.
    EXPECT_NEAR(aligned_dipole_energy(1e-19, 10.0 * nm), -2e-21, 1e-29);
    EXPECT_NEAR(dipole_coupling(1e-19, 10.0 * nm, room), 1e-21 / (boltzmann * room), 1e-8);
}

TEST(MagneticPair, WeakMomentsAreKeesoms) {
    const double moment = 1e-20;
    const double l = dipole_coupling(moment, 10.0 * nm, room);
    EXPECT_LT(l, 0.01);
    EXPECT_NEAR(rotating_dipole_energy(moment, 10.0 * nm, room) / (-boltzmann * room * l * l / 3.0),
                1.0, 1e-4);
}

TEST(MagneticPair, StrongMomentsApproachTheStiffLimitWithoutAJump) {
    const double at10 = std::sqrt(10.0 * boltzmann * room * 1e-24 / 1e-7);
    const double below = rotating_dipole_energy(0.9999 * at10, 10.0 * nm, room);
    const double above = rotating_dipole_energy(1.0001 * at10, 10.0 * nm, room);
    EXPECT_NEAR(above / below, 1.0, 0.02);
    EXPECT_GT(below, aligned_dipole_energy(at10, 10.0 * nm));
}

}  // namespace
}  // namespace caravel::formulation::colloid
