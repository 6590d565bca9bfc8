// Growth of one particle by hand numbers and limits.
#include "caravel/formulation/synthesis/growth.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::formulation::synthesis {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

TEST(GrowthLaw, DiffusionLimit) {
    // Vm D (c - c0 exp(l/r))/r = 3e-5 * 1e-9 * (1 - 0.1 e^0.5)/2e-9 = 1.25269e-5 m/s
    EXPECT_NEAR(growth_rate(2e-9, 1.0, 0.1, 1e-9, 3e-5, 1e-9, infinite), 1.252692e-5, 1e-11);
}

TEST(GrowthLaw, AttachmentLimit) {
    // Vm k (c - c0 exp(l/r)): D/k = 1e-2 m dwarfs r
    EXPECT_NEAR(growth_rate(2e-9, 1.0, 0.1, 1e-9, 3e-5, 1e-9, 1e-7) / (3e-12 * 0.8351279), 1.0,
                1e-6);
}

TEST(GrowthLaw, CriticalSizeNeitherGrowsNorDissolves) {
    const GrowthLaw law{3e-5, 1e-9, 1e-3, 0.1, 1e-9};
    const double critical = 1e-9 / std::log(5.0);
    EXPECT_NEAR(law.rate(critical, 0.5), 0.0, 1e-18);
    EXPECT_LT(law.rate(0.9 * critical, 0.5), 0.0);
    EXPECT_GT(law.rate(1.1 * critical, 0.5), 0.0);
}

TEST(GrowthLaw, DerivativesAgreeWithDifferences) {
    const GrowthLaw law{3e-5, 1e-9, 1e-1, 0.1, 1e-9};
    const double h = 1e-14;
    EXPECT_NEAR(
        (law.rate(3e-9 + h, 0.5) - law.rate(3e-9 - h, 0.5)) / (2.0 * h) / law.slope(3e-9, 0.5), 1.0,
        1e-5);
    EXPECT_NEAR((law.rate(3e-9, 0.51) - law.rate(3e-9, 0.49)) / 0.02 / law.uptake(3e-9, 0.5), 1.0,
                1e-9);
}

TEST(GrowthLaw, FocusesAtHighAndDefocusesAtLowSupersaturation) {
    // diffusion-limited: dr/dt falls with r above twice the critical radius (Reiss 1951, Sugimoto)
    const GrowthLaw law{3e-5, 1e-9, infinite, 0.1, 1e-10};
    EXPECT_LT(law.slope(3e-9, 1.0), 0.0);
    EXPECT_GT(law.slope(3e-9, 0.104), 0.0);
}

TEST(GrowthLaw, GrowthEndsAtTheLargestSizeAndDissolutionDoesNot) {
    GrowthLaw law{3e-5, 1e-9, 1e-3, 0.1, 1e-9};
    const double free = law.rate(4e-9, 1.0);
    law.largest_radius = 4e-9;
    EXPECT_EQ(law.rate(4e-9, 1.0), 0.0);
    EXPECT_EQ(law.rate(5e-9, 1.0), 0.0);
    EXPECT_LT(law.rate(5e-9, 0.0), 0.0);
    law.largest_radius = 5e-9;
    EXPECT_EQ(law.rate(4e-9, 1.0), free);
}

TEST(GrowthLaw, TinySizesStayFinite) {
    const GrowthLaw law{1e-5, 1e-9, 1e-3, 1e-3, 3e-9};
    EXPECT_TRUE(std::isfinite(law.rate(1e-13, 1.0)));
}

TEST(GrowthLaw, RipeningSlopeByHand) {
    // 8 * 0.1 * 9e-10 * 0.01 * 1e-10/(9 * 8.314462618 * 500) = 1.924357e-26 m3/s
    EXPECT_NEAR(ripening_slope(0.1, 3e-5, 0.01, 1e-10, 500.0) / 1.924357e-26, 1.0, 1e-6);
}

}  // namespace
}  // namespace caravel::formulation::synthesis
