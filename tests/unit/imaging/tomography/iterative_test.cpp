#include "caravel/imaging/tomography/iterative.hpp"

#include "caravel/base/error.hpp"
#include "caravel/imaging/tomography/analytic_phantom.hpp"
#include "caravel/imaging/tomography/projection.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::imaging {
namespace {

constexpr double mm = 1e-3;

struct Case {
    ScanGeometry scan;
    Grid grid{32, 32, 4, {2.0 * mm, 2.0 * mm, 2.0 * mm}, {-32.0 * mm, -32.0 * mm, -4.0 * mm}};
    std::vector<float> truth;
    std::vector<float> projections;

    Case() {
        exec::ThreadTeam team(2);
        scan.source_to_centre = 0.3;
        scan.source_to_detector = 0.5;
        scan.views = 60;
        scan.columns = 64;
        scan.rows = 12;
        scan.column_pitch = 2.0 * mm;
        scan.row_pitch = 2.0 * mm;
        const std::vector<Solid> solids{
            {SolidShape::cylinder, {}, {25.0 * mm, 22.0 * mm, 9.0 * mm}, 0.3, 20.0, 2},
            {SolidShape::cylinder,
             {8.0 * mm, 4.0 * mm, 0.0},
             {5.0 * mm, 6.0 * mm, 9.0 * mm},
             0.0,
             10.0,
             2}};
        truth.resize(static_cast<std::size_t>(grid.cell_count()));
        fill_voxels(team, solids, grid, 4, truth);
        projections.resize(static_cast<std::size_t>(scan.pixel_count()));
        project_scan(team, scan, grid, truth, projections);
    }

    double error(const std::vector<float>& image) const {
        double sum = 0.0;
        for (std::size_t i = 0; i < image.size(); ++i) {
            sum += std::pow(static_cast<double>(image[i] - truth[i]), 2);
        }
        return std::sqrt(sum / static_cast<double>(image.size()));
    }
};

TEST(IterativeReconstruction, SirtLowersTheResidualInEveryIteration) {
    exec::ThreadTeam team(2);
    const Case c;
    std::vector<float> image(c.truth.size(), 0.0F);
    IterativeSettings settings;
    settings.iterations = 40;
    double last = -1.0;
    settings.progress = [&last](double share) {
        EXPECT_GT(share, last);
        last = share;
    };
    const Residuals residuals =
        reconstruct_sart(team, c.scan, c.projections, c.grid, settings, image);
    ASSERT_EQ(residuals.size(), 40U);
    for (std::size_t i = 1; i < residuals.size(); ++i) EXPECT_LT(residuals[i], residuals[i - 1]);
    EXPECT_EQ(last, 1.0);
    EXPECT_LT(c.error(image), 1.5);
    for (const float x : image) EXPECT_GE(x, 0.0F);
}

TEST(IterativeReconstruction, SubsetsReachTheSameErrorInFewerIterations) {
    exec::ThreadTeam team(2);
    const Case c;
    std::vector<float> sirt(c.truth.size(), 0.0F), ordered(c.truth.size(), 0.0F);
    IterativeSettings settings;
    settings.iterations = 20;
    reconstruct_sart(team, c.scan, c.projections, c.grid, settings, sirt);
    settings.iterations = 3;
    settings.subsets = 11;  // does not divide the views
    reconstruct_sart(team, c.scan, c.projections, c.grid, settings, ordered);
    EXPECT_LT(c.error(ordered), c.error(sirt));
}

TEST(IterativeReconstruction, ConjugateGradientsConvergeFaster) {
    exec::ThreadTeam team(2);
    const Case c;
    std::vector<float> image(c.truth.size(), 0.0F), sirt = image;
    IterativeSettings settings;
    settings.iterations = 20;
    const Residuals residuals =
        reconstruct_cgls(team, c.scan, c.projections, c.grid, settings, image);
    for (std::size_t i = 1; i < residuals.size(); ++i) EXPECT_LT(residuals[i], residuals[i - 1]);
    reconstruct_sart(team, c.scan, c.projections, c.grid, settings, sirt);
    EXPECT_LT(c.error(image), 0.5 * c.error(sirt));
    // The truth is a fixed point.
    std::vector<float> start = c.truth;
    EXPECT_LT(reconstruct_cgls(team, c.scan, c.projections, c.grid, settings, start)[0], 1e-12);
    EXPECT_LT(c.error(start), 1e-5);
}

TEST(IterativeReconstruction, StopsWhenAskedAndRefusesSettingsWithoutMeaning) {
    exec::ThreadTeam team(1);
    const Case c;
    std::vector<float> image(c.truth.size(), 0.0F);
    const auto run = [&](const IterativeSettings& settings) {
        reconstruct_sart(team, c.scan, c.projections, c.grid, settings, image);
    };
    IterativeSettings settings;
    settings.interrupted = [] { return true; };
    EXPECT_THROW(run(settings), Interrupted);
    EXPECT_THROW(reconstruct_cgls(team, c.scan, c.projections, c.grid, settings, image),
                 Interrupted);
    settings = {};
    settings.iterations = 0;
    EXPECT_THROW(run(settings), InputError);
    settings = {};
    settings.subsets = 61;
    EXPECT_THROW(run(settings), InputError);
    settings = {};
    settings.relaxation = 2.0;
    EXPECT_THROW(run(settings), InputError);
}

TEST(IterativeReconstruction, GivesTheSameBitsForAnyNumberOfThreads) {
    const Case c;
    IterativeSettings settings;
    settings.iterations = 2;
    settings.subsets = 5;
    std::vector<std::vector<float>> ordered, cgls;
    for (const int threads : {1, 2, 4}) {
        exec::ThreadTeam team(threads);
        ordered.emplace_back(c.truth.size(), 0.0F);
        reconstruct_sart(team, c.scan, c.projections, c.grid, settings, ordered.back());
        cgls.emplace_back(c.truth.size(), 0.0F);
        reconstruct_cgls(team, c.scan, c.projections, c.grid, settings, cgls.back());
        EXPECT_EQ(ordered.front(), ordered.back());
        EXPECT_EQ(cgls.front(), cgls.back());
    }
}

}  // namespace
}  // namespace caravel::imaging
