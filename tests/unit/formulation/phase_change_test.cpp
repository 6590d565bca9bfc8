#include "caravel/formulation/thermal/phase_change.hpp"

#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::formulation::thermal {
namespace {

const MeltingRange lauric{315.65, 317.65, 178e3};

TEST(PhaseChange, ApparentHeatCapacityIntegratesToTheLatentHeat) {
    double sum = 0.0;
    const int n = 1000;
    for (int i = 0; i < n; ++i)
        sum += melting_heat_capacity(lauric, lauric.solidus + 2.0 * (i + 0.5) / n) * 2.0 / n;
    // The midpoint rule is exact for a whole period of a cosine.
    EXPECT_NEAR(sum / lauric.latent_heat, 1.0, 1e-12);
    EXPECT_DOUBLE_EQ(heat_taken_up(lauric, 0.0, 300.0, 330.0), 178e3);
    EXPECT_DOUBLE_EQ(heat_taken_up(lauric, 2000.0, 300.0, 330.0), 60e3 + 178e3);
}

TEST(PhaseChange, HeatCapacityIsTheSlopeOfTheEnthalpyAndSmooth) {
    for (const double t : {315.8, 316.2, 316.65, 317.6}) {
        const double h = 2e-5;
        const double slope = heat_taken_up(lauric, 0.0, t - h, t + h) / (2.0 * h);
        EXPECT_NEAR(slope, melting_heat_capacity(lauric, t), 1e-3);
    }
    EXPECT_DOUBLE_EQ(melting_heat_capacity(lauric, lauric.solidus), 0.0);
    EXPECT_LT(melting_heat_capacity(lauric, lauric.solidus + 1e-4), 0.01);
    EXPECT_DOUBLE_EQ(melting_heat_capacity(lauric, 316.65), 178e3);  // 2 L/width at the middle
    EXPECT_DOUBLE_EQ(molten_fraction(lauric, 316.65), 0.5);
}

TEST(PhaseChange, MeltingAndFreezingGiveTheHeatBack) {
    EXPECT_DOUBLE_EQ(
        heat_taken_up(lauric, 1800.0, 310.0, 316.9) + heat_taken_up(lauric, 1800.0, 316.9, 310.0),
        0.0);
}

TEST(PhaseChange, GibbsThomsonOfWaterInPores) {
    // 2 x 31.7e-3 x 273.15/(917 x 333.6e3) = 56.61 K nm.
    EXPECT_NEAR(pore_freezing_depression(ice_water(), 5.4e-9, 0.4e-9), 56.61 / 5.0, 0.01);
    EXPECT_NEAR(pore_melting_depression(ice_water(), 5.4e-9, 0.4e-9), 56.61 / 10.0, 0.01);
    EXPECT_NEAR(particle_melting_depression(ice_water(), 56.61e-9), 1.0, 1e-3);
    EXPECT_LT(particle_melting_depression(ice_water(), 1e-6), 0.06);
    EXPECT_THROW(pore_freezing_depression(ice_water(), 0.3e-9, 0.4e-9), InputError);
}

TEST(PhaseChange, RefusesARangeWithoutWidth) {
    EXPECT_THROW(molten_fraction({300.0, 300.0, 1.0}, 300.0), InputError);
    EXPECT_THROW(molten_fraction(lauric, -1.0), InputError);
}

}  // namespace
}  // namespace caravel::formulation::thermal
