#include "caravel/formulation/chemistry/fenton.hpp"

#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::formulation::chemistry {
namespace {

const FentonRates bare{0.07, 0.0, 0.0};  // 70 L/(mol s)
const FentonStore surface_only{1000.0, 0.0, 1.0};

TEST(Fenton, RadicalsPerSecondOfFreshSurface) {
    // 1000 ions x 0.07 m3/(mol s) x 0.1 mol/m3.
    EXPECT_NEAR(fenton_rate(bare, surface_only, 0.1, 1.0), 7.0, 1e-12);
    EXPECT_DOUBLE_EQ(fenton_rate(bare, surface_only, 0.0, 1.0), 0.0);
}

TEST(Fenton, CopperIsAHundredTimesIron) {
    const FentonRates copper{10.0, 0.0, 0.0};
    EXPECT_NEAR(
        fenton_rate(copper, surface_only, 0.1, 1.0) / fenton_rate(bare, surface_only, 0.1, 1.0),
        142.9, 0.1);
}

TEST(Fenton, ActivityDecaysAndTheStoreProlongsIt) {
    const FentonRates rates{0.07, 0.0, 0.05};
    const FentonStore stored{1000.0, 20000.0, 1.0};
    const double alone = depletion_half_life(bare, surface_only, 0.1, 0.0);
    const double fed = depletion_half_life(rates, stored, 0.1, 0.0);
    EXPECT_NEAR(alone, std::log(2.0) / 0.007, 1e-3);
    EXPECT_GT(fed, 5.0 * alone);
    EXPECT_TRUE(std::isfinite(fed));
}

TEST(Fenton, GlutathioneKeepsAShareUpForEver) {
    const FentonRates cycle{0.07, 1e-3, 0.0};
    EXPECT_NEAR(kept_up_share(cycle, 0.1, 5.0), 5e-3 / (5e-3 + 7e-3), 1e-12);
    const auto states = fenton_run(cycle, surface_only, 0.1, 5.0, {1e5});
    EXPECT_NEAR(states[0].surface, 5.0 / 12.0, 1e-8);
    EXPECT_TRUE(std::isinf(depletion_half_life({0.07, 0.1, 0.0}, surface_only, 0.1, 5.0)));
}

TEST(Fenton, RefusesTheImpossible) {
    EXPECT_THROW(fenton_run(bare, surface_only, 0.1, 0.0, {10.0, 5.0}), InputError);
    EXPECT_THROW(fenton_run({-1.0, 0.0, 0.0}, surface_only, 0.1, 0.0, {1.0}), InputError);
    EXPECT_THROW(fenton_run(bare, {0.0, 0.0, 1.0}, 0.1, 0.0, {1.0}), InputError);
    EXPECT_THROW(fenton_rate(bare, surface_only, 0.1, 1.5), InputError);
}

}  // namespace
}  // namespace caravel::formulation::chemistry
