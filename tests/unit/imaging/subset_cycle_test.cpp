// What ordered subsets, voxels and blurs do to waves.
#include "caravel/imaging/nuclear/subset_cycle.hpp"

#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/blur_transfer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

constexpr double pi = std::numbers::pi;

// sinc^2 is the transform of a triangle, whose mean over the directions is a Bessel function.
double coverage_by_bessel(double q) {
    constexpr int points = 20000;
    double sum = 0.0;
    for (int i = 0; i < points; ++i) {
        const double t = (i + 0.5) / points;
        sum += (1.0 - t) * std::cyl_bessel_j(0.0, 2.0 * pi * q * t);
    }
    return 2.0 * sum / points;
}

TEST(CoverageOfViews, IsTheMeanOfATriangleOverAllDirections) {
    EXPECT_NEAR(coverage_of_views(0.0), 1.0, 1e-12);
    for (const double q : {0.3, 1.0, 2.7, 12.0}) {
        const double exact = coverage_by_bessel(q);
        EXPECT_NEAR(coverage_of_views(q), exact, 1e-7) << q;
        EXPECT_NEAR(tabulated_coverage(q), exact, 2e-3 * exact) << q;
    }
    EXPECT_NEAR(coverage_of_views(30.0) * pi * 30.0, 1.0, 5e-3);
    EXPECT_NEAR(tabulated_coverage(200.0), 1.0 / (pi * 200.0), 1e-12);
}

TEST(SubsetCycle, OneSubsetAddsNothing) {
    const SubsetCycle cycle(64.0, 1, 96);
    EXPECT_EQ(cycle.excess(0.3, cycle.place(2.0)), 1.0);
}

// Waves longer than the object are seen by every subset alike, with a share 1/S of the information.
// After many iterations subset s from the end has the weight l (1 - l)^s / (1 - (1 - l)^S).
TEST(SubsetCycle, LongWavesAreThoseOfTheLastSubsets) {
    constexpr int subsets = 8;
    const SubsetCycle cycle(8.0 * 400.0, subsets, 96);
    for (const double l : {0.05, 0.3, 1.0}) {
        double sum = 0.0;
        for (int s = 0; s < subsets; ++s) {
            const double weight = l * std::pow(1.0 - l, s) / (1.0 - std::pow(1.0 - l, subsets));
            sum += weight * weight * subsets;
        }
        EXPECT_NEAR(cycle.excess(l, cycle.place(0.0)), sum, 0.03 * sum) << l;
    }
}

TEST(SubsetCycle, FewUpdatesAndShortWavesLoseLittle) {
    const SubsetCycle cycle(64.0, 16, 96);
    EXPECT_NEAR(cycle.excess(1e-4, cycle.place(0.0)), 1.0, 0.01);
    // Each subset has its own share of the short waves: nothing is forgotten.
    EXPECT_NEAR(cycle.excess(0.01, cycle.place(10.0)), 1.0, 0.05);
    EXPECT_GT(cycle.excess(0.3, cycle.place(0.5)), 1.5);
}

TEST(BlurTransfer, IsWhatBlurDoesToAWave) {
    constexpr double spacing = 0.8e-3;
    constexpr double fwhm = 1.5e-3;
    Grid grid;
    grid.nx = 64;
    grid.ny = grid.nz = 1;
    grid.spacing = {spacing, spacing, spacing};
    exec::ThreadTeam team(1);
    const BlurTransfer transfer(fwhm, spacing);
    for (const int periods : {0, 5, 16, 32}) {  // 32: neighbours alternate
        std::vector<double> wave(64);
        for (std::size_t i = 0; i < wave.size(); ++i)
            wave[i] = std::cos(2.0 * pi * periods * static_cast<double>(i) / 64.0);
        const double before = wave[32];
        blur(team, grid, {fwhm, 0.0, 0.0}, wave);
        EXPECT_NEAR(wave[32] / before, transfer(periods / (64.0 * spacing)), 1e-12) << periods;
    }
    EXPECT_EQ(BlurTransfer(0.0, spacing)(100.0), 1.0);
}

}  // namespace
}  // namespace caravel::imaging
