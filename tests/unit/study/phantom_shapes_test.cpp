#include "caravel/study/phantom_shapes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace caravel::study {
namespace {

constexpr double pi = std::numbers::pi;

Grid cube(index_t n, double width) {
    Grid grid;
    grid.nx = grid.ny = grid.nz = n;
    grid.spacing = {width / static_cast<double>(n), width / static_cast<double>(n),
                    width / static_cast<double>(n)};
    return grid;
}

double tumour_volume(const PhantomShape& shape, const Grid& grid) {
    PhantomShape tumour = shape;
    tumour.role = "tumour";
    const auto voxels = voxelise({tumour}, grid);
    return std::accumulate(voxels.tumour_share.begin(), voxels.tumour_share.end(), 0.0) *
           grid.cell_volume();
}

TEST(PhantomShapes, volumes_follow_from_the_numbers) {
    const Grid grid = cube(40, 20.0);
    PhantomShape s;
    s.radius = 6.0;
    EXPECT_NEAR(tumour_volume(s, grid), 4.0 / 3.0 * pi * 216.0, 2e-3 * 905.0);
    s.kind = "cylinder";
    s.direction = {1.0, 1.0, 0.0};
    s.length = 8.0;
    // Flat ends that cut voxels aslant: 6^3 points each.
    EXPECT_NEAR(tumour_volume(s, grid), pi * 36.0 * 8.0, 1e-2 * 905.0);
    s.kind = "ellipsoid";
    s.half_axes = {3.0, 4.0, 5.0};
    EXPECT_NEAR(tumour_volume(s, grid), 4.0 / 3.0 * pi * 60.0, 2e-3 * 251.0);
    s.kind = "box";
    s.size = {3.25, 5.0, 7.0};
    EXPECT_NEAR(tumour_volume(s, grid), 3.25 * 35.0, 5e-2 * 113.75);
}

TEST(PhantomShapes, a_layer_covers_whole_planes_and_an_open_end_reaches_the_face) {
    const Grid grid = cube(10, 10.0);
    PhantomShape s;
    s.kind = "layer";
    s.from = 2.0;
    s.to = 5.0;
    EXPECT_DOUBLE_EQ(tumour_volume(s, grid), 300.0);
    s.along = "x";
    s.to.reset();
    EXPECT_DOUBLE_EQ(tumour_volume(s, grid), 800.0);
    EXPECT_TRUE(PhantomBody(s, grid).holds({9.9, 0.1, 0.1}));
    EXPECT_FALSE(PhantomBody(s, grid).holds({1.9, 5.0, 5.0}));
}

TEST(PhantomShapes, later_shapes_lie_over_earlier_ones_and_take_from_the_tumour) {
    const Grid grid = cube(20, 20.0);
    PhantomShape tumour;
    tumour.role = "tumour";
    tumour.radius = 8.0;
    PhantomShape vessel;
    vessel.kind = "cylinder";
    vessel.radius = 2.0;
    const auto both = voxelise({tumour, vessel}, grid);
    const auto middle = static_cast<std::size_t>(grid.index(10, 10, 10));
    EXPECT_EQ(both.shape[middle], 1);
    EXPECT_EQ(both.tumour_share[middle], 0.0);
    const auto other_way = voxelise({vessel, tumour}, grid);
    EXPECT_EQ(other_way.shape[middle], 1);
    EXPECT_EQ(other_way.tumour_share[middle], 1.0);
    const auto corner = static_cast<std::size_t>(grid.index(0, 0, 0));
    EXPECT_EQ(both.shape[corner], -1);
}

TEST(PhantomShapes, an_irregular_body_has_bumps_dents_and_about_the_volume_of_its_sphere) {
    const Grid grid = cube(30, 24.0);
    PhantomShape s;
    s.kind = "irregular";
    s.radius = 8.0;
    s.lobes = 6;
    s.lobe_height = 0.3;
    const double sphere = 4.0 / 3.0 * pi * 512.0;
    EXPECT_NEAR(tumour_volume(s, grid), sphere, 0.15 * sphere);
    const PhantomBody body(s, grid);
    double shortest = 100.0;
    double longest = 0.0;
    for (int a = 0; a < 24; ++a)
        for (int b = 1; b < 12; ++b) {
            const double phi = a * pi / 12.0;
            const double theta = b * pi / 12.0;
            double r = 0.0;
            while (body.holds({12.0 + r * std::sin(theta) * std::cos(phi),
                               12.0 + r * std::sin(theta) * std::sin(phi),
                               12.0 + r * std::cos(theta)}))
                r += 0.05;
            shortest = std::min(shortest, r);
            longest = std::max(longest, r);
        }
    EXPECT_LT(shortest, 7.0);
    EXPECT_GT(longest, 9.0);
    EXPECT_LT(longest, 8.0 * 1.3 + 0.1);
}

TEST(PhantomShapes, the_same_voxels_are_in_a_shape_whether_others_cover_it_or_not) {
    const Grid grid = cube(12, 12.0);
    PhantomShape s;
    s.radius = 3.0;
    const auto inside = voxels_in(s, grid);
    const auto alone = voxelise({s}, grid);
    for (std::size_t i = 0; i < inside.size(); ++i)
        EXPECT_EQ(static_cast<bool>(inside[i]), alone.shape[i] == 0);
}

TEST(PhantomShapes, the_surface_cuts_the_ways_between_voxels_where_it_is) {
    PhantomShape ball;
    ball.kind = "sphere";
    ball.radius = 3.3e-3;
    const Grid grid{10, 10, 10, {1e-3, 1e-3, 1e-3}, {}};
    const auto links = cut_ways({ball}, grid, voxelise({ball}, grid).shape);
    ASSERT_GT(links.size(), 100U);
    for (const auto& link : links) {
        Vector3 at = grid.centre(link.voxel % 10, link.voxel / 10 % 10, link.voxel / 100);
        at[static_cast<std::size_t>(link.axis)] += link.share * 1e-3;
        EXPECT_NEAR(std::hypot(at[0] - 5e-3, at[1] - 5e-3, at[2] - 5e-3), 3.3e-3, 1e-6);
    }
}

}  // namespace
}  // namespace caravel::study
