// How the content of a voxel on the tumour's surface divides between tumour and normal tissue.
#include "caravel/tissue/grid/solute_spaces.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::tissue {
namespace {

constexpr double width = 100e-6;  // m

/// Four times the space in the tumour.
SoluteSpaces spaces(double diffusion) {
    return {0.2, 0.05, 0.2 * diffusion, 0.05 * diffusion, 0.5};
}

TEST(SoluteSpaces, ConductTissuesOneBehindTheOther) {
    const SoluteSpaces s = spaces(1e-12);
    EXPECT_DOUBLE_EQ(s.conductivity(1.0), 2e-13);
    EXPECT_DOUBLE_EQ(s.conductivity(0.0), 5e-14);
    EXPECT_NEAR(s.conductivity(0.5), 8e-14, 1e-26);  // 2 / (1/2e-13 + 1/5e-14)
    EXPECT_DOUBLE_EQ(s.space(0.25), 0.0875);
    EXPECT_EQ((SoluteSpaces{0.2, 0.05, 1e-13, 0.0, 0.5}).conductivity(0.5), 0.0);
}

TEST(SoluteSpaces, ContentIsDividedWithoutRest) {
    const SoluteSpaces s = spaces(1e-12);
    for (const double share : {0.01, 0.3, 0.5, 0.99}) {
        const SoluteSplit parts = split(s, {share, width, 1e-5 * share, 1e-6, 2e-5, 3e-5});
        EXPECT_NEAR(share * s.tumour_space * parts.tumour, parts.part, 1e-14);
        EXPECT_NEAR((1.0 - share) * s.normal_space * parts.normal, 1.0 - parts.part, 1e-14);
    }
    EXPECT_EQ(split(s, {1.0, width, 1e-5, 0.0, 0.0, 0.0}).part, 1.0);
    EXPECT_EQ(split(s, {0.0, width, 0.0, 1e-5, 0.0, 0.0}).part, 0.0);
    EXPECT_DOUBLE_EQ(split(s, {1.0, width, 1e-5, 0.0, 0.0, 0.0}).tumour, 5.0);
}

TEST(SoluteSpaces, WhatDiffusesOrFlowsFastHasOneConcentration) {
    const SurfaceVoxel drained{0.5, width, 1e-5, 1e-6, 1e-4, 0.0};
    const SoluteSplit fast = split(spaces(1e-7), drained);
    EXPECT_NEAR(fast.normal / fast.tumour, 1.0, 1e-3);
    EXPECT_NEAR(fast.part, 0.8, 1e-3);  // 0.5 * 0.2 of 0.5 * 0.25
    SurfaceVoxel flowing = drained;
    flowing.outflow = 1.0;
    const SoluteSplit carried = split(spaces(0.0), flowing);
    EXPECT_NEAR(carried.normal / carried.tumour, 1.0, 1e-3);
}

TEST(SoluteSpaces, WhatDoesNotMoveStaysWhereItsVesselsLetItOut) {
    // Tumour: as in plasma; normal: wall 1 against wall 1 and lymph 9.
    const SoluteSplit parts = split(spaces(0.0), {0.5, width, 1e-5, 1e-6, 9e-6, 0.0});
    EXPECT_NEAR(parts.normal / parts.tumour, 0.1, 1e-12);
    EXPECT_NEAR(parts.part, 0.1 / 0.1025, 1e-12);
}

TEST(SoluteSpaces, WithoutVesselsAndFlowTheSpacesDivide) {
    const SoluteSplit parts = split(spaces(0.0), {0.5, width, 0.0, 0.0, 0.0, 0.0});
    EXPECT_NEAR(parts.part, 0.8, 1e-12);
}

TEST(SoluteSpaces, VesselsLimitHowDeepDiffusionReaches) {
    // A layer of 1 um on both sides: the exchange no longer follows the voxel's width squared.
    const double wall = 0.2;  // of half a voxel: sqrt(2e-13 / 0.4), sqrt(5e-14 / 0.4)
    const auto ratio = [&](double h) {
        const SoluteSplit parts = split(spaces(1e-12), {0.5, h, wall, wall, wall, 0.0});
        return 1.0 - parts.normal / parts.tumour;
    };
    EXPECT_NEAR(ratio(width), 0.5, 0.01);  // as without diffusion: 1 of 1 + 1
    EXPECT_LT(ratio(1e-7), 0.01);          // far thinner than the layers
}

}  // namespace
}  // namespace caravel::tissue
