#include "caravel/matter/water.hpp"

#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

namespace caravel::matter {
namespace {

TEST(Water, HasItsHandbookValues) {
    EXPECT_NEAR(water_viscosity(298.15), 0.890e-3, 0.003e-3);
    EXPECT_NEAR(water_viscosity(310.15), 0.692e-3, 0.005e-3);
    EXPECT_NEAR(water_diffusion(298.15), 2.299e-9, 0.01e-9);
    EXPECT_NEAR(water_diffusion(310.15), 3.04e-9, 0.02e-9);
    EXPECT_NEAR(water_permittivity(298.15), 78.30, 0.01);
    EXPECT_NEAR(water_permittivity(310.15), 74.15, 0.05);
}

TEST(Water, IsRefusedWhereItIsNotLiquid) {
    EXPECT_THROW(water_viscosity(200.0), InputError);
    EXPECT_THROW(water_diffusion(400.0), InputError);
    EXPECT_THROW(water_permittivity(400.0), InputError);
}

}  // namespace
}  // namespace caravel::matter
