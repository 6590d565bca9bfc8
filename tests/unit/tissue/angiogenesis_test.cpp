#include "caravel/tissue/vessels/angiogenesis.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::tissue {
namespace {

TEST(Angiogenesis, IsHalfMaximalAtTheConstantsOfTheSet) {
    EXPECT_DOUBLE_EQ(local_vegf(0.0), 1e-6);
    EXPECT_DOUBLE_EQ(local_vegf(1186.6), 0.5e-6);
    EXPECT_DOUBLE_EQ(sprouting_rate(0.5e-6), 0.5 * 2.5e-4 / 60.0);
    EXPECT_DOUBLE_EQ(target_density(0.5e-6, 100.0), 200.0);  // 1 + 2/2
    EXPECT_DOUBLE_EQ(target_density(0.0, 100.0), 100.0);
    EXPECT_DOUBLE_EQ(local_vegf(-5.0), 1e-6);
}

TEST(Angiogenesis, RaisesTheTargetWhereOxygenIsLow) {
    double before = 1e300;
    for (double p = 0.0; p < 8000.0; p += 100.0) {
        const double now = target_density(local_vegf(p), 100.0);
        EXPECT_LT(now, before) << p;
        EXPECT_GT(now, 100.0);
        before = now;
    }
}

TEST(Angiogenesis, ApproachesTheTargetExactlyInOneOrManySteps) {
    // 2 half-lives at half the maximal rate: a quarter of the way is left
    const double half_life = std::log(2.0) / sprouting_rate(0.5e-6);
    EXPECT_NEAR(density_after(100.0, 100.0, 0.5e-6, 2.0 * half_life), 175.0, 1e-9);
    double density = 100.0;
    for (int i = 0; i < 100; ++i) density = density_after(density, 100.0, 0.5e-6, 0.02 * half_life);
    EXPECT_NEAR(density, 175.0, 1e-9);
    // regression over one survival time
    EXPECT_NEAR(density_after(300.0, 100.0, 0.0, 4000.0 * 60.0), 100.0 + 200.0 * std::exp(-1.0),
                1e-9);
}

TEST(Angiogenesis, WithoutARateNothingChangesByABit) {
    AngiogenesisParameters still;
    still.sprouting_rate = 0.0;
    still.regression_rate = 0.0;
    for (const double density : {0.1, 0.7, 1.0 / 3.0, 1.7})
        for (const double vegf : {0.0, 0.3e-6, 1e-6})
            EXPECT_EQ(density_after(density, 1.0, vegf, 1800.0, still), density);
}

TEST(Normalisation, MakesVesselsFewerTighterAndFaster) {
    const VesselFactors none = normalised_vessels(0.0);
    EXPECT_EQ(none.perfusion(), 1.0);
    EXPECT_EQ(none.permeability, 1.0);
    const VesselFactors full = normalised_vessels(1.0);
    EXPECT_LT(full.density, 1.0);
    EXPECT_LT(full.permeability, 1.0);
    EXPECT_GT(full.flow_per_vessel, 1.0);
    EXPECT_NEAR(full.perfusion(), 0.7 * 1.6, 1e-15);
    EXPECT_EQ(normalised_vessels(7.0).density, full.density);
    EXPECT_EQ(normalised_vessels(-1.0).density, 1.0);
}

}  // namespace
}  // namespace caravel::tissue
