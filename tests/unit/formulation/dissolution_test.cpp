#include "caravel/formulation/chemistry/dissolution.hpp"

#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::formulation::chemistry {
namespace {

// Palandri and Kharaka 2004, calcite.
const SurfaceRate calcite{std::pow(10.0, -0.30), 1.0, std::pow(10.0, -5.81), 0.0, 14.4e3, 23.5e3};

TEST(Dissolution, CalciteRateHandNumbers) {
    EXPECT_NEAR(surface_rate(calcite, 5.0, 298.15), 0.501187e-5 + 1.548817e-6, 1e-11);
    EXPECT_NEAR(surface_rate(calcite, 12.0, 298.15), 1.548817e-6, 1e-11);
    // 14.4 kJ/mol over 12 K: exp(1732 x 1.2978e-4) = 1.252 of the acid part.
    const SurfaceRate acid{1.0, 1.0, 0.0, 0.0, 14.4e3, 0.0};
    EXPECT_NEAR(surface_rate(acid, 0.0, 310.15), 1.2520, 5e-4);
}

TEST(Dissolution, HalfLifeOfASphereHandNumber) {
    // 50 nm, 1e-6 mol/(m2 s), 36.93 cm3/mol: 1354 s to nothing, 0.2063 of that to half.
    const ShrinkingCore core{50e-9, 36.93e-6, 3};
    EXPECT_NEAR(dissolution_half_life(core, 1e-6), 50e-9 / 36.93e-12 * 0.2062995, 1e-3);
    EXPECT_NEAR(share_left(core, 1e-6, dissolution_half_life(core, 1e-6)), 0.5, 1e-14);
    EXPECT_DOUBLE_EQ(share_left(core, 1e-6, 2000.0), 0.0);
    EXPECT_DOUBLE_EQ(share_left(core, 1e-6, 0.0), 1.0);
}

TEST(Dissolution, PlatesGoLinearlyAndSpheresFirst) {
    const double rate = 1e-6;
    const ShrinkingCore plate{50e-9, 36.93e-6, 1};
    const ShrinkingCore sphere{50e-9, 36.93e-6, 3};
    EXPECT_NEAR(share_left(plate, rate, 500.0), 1.0 - 500.0 * 36.93e-12 / 50e-9, 1e-13);
    EXPECT_GT(dissolution_half_life(plate, rate), dissolution_half_life(sphere, rate));
}

TEST(Dissolution, AcidAndGlutathioneSpeedUp) {
    const SurfaceRate manganese{1e-6, 0.5, 1e-12, 2e-8, 0.0, 0.0};
    EXPECT_GT(surface_rate(manganese, 5.0, 310.15), surface_rate(manganese, 7.4, 310.15));
    EXPECT_GT(surface_rate(manganese, 7.4, 310.15, 5.0),
              100.0 * surface_rate(manganese, 7.4, 310.15));
}

TEST(Dissolution, PolyesterHydrolysisIsFirstOrder) {
    const BulkRate plga{2.67e-7, 0.0, 1.0, 80e3};
    EXPECT_NEAR(bulk_rate(plga, 7.4, 310.15), 2.67e-7, 1e-20);
    EXPECT_LT(bulk_rate(plga, 7.4, 298.15), 0.4 * 2.67e-7);
}

TEST(Dissolution, RefusesTheImpossible) {
    EXPECT_THROW(surface_rate(calcite, 15.0, 310.15), InputError);
    EXPECT_THROW(surface_rate(calcite, 7.0, 500.0), InputError);
    EXPECT_THROW(dissolution_half_life({50e-9, 36.93e-6, 3}, 0.0), InputError);
    EXPECT_THROW(share_left({50e-9, 36.93e-6, 4}, 1e-6, 1.0), InputError);
    EXPECT_THROW(diffusion_limited_share({1e-8, 1e-5, 3}, 0.0, 1.0, 1.0), InputError);
}

}  // namespace
}  // namespace caravel::formulation::chemistry
