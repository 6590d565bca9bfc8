// How sure a temperature is of its photons.
#include "caravel/response/treatment/light_noise.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <numbers>

namespace caravel::response {
namespace {

constexpr double diffusivity = 1.4e-7;  // m2/s

tissue::ThermalTissue soft() {
    tissue::ThermalTissue t;
    t.density = 1000.0;
    t.heat_capacity = 3600.0;
    t.conductivity = 3.6e6 * diffusivity;
    return t;
}

TEST(HeatKernel, keeps_all_the_heat) {
    // The integral over space is the time that the source acted.
    constexpr double time = 100.0;
    const double length = std::sqrt(4.0 * diffusivity * time);
    const double dr = length / 2000.0;
    double sum = 0.0;
    for (double r = 0.5 * dr; r < 8.0 * length; r += dr)
        sum += heat_kernel(r, 0.0, diffusivity, time) * 4.0 * std::numbers::pi * r * r * dr;
    EXPECT_NEAR(sum, time, 1e-4 * time);
    // At a place itself: the mean over a ball; all of a large one keeps its heat, in a small one
    // 1/r has the mean 3/(2 R).
    const double large = 100.0 * length;
    const double volume = 4.0 / 3.0 * std::numbers::pi * std::pow(large, 3);
    EXPECT_NEAR(heat_kernel(0.0, large, diffusivity, time) * volume, time, 1e-9 * time);
    const double small = 1e-3 * length;
    EXPECT_NEAR(
        heat_kernel(0.0, small, diffusivity, time) * 4.0 * std::numbers::pi * diffusivity * small,
        1.5, 0.01);
}

stimulus::PhotonTally batch(const Grid& grid, std::initializer_list<std::int64_t> absorbed) {
    stimulus::PhotonTally tally;
    tally.launched = 1000;
    tally.absorbed.assign(static_cast<std::size_t>(grid.cell_count()), 0);
    std::copy(absorbed.begin(), absorbed.end(), tally.absorbed.begin());
    return tally;
}

TEST(LightNoise, of_one_lit_voxel_is_the_spread_of_its_batches) {
    const Grid grid{4, 4, 4, {1e-3, 1e-3, 1e-3}, {}};
    LightNoise noise(grid, soft(), 60.0);
    EXPECT_TRUE(std::isnan(noise.rise_error()));
    noise.add(batch(grid, {90}));
    EXPECT_TRUE(std::isnan(noise.rise_error()));
    noise.add(batch(grid, {110}));
    EXPECT_NEAR(noise.rise_error(), 0.1, 1e-6);  // standard error of 90 and 110: 10 of 100
}

TEST(LightNoise, conduction_evens_out_what_neighbours_have_too_much_and_too_little) {
    const Grid grid{2, 1, 1, {1e-4, 1e-4, 1e-4}, {}};
    LightNoise quick(grid, soft(), 1e-3);
    LightNoise slow(grid, soft(), 1000.0);
    for (LightNoise* noise : {&quick, &slow}) {
        noise->add(batch(grid, {90, 110}));
        noise->add(batch(grid, {110, 90}));
    }
    EXPECT_NEAR(quick.rise_error(), 0.1, 0.005);
    EXPECT_LT(slow.rise_error(), 0.05);
    EXPECT_GT(slow.rise_error(), 0.0);
}

TEST(LightNoise, blood_shortens_the_reach) {
    tissue::ThermalTissue bloody = soft();
    bloody.perfusion = 0.1;
    const Grid grid{2, 1, 1, {1e-3, 1e-3, 1e-3}, {}};
    LightNoise dry(grid, soft(), 1000.0);
    LightNoise wet(grid, bloody, 1000.0);
    for (LightNoise* noise : {&dry, &wet}) {
        noise->add(batch(grid, {90, 110}));
        noise->add(batch(grid, {110, 90}));
    }
    EXPECT_GT(wet.rise_error(), dry.rise_error());
}

TEST(LightNoise, large_grids_are_looked_at_in_blocks) {
    const Grid grid{130, 1, 1, {1e-3, 1e-3, 1e-3}, {}};  // blocks of three voxels
    LightNoise noise(grid, soft(), 1e-3);
    noise.add(batch(grid, {80, 110, 110}));
    noise.add(batch(grid, {120, 90, 90}));
    EXPECT_NEAR(noise.rise_error(), 0.0, 1e-6);
}

}  // namespace
}  // namespace caravel::response
