// Field of magnetised bodies against exact ones.
#include "caravel/imaging/mri/susceptibility.hpp"
#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace caravel::imaging {
namespace {

constexpr double third = vacuum_permeability / 3.0;  // T per A/m

Grid box(index_t n, index_t nz, double spacing) {
    const double half = 0.5 * static_cast<double>(n) * spacing;
    return {n,
            n,
            nz,
            {spacing, spacing, spacing},
            {-half, -half, -0.5 * spacing * static_cast<double>(nz)}};
}

/// Share of every voxel within a body, by 6 points per direction.
template <class Inside>
std::vector<double> filled(const Grid& g, const Inside& inside) {
    std::vector<double> share;
    for (index_t k = 0; k < g.nz; ++k) {
        for (index_t j = 0; j < g.ny; ++j) {
            for (index_t i = 0; i < g.nx; ++i) {
                const Vector3 c = g.centre(i, j, k);
                int hits = 0;
                for (int p = 0; p < 216; ++p) {
                    const auto at = [&](int n, std::size_t a) {
                        return c[a] + g.spacing[a] * ((n + 0.5) / 6.0 - 0.5);
                    };
                    hits += inside(Vector3{at(p % 6, 0), at(p / 6 % 6, 1), at(p / 36, 2)}) ? 1 : 0;
                }
                share.push_back(hits / 216.0);
            }
        }
    }
    return share;
}

/// Root mean square misfit (of mu0 M/3) to a sphere of radius 0.5, within and without.
struct Misfit {
    double inside = 0.0;
    double outside = 0.0;
};

Misfit sphere_misfit(index_t voxels_across, int axis) {
    exec::ThreadTeam team(2);
    const Grid g =
        box(2 * voxels_across, 2 * voxels_across, 1.0 / static_cast<double>(voxels_across));
    const auto m = filled(g, [](const Vector3& p) { return std::hypot(p[0], p[1], p[2]) < 0.5; });
    const auto shift = susceptibility_shift(team, g, m, axis);
    Misfit misfit;
    double inner = 0.0;
    double outer = 0.0;
    for (index_t k = 0; k < g.nz; ++k) {
        for (index_t j = 0; j < g.ny; ++j) {
            for (index_t i = 0; i < g.nx; ++i) {
                const Vector3 c = g.centre(i, j, k);
                const double r = std::hypot(c[0], c[1], c[2]);
                const double value = shift[static_cast<std::size_t>(g.index(i, j, k))] / third;
                const double cosine = c[static_cast<std::size_t>(axis)] / r;
                const double dipole = std::pow(0.5 / r, 3) * (3.0 * cosine * cosine - 1.0);
                if (r < 0.35) misfit.inside += value * value, ++inner;
                if (r > 0.65) misfit.outside += std::pow(value - dipole, 2), ++outer;
            }
        }
    }
    return {std::sqrt(misfit.inside / inner), std::sqrt(misfit.outside / outer)};
}

TEST(Susceptibility, SphereConvergesToNothingWithinAndADipoleWithout) {
    const Misfit coarse = sphere_misfit(8, 2);
    const Misfit middle = sphere_misfit(16, 2);
    const Misfit fine = sphere_misfit(32, 2);
    EXPECT_LT(fine.inside, 2e-4);
    EXPECT_LT(fine.outside, 5e-5);
    // second order at least between the first and the last
    EXPECT_GT(coarse.inside / fine.inside, 16.0);
    EXPECT_GT(coarse.outside / fine.outside, 16.0);
    EXPECT_LT(middle.inside, coarse.inside);
}

TEST(Susceptibility, FieldAxisTurnsTheDipole) {
    const Misfit z = sphere_misfit(8, 2);
    const Misfit x = sphere_misfit(8, 0);
    EXPECT_NEAR(x.inside, z.inside, 1e-12);
    EXPECT_NEAR(x.outside, z.outside, 1e-12);
}

TEST(Susceptibility, CylinderAcrossTheFieldHasItsTransverseShift) {
    exec::ThreadTeam team(2);
    const Grid g = box(48, 192, 1.0 / 24.0);  // radius 0.5, length 8
    const auto m = filled(g, [](const Vector3& p) { return std::hypot(p[0], p[1]) < 0.5; });
    const auto across = susceptibility_shift(team, g, m, 0);
    const auto along = susceptibility_shift(team, g, m, 2);
    const auto middle = static_cast<std::size_t>(g.index(24, 24, 96));
    // an endless cylinder: -mu0 M/6 across, mu0 M/3 along; ends at 8 radii take off 1 - cos
    const double ends = 1.0 - 4.0 / std::hypot(4.0, 0.5);
    EXPECT_NEAR(across[middle] / third, -0.5 + 1.5 * ends, 5e-3);
    EXPECT_NEAR(along[middle] / third, 1.0 - 3.0 * ends, 5e-3);
    const auto beside = static_cast<std::size_t>(g.index(44, 24, 96));
    const double r = g.centre(44, 24, 96)[0];
    EXPECT_NEAR(across[beside] / third, 1.5 * std::pow(0.5 / r, 2), 0.015);
}

TEST(Susceptibility, OneVoxelHasTheFieldOfABox) {
    exec::ThreadTeam team(1);
    const Grid g{3, 1, 5, {1.0, 1.0, 1.0}, {}};
    std::vector<double> m(15, 0.0);
    m[static_cast<std::size_t>(g.index(1, 0, 2))] = 1.0;
    const auto shift = susceptibility_shift(team, g, m, 2);
    // in its middle a cube has the demagnetising factor of a sphere
    EXPECT_NEAR(shift[static_cast<std::size_t>(g.index(1, 0, 2))], 0.0, 1e-22);
    // two edges away along the axis: solid angles of the faces, at distances 1.5 and 2.5
    const auto angle = [](double d) {
        return 4.0 * std::atan(0.25 / (d * std::hypot(d, 0.5, 0.5)));
    };
    EXPECT_NEAR(shift[static_cast<std::size_t>(g.index(1, 0, 4))] / vacuum_permeability,
                (angle(1.5) - angle(2.5)) / 12.566370614359172, 1e-14);
}

TEST(Susceptibility, SameBitsForAnyNumberOfThreads) {
    const Grid g{17, 12, 9, {1e-3, 2e-3, 1.5e-3}, {}};
    std::vector<double> m;
    for (index_t i = 0; i < g.cell_count(); ++i) m.push_back(static_cast<double>(i * 7919 % 101));
    exec::ThreadTeam one(1);
    exec::ThreadTeam two(2);
    exec::ThreadTeam four(4);
    const auto first = susceptibility_shift(one, g, m, 1);
    EXPECT_EQ(first, susceptibility_shift(two, g, m, 1));
    EXPECT_EQ(first, susceptibility_shift(four, g, m, 1));
}

TEST(Susceptibility, RefusesWhatIsNotFinite) {
    exec::ThreadTeam team(1);
    const Grid g{2, 2, 2, {1.0, 1.0, 1.0}, {}};
    const std::vector<double> m(8, std::numeric_limits<double>::quiet_NaN());
    EXPECT_THROW(susceptibility_shift(team, g, m), InputError);
}

}  // namespace
}  // namespace caravel::imaging
