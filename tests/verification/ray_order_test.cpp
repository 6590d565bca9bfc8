// Rays through a volume too large for the caches: they are taken in an order of their own.
#include "caravel/imaging/tomography/ray_order.hpp"
#include "caravel/exec/random.hpp"
#include "caravel/imaging/tomography/projection.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace caravel::imaging {
namespace {

Grid large_grid() { return {192, 176, 130, {1e-3, 1e-3, 1e-3}, {-96e-3, -88e-3, -65e-3}}; }

std::vector<Ray> random_rays(int count) {
    exec::RandomStream stream(3, 17, 0);
    const auto place = [&stream] {
        Vector3 p{};
        for (double& x : p) x = 0.4 * (exec::uniform(stream) - 0.5);
        return p;
    };
    std::vector<Ray> rays;
    for (int i = 0; i < count; ++i) {
        const Vector3 from = place();
        rays.push_back({from, place()});
    }
    return rays;
}

TEST(RayOrder, TakesEveryRayOnceAndKeepsAxesTogether) {
    const Grid grid = large_grid();
    ASSERT_TRUE(wants_order(grid));
    exec::ThreadTeam team(2);
    std::vector<JosephPath> paths;
    for (const Ray& ray : random_rays(5000)) paths.push_back(joseph_path(grid, ray));
    const auto order = ray_order(team, grid, paths);
    std::vector<std::uint32_t> sorted = order;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t i = 0; i < sorted.size(); ++i) ASSERT_EQ(sorted[i], i);
    int before = 0;
    double apart = 0.0;
    double apart_unsorted = 0.0;
    for (std::size_t n = 1; n < order.size(); ++n) {
        const JosephPath& path = paths[order[n]];
        const int axis = path.misses() ? 3 : path.axis;
        EXPECT_GE(axis, before);
        before = axis;
        if (!path.misses()) apart += std::abs(path.v - paths[order[n - 1]].v);
        if (!path.misses() && !paths[order[n] ^ 1U].misses())
            apart_unsorted += std::abs(path.v - paths[order[n] ^ 1U].v);
    }
    EXPECT_LT(apart, 0.5 * apart_unsorted);
}

TEST(RayOrder, IntegralsDoNotDependOnTheOrderAndTheAdjointHolds) {
    const Grid grid = large_grid();
    exec::ThreadTeam team(2);
    std::vector<float> volume(static_cast<std::size_t>(grid.cell_count()));
    exec::RandomStream stream(5, 1, 0);
    for (float& v : volume) v = static_cast<float>(exec::uniform(stream));
    const std::vector<Ray> rays = random_rays(3000);
    const std::vector<Ray> turned(rays.rbegin(), rays.rend());
    std::vector<float> sums(rays.size());
    std::vector<float> turned_sums(rays.size());
    project_rays(team, grid, volume, rays, sums);
    project_rays(team, grid, volume, turned, turned_sums);
    std::reverse(turned_sums.begin(), turned_sums.end());
    EXPECT_EQ(sums, turned_sums);
    std::vector<float> values(rays.size());
    for (float& v : values) v = static_cast<float>(exec::uniform(stream));
    std::vector<float> back(volume.size(), 0.0F);
    back_project_rays(team, grid, rays, values, back);
    const double there = std::inner_product(sums.begin(), sums.end(), values.begin(), 0.0);
    const double here = std::inner_product(back.begin(), back.end(), volume.begin(), 0.0);
    EXPECT_NEAR(here / there, 1.0, 1e-6);
    for (const int threads : {1, 4}) {
        exec::ThreadTeam other(threads);
        std::vector<float> again(volume.size(), 0.0F);
        back_project_rays(other, grid, rays, values, again);
        EXPECT_EQ(back, again) << threads;
    }
}

}  // namespace
}  // namespace caravel::imaging
