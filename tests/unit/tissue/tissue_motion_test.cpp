#include "caravel/tissue/cells/tissue_motion.hpp"

#include "caravel/tissue/cells/tissue_carrier.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace caravel::tissue {
namespace {

constexpr std::array<bool, 6> octant{true, false, true, false, true, false};

Grid cube(index_t n, double spacing = 1.0) {
    Grid g;
    g.nx = g.ny = g.nz = n;
    g.spacing = {spacing, spacing, spacing};
    return g;
}

double radius_at(const Grid& g, index_t c) {
    const Vector3 r = g.centre(c % g.nx, c / g.nx % g.ny, c / (g.nx * g.ny));
    return std::sqrt(r[0] * r[0] + r[1] * r[1] + r[2] * r[2]);
}

/// Filling of a ball whose surface is smeared over a voxel.
std::vector<double> ball(const Grid& g, double radius) {
    std::vector<double> f(static_cast<std::size_t>(g.cell_count()));
    for (index_t c = 0; c < g.cell_count(); ++c)
        f[static_cast<std::size_t>(c)] =
            std::clamp((radius - radius_at(g, c)) / g.spacing[0] + 0.5, 0.0, 1.0);
    return f;
}

TEST(TissueMotion, DivergenceOfTheVelocityIsTheGrowth) {
    Grid g = cube(12);
    g.nx = 9;
    g.spacing = {1.0, 0.7, 1.3};
    std::vector<double> growth(static_cast<std::size_t>(g.cell_count()), 0.0);
    for (std::size_t i = 0; i < growth.size(); i += 3) growth[i] = std::sin(0.1 * double(i));
    exec::ThreadTeam team(2);
    TissueMotion motion(g, {false, false, true, false, false, true});
    motion.velocity(team, view_of(std::as_const(growth)));
    EXPECT_LT(motion.divergence_error(team, view_of(std::as_const(growth))), 1e-7);
}

TEST(TissueMotion, NothingPassesAMirror) {
    const Grid g = cube(8);
    const std::vector<double> growth(512, 1e-6);
    exec::ThreadTeam team(1);
    TissueMotion motion(g, octant);
    const FaceField& v = motion.velocity(team, view_of(growth));
    double out = 0.0;
    for (index_t j = 0; j < 64; ++j) {
        EXPECT_EQ(v.x[static_cast<std::size_t>(9 * j)], 0.0);
        out += v.x[static_cast<std::size_t>(9 * j + 8)];
    }
    EXPECT_NEAR(3.0 * out, 512e-6, 1e-12);  // all that grows leaves by the three open faces
}

TEST(TissueMotion, TissueWithoutGrowthRests) {
    const std::vector<double> growth(512, 0.0);
    exec::ThreadTeam team(1);
    TissueMotion motion(cube(8), octant);
    const FaceField& v = motion.velocity(team, view_of(growth));
    EXPECT_EQ(*std::max_element(v.x.begin(), v.x.end()), 0.0);
    EXPECT_THROW(motion.velocity(team, View<const double>(growth.data(), 511)),
                 std::invalid_argument);
}

TEST(Repacking, EmptiesOverfullVoxelsAndFillsThoseWithinTissueAlone) {
    const Grid g = cube(3);
    std::vector<double> filling(27, 1.0);
    filling[13] = 0.8;  // the middle one
    filling[0] = 1.2;
    std::vector<double> growth(27, 0.0);
    add_repacking(g, view_of(std::as_const(filling)), 2.0, view_of(growth));
    EXPECT_DOUBLE_EQ(growth[13], -0.05);
    EXPECT_DOUBLE_EQ(growth[0], 0.05);
    filling[14] = 0.2;  // now the middle lies at a surface
    std::fill(growth.begin(), growth.end(), 0.0);
    add_repacking(g, view_of(std::as_const(filling)), 2.0, view_of(growth));
    EXPECT_EQ(growth[13], 0.0);
    EXPECT_EQ(growth[14], 0.0);
}

struct Carried {
    std::vector<double> fractions;
    std::vector<double> left;
};

/// Three kinds in a growing ball that reaches the faces of its box.
Carried carry(int threads) {
    const Grid g = cube(20);
    const auto n = static_cast<std::size_t>(g.cell_count());
    const std::vector<double> filling = ball(g, 15.0);
    Carried c{std::vector<double>(3 * n, 0.0), std::vector<double>(3, 0.0)};
    for (std::size_t i = 0; i < n; ++i) {
        const double r = radius_at(g, static_cast<index_t>(i));
        c.fractions[i] = r > 10.0 ? filling[i] : 0.0;
        c.fractions[n + i] = r <= 10.0 && r > 5.0 ? filling[i] : 0.0;
        c.fractions[2 * n + i] = filling[i] - c.fractions[i] - c.fractions[n + i];
    }
    exec::ThreadTeam team(threads);
    TissueMotion motion(g, octant);
    TissueCarrier carrier(g);
    for (int step = 0; step < 10; ++step) {
        std::vector<double> growth(n);
        for (std::size_t i = 0; i < n; ++i)
            growth[i] = 1.2 * (c.fractions[i] + c.fractions[n + i] - c.fractions[2 * n + i]);
        carrier.advance(team, view_of(c.fractions), 3,
                        motion.velocity(team, view_of(std::as_const(growth))), 0.1, c.left);
    }
    return c;
}

TEST(TissueCarrier, ConservesEveryKindWithWhatLeft) {
    const Carried c = carry(2);
    const Grid g = cube(20);
    const auto n = static_cast<std::size_t>(g.cell_count());
    const std::vector<double> filling = ball(g, 15.0);
    std::array<double, 3> before{};
    for (std::size_t i = 0; i < n; ++i) {
        const double r = radius_at(g, static_cast<index_t>(i));
        before[r > 10.0 ? 0 : r > 5.0 ? 1 : 2] += filling[i];
    }
    for (std::size_t k = 0; k < 3; ++k) {
        const auto first = c.fractions.begin() + static_cast<std::ptrdiff_t>(k * n);
        const double now = std::accumulate(first, first + static_cast<std::ptrdiff_t>(n), 0.0);
        EXPECT_NEAR((now + c.left[k]) / before[k], 1.0, 1e-12) << k;
    }
    EXPECT_GT(c.left[0], 1.0);
    EXPECT_EQ(*std::min_element(c.fractions.begin(), c.fractions.end()) < 0.0, false);
}

TEST(TissueCarrier, GivesTheSameBitsForAnyNumberOfThreads) {
    const Carried one = carry(1);
    for (const int threads : {2, 4}) {
        const Carried more = carry(threads);
        EXPECT_EQ(one.fractions, more.fractions) << threads;
        EXPECT_EQ(one.left, more.left) << threads;
    }
}

TEST(TissueCarrier, RefusesWrongSizes) {
    const Grid g = cube(4);
    std::vector<double> fractions(128);
    std::vector<double> left(2);
    exec::ThreadTeam team(1);
    TissueCarrier carrier(g);
    EXPECT_THROW(carrier.advance(team, view_of(fractions), 3, FaceField(g), 1.0, left),
                 std::invalid_argument);
    FaceField storm(g, 1e9);
    EXPECT_THROW(carrier.advance(team, view_of(fractions), 2, storm, 1.0, left), NumericalError);
}

}  // namespace
}  // namespace caravel::tissue
