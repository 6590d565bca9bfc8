// Tissue that freezes with particles in it.
#include "caravel/response/treatment/loaded_tissue.hpp"

#include <gtest/gtest.h>

namespace caravel::response {
namespace {

tissue::ThermalTissue muscle() {
    tissue::ThermalTissue t;
    t.name = "muscle";
    t.density = 1000.0;
    t.heat_capacity = 3600.0;
    t.conductivity = 0.5;
    t.frozen_heat_capacity = 1800.0;
    t.frozen_conductivity = 2.0;
    t.latent_heat = 250e6;
    return t;
}

TEST(LoadedTissue, has_the_water_that_is_left_and_its_own_frozen_constants) {
    tissue::HeatMedium medium;
    medium.grid = {4, 1, 1, {1e-3, 1e-3, 1e-3}, {}};
    medium.conductivity_factor = {1.0, 0.8, 0.8, 1.0};
    medium.capacity_factor = {1.0, 0.9, 0.9, 1.0};
    const ParticleShare share{
        {0.0, 0.195, 0.205, 0.001}, {1.0, 0.6, 0.6, 1.0}, {1.0, 1.08, 1.08, 1.0}};
    split_loaded({0, 0, 0, 0}, {muscle()}, share, medium);
    // 0.195 and 0.205 are one step; a thousandth leaves the tissue as it is.
    EXPECT_EQ(medium.label, (std::vector<std::uint16_t>{0, 1, 1, 0}));
    ASSERT_EQ(medium.tissues.size(), 2U);
    const auto& loaded = medium.tissues[1];
    EXPECT_NEAR(loaded.latent_heat, 0.8 * 250e6, 1.0);
    // with the medium's factor of 0.8: 0.6 of the frozen tissue's conductivity
    EXPECT_NEAR(loaded.frozen_conductivity * 0.8, 0.6 * 2.0, 1e-12);
    EXPECT_NEAR(loaded.frozen_heat_capacity * 0.9, 1.08 * 1800.0, 1e-9);
    EXPECT_EQ(loaded.conductivity, 0.5);
    // Particles that went leave nothing behind.
    split_loaded({0, 0, 0, 0}, {muscle()}, {{0.0, 0.0, 0.0, 0.0}, {}, {}}, medium);
    EXPECT_EQ(medium.tissues.size(), 1U);
    EXPECT_EQ(medium.label[1], 0);
}

TEST(LoadedTissue, that_does_not_freeze_stays_as_it_is) {
    tissue::HeatMedium medium;
    tissue::ThermalTissue metal = muscle();
    metal.latent_heat = 0.0;
    split_loaded({0}, {metal}, {{0.3}, {1.0}, {1.0}}, medium);
    EXPECT_EQ(medium.tissues.size(), 1U);
}

}  // namespace
}  // namespace caravel::response
