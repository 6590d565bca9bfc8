#include "caravel/formulation/colloid/grafting.hpp"

#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>

namespace caravel::formulation::colloid {
namespace {

constexpr double nm = 1e-9;
constexpr double per_nm2 = 1e18;

/// PEG of 5 kg/mol.
const Chain peg5k{113.5, 0.35 * nm, 0.21e-18, 0.0647e-27};

TEST(Peg, FloryRadiusOf5kIsSixNanometres) {
    EXPECT_NEAR(flory_radius({114.0, 0.35 * nm, 0.21e-18, 0.0}) / nm, 6.0, 0.05);
}

TEST(Peg, PrintParticlesAreBrushAndMushroom) {
    EXPECT_EQ(graft_regime(peg5k, 0.083 * per_nm2), GraftRegime::brush);
    EXPECT_EQ(graft_regime(peg5k, 0.028 * per_nm2), GraftRegime::mushroom);
    EXPECT_EQ(graft_regime(peg5k, 0.5 * per_nm2), GraftRegime::dense_brush);
    EXPECT_EQ(to_text(GraftRegime::dense_brush), "dense brush");
}

// N a^(5/3) s^(1/3) = 113.5 x 0.35^(5/3) x 0.083^(1/3) = 8.61 nm.
TEST(Peg, FlatBrushHeightByHand) {
    EXPECT_NEAR(layer_thickness(peg5k, 0.083 * per_nm2, 1.0) / nm, 8.61, 0.02);
}

TEST(Peg, ThicknessRisesWithDensityAndFallsWithCurvature) {
    double last = 0.0;
    for (const double density : {0.01, 0.05, 0.083, 0.2, 0.5, 1.0, 2.0}) {
        const double here = layer_thickness(peg5k, density * per_nm2, 50.0 * nm);
        EXPECT_GE(here, last);
        last = here;
    }
    EXPECT_LT(layer_thickness(peg5k, 0.5 * per_nm2, 10.0 * nm),
              layer_thickness(peg5k, 0.5 * per_nm2, 100.0 * nm));
    EXPECT_LE(layer_thickness(peg5k, 4.7 * per_nm2, 1.0), 113.5 * 0.35 * nm);
}

TEST(Peg, ImpossibleDensityNamesTheLargest) {
    EXPECT_NEAR(largest_graft_density(peg5k) / per_nm2, 4.76, 0.01);
    for (const double density : {6.0 * per_nm2, 0.0, -1.0, std::nan("")})
        EXPECT_THROW(require_graft_density(peg5k, density), InputError);
    try {
        require_graft_density(peg5k, 30.0 * per_nm2);
        FAIL();
    } catch (const InputError& error) {
        EXPECT_NE(std::string(error.what()).find("30"), std::string::npos);
        EXPECT_NE(std::string(error.what()).find("4.76 per nm2"), std::string::npos);
    }
}

TEST(Peg, DryLayerKeepsItsVolume) {
    const double r = 50.0 * nm;
    const double d = dry_thickness(peg5k, 0.3 * per_nm2, r);
    const double shell = 4.0 / 3.0 * std::numbers::pi * (std::pow(r + d, 3) - r * r * r);
    const double chains = 0.3 * per_nm2 * 4.0 * std::numbers::pi * r * r;
    EXPECT_NEAR(shell / (chains * 113.5 * 0.0647e-27), 1.0, 1e-9);
}

TEST(GraftingTo, DiscsJamAt547Permille) {
    EXPECT_NEAR(random_sequential_coverage(1e-3), 1e-3, 1e-5);
    EXPECT_NEAR(random_sequential_coverage(1e9), jamming_coverage, 1e-3);
    double last = 0.0;
    for (const double exposure : {0.1, 0.5, 1.0, 3.0, 10.0, 100.0}) {
        const double here = random_sequential_coverage(exposure);
        EXPECT_GT(here, last);
        EXPECT_LT(here, jamming_coverage);
        last = here;
    }
}

// The first blocked area is four discs: coverage = tau - 2 tau2 + ... within the next order.
TEST(GraftingTo, FirstBlockingIsFourDiscs) {
    const double tau = 0.01;
    EXPECT_NEAR(random_sequential_coverage(tau), tau - 2.0 * tau * tau, 0.15 * tau * tau);
}

TEST(GraftingTo, LongChainsCrowdEachOtherOut) {
    const Chain peg1k{22.7, 0.35 * nm, 0.21e-18, 0.0647e-27};
    EXPECT_GT(grafting_to_density(peg1k, 100.0), 3.0 * grafting_to_density(peg5k, 100.0));
    EXPECT_LT(grafting_to_density(peg5k, 1e6), 0.05 * per_nm2);
}

TEST(GraftingFrom, BeatsGraftingToAndKeepsItsMonomers) {
    const GraftedFrom from =
        grafting_from(2.0 * per_nm2, 0.25, 100.0 * per_nm2, 0.6, peg5k.footprint);
    EXPECT_NEAR(from.density / per_nm2, 0.5, 1e-12);
    EXPECT_NEAR(from.segments, 120.0, 1e-9);
    EXPECT_GT(from.density, grafting_to_density(peg5k, 1e6));
    const GraftedFrom full = grafting_from(50.0 * per_nm2, 1.0, per_nm2, 0.5, peg5k.footprint);
    EXPECT_NEAR(full.density, largest_graft_density(peg5k), 1e6);
    EXPECT_THROW(grafting_from(per_nm2, 1.2, per_nm2, 0.5, 1e-19), InputError);
    EXPECT_THROW(grafting_from(per_nm2, 0.2, per_nm2, -0.5, 1e-19), InputError);
}

TEST(PhotoGrafting, LightStartsChainsUntilInitiatorsAreSpent) {
    PhotoGrafting light{per_nm2, 1e-21, 0.5, 1e18, 600.0, 1e3, 1e-15};
    const GraftedFrom first = photo_grafting(light);
    EXPECT_NEAR(first.density / per_nm2, 1.0 - std::exp(-0.3), 1e-12);
    light.time = 6000.0;
    const GraftedFrom later = photo_grafting(light);
    EXPECT_GT(later.density, first.density);
    light.photon_flux = 0.0;
    EXPECT_EQ(photo_grafting(light).density, 0.0);
}

}  // namespace
}  // namespace caravel::formulation::colloid
