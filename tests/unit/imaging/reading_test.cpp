#include "caravel/imaging/reading/reading.hpp"

#include "caravel/base/error.hpp"
#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/noise.hpp"
#include "caravel/imaging/reading/longitudinal.hpp"
#include "caravel/imaging/reading/noise_covariance.hpp"
#include "caravel/imaging/reading/region_map.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::imaging {
namespace {

/// A cube of side `side` voxels in the middle of an even background.
ImagedObject cube(index_t n, index_t side) {
    ImagedObject object;
    object.grid = {n, n, n, {1e-3, 1e-3, 1e-3}, {0.0, 0.0, 0.0}};
    object.regions = {{"muscle", "muscle", false, true}, {"tumour", "tumour", true, false}};
    object.region.assign(static_cast<std::size_t>(n * n * n), 0);
    const index_t first = (n - side) / 2;
    for (index_t k = first; k < first + side; ++k)
        for (index_t j = first; j < first + side; ++j)
            for (index_t i = first; i < first + side; ++i)
                object.region[static_cast<std::size_t>(object.grid.index(i, j, k))] = 1;
    return object;
}

/// 10 in the background, 14 in the tumour.
Image image_of(const ImagedObject& object) {
    Image image;
    image.name = "activity";
    image.unit = "Bq/mL";
    image.grid = object.grid;
    for (const std::uint16_t region : object.region)
        image.truth.push_back(region == 1 ? 14.0 : 10.0);
    image.values = image.truth;
    return image;
}

TEST(Reading, OfACleanImageIsItsTruth) {
    exec::ThreadTeam team(1);
    const ImagedObject object = cube(16, 4);
    Image image = image_of(object);
    image.noise = 0.5;
    const auto readings = read_regions(team, image, object);
    ASSERT_EQ(readings.size(), 1u);
    const RegionReading& r = readings.front();
    EXPECT_EQ(r.region, "tumour");
    EXPECT_EQ(r.image, "activity");
    EXPECT_EQ(r.unit, "Bq/mL");
    EXPECT_EQ(r.voxels, 64.0);
    EXPECT_DOUBLE_EQ(r.mean, 14.0);
    EXPECT_EQ(r.deviation, 0.0);
    EXPECT_DOUBLE_EQ(r.truth, 14.0);
    EXPECT_DOUBLE_EQ(r.background, 10.0);
    EXPECT_DOUBLE_EQ(r.contrast, 4.0);
    EXPECT_DOUBLE_EQ(r.recovery, 1.0);
    EXPECT_DOUBLE_EQ(r.signal_to_noise, 28.0);
    // white noise of 0.5 as predicted: d' = 4 sqrt(64)/0.5 = 64, less 1 in its square
    EXPECT_NEAR(r.detectability, std::sqrt(64.0 * 64.0 - 1.0), 1e-9);
    EXPECT_DOUBLE_EQ(r.mean_error, 0.5 / 8.0);
    EXPECT_DOUBLE_EQ(r.area_under_curve, 1.0);
}

TEST(Reading, WhatThePlaceShowsWithoutAgentsIsNoLesion) {
    exec::ThreadTeam team(1);
    const ImagedObject object = cube(16, 4);
    Image image = image_of(object);
    image.noise = 0.5;
    image.without = image.values;  // the same contrast of 4 without any agent
    const RegionReading same = read_regions(team, image, object).front();
    EXPECT_DOUBLE_EQ(same.contrast, 4.0);
    EXPECT_EQ(same.detectability, 0.0);
    for (double& value : image.without) value = value > 12.0 ? 13.0 : 10.0;
    EXPECT_NEAR(read_regions(team, image, object).front().detectability,
                std::sqrt(16.0 * 16.0 - 1.0), 1e-9);  // 14 against 13: a quarter of 64
    image.without.pop_back();
    EXPECT_THROW(read_regions(team, image, object), InputError);
}

TEST(Reading, FindsTheNoiseAndTheIndexOfWhiteNoise) {
    exec::ThreadTeam team(2);
    const ImagedObject object = cube(40, 4);
    Image image = image_of(object);
    add_gaussian_noise(team, image.values, 8.0, 3, NoisePurpose::reader);
    const RegionReading r = read_regions(team, image, object).front();
    EXPECT_NEAR(r.background_deviation, 8.0, 0.1);  // 64000 voxels: 0.022
    EXPECT_NEAR(r.contrast, 4.0, 3.0);              // standard error 1
    EXPECT_NEAR(r.contrast_to_noise, r.contrast / r.background_deviation, 1e-12);
    // nearly all lags are left out: the error of the mean is 8/8 within their chance findings
    EXPECT_NEAR(r.mean_error, 1.0, 0.05);
    EXPECT_NEAR(r.detectability, std::sqrt(std::max(0.0, r.contrast * r.contrast - 1.0)), 0.3);
    EXPECT_NEAR(r.recovery, r.contrast / 4.0, 1e-9);
}

TEST(Reading, IsTheSameForAnyNumberOfThreads) {
    const ImagedObject object = cube(24, 5);
    std::vector<RegionReading> all;
    for (const int threads : {1, 2, 4}) {
        exec::ThreadTeam team(threads);
        Image image = image_of(object);
        add_gaussian_noise(team, image.values, 3.0, 3, NoisePurpose::reader);
        blur(team, image.grid, {2e-3, 2e-3, 2e-3}, image.values);
        all.push_back(read_regions(team, image, object).front());
    }
    for (const RegionReading& r : all) {
        EXPECT_EQ(r.mean_error, all.front().mean_error);
        EXPECT_EQ(r.detectability, all.front().detectability);
        EXPECT_EQ(r.contrast, all.front().contrast);
    }
}

TEST(Reading, MeasuresTheCovarianceOfSmoothedNoise) {
    exec::ThreadTeam team(2);
    const ImagedObject object = cube(48, 6);
    Image image = image_of(object);
    image.values.assign(image.values.size(), 0.0);
    add_gaussian_noise(team, image.values, 1.0, 9, NoisePurpose::reader);
    blur(team, image.grid, {3e-3, 3e-3, 3e-3}, image.values);
    const RegionMap map(team, image.grid, object);
    const WeightedVoxels where = map.region(1);
    const NoiseCovariance measured =
        measured_noise(team, image.grid, image.values, map.background());
    const double sigma = std::sqrt(measured.variance);
    const double expected =
        template_variance(image.grid, smoothed_noise(image.grid, sigma, {3e-3, 3e-3, 3e-3}), where);
    const double found = template_variance(image.grid, measured, where);
    EXPECT_NEAR(found / expected, 1.0, 0.12);
    // neighbours hang together, so that the mean of 216 voxels is known far less well
    EXPECT_GT(found, 10.0 * 216.0 * measured.variance);
}

TEST(Reading, VarianceOfATemplateInSmoothedNoiseByHand) {
    // two voxels one width apart, kernel s = 1 voxel: K(1) = sigma^2 exp(-1/4)
    const Grid grid{4, 1, 1, {1.0, 1.0, 1.0}, {}};
    const NoiseCovariance noise = smoothed_noise(grid, 2.0, {fwhm_per_sigma, 0.0, 0.0});
    const WeightedVoxels pair{{1, 2}, {1.0, 0.5}, 1.5, false};
    EXPECT_NEAR(template_variance(grid, noise, pair), 4.0 * (1.25 + 2.0 * 0.5 * std::exp(-0.25)),
                1e-12);
}

TEST(Reading, OfALesionSmallerThanAVoxelWeighsByShare) {
    exec::ThreadTeam team(1);
    const ImagedObject object = cube(16, 2);
    Image image = image_of(object);
    image.grid = covering_grid(object.grid, {4e-3, 4e-3, 4e-3});  // the cube touches 8 voxels
    image.truth = resample(team, object.grid, image.truth, image.grid);
    image.values = image.truth;
    image.noise = 0.1;
    const RegionReading r = read_regions(team, image, object).front();
    EXPECT_EQ(r.voxels, 0.0);
    EXPECT_NEAR(r.truth, 10.0 + 4.0 / 64.0, 1e-12);
    EXPECT_NEAR(r.recovery, 1.0, 1e-9);
    // equal weights of eight voxels
    EXPECT_NEAR(r.mean_error, 0.1 / std::sqrt(8.0), 1e-12);
}

TEST(Reading, OfAProjectionLooksAtTheShadow) {
    exec::ThreadTeam team(1);
    const ImagedObject object = cube(16, 4);
    Image image = image_of(object);
    image.grid = object.grid;
    image.grid.nz = 1;
    image.grid.spacing[2] = 16e-3;
    image.truth = resample(team, object.grid, image.truth, image.grid);
    image.values = image.truth;
    image.noise = 0.1;
    EXPECT_TRUE(RegionMap(team, image.grid, object).projection());
    const RegionReading r = read_regions(team, image, object).front();
    EXPECT_EQ(r.voxels, 16.0);
    EXPECT_NEAR(r.contrast, 1.0, 1e-12);  // 4 of 16 layers at 4 more
    EXPECT_NEAR(r.background, 10.0, 1e-12);
    // a thin slice through the lesion is no projection
    image.grid.spacing[2] = 1e-3;
    image.grid.origin[2] = 8e-3;
    EXPECT_FALSE(RegionMap(team, image.grid, object).projection());
    image.grid.origin[2] = 0.0;
    EXPECT_TRUE(RegionMap(team, image.grid, object).projection());
}

TEST(Reading, OfAProjectionAlongAnotherAxisLooksAtTheShadow) {
    exec::ThreadTeam team(1);
    const ImagedObject object = cube(16, 4);
    for (const std::size_t axis : {0U, 1U}) {
        Image image = image_of(object);
        (axis == 0 ? image.grid.nx : image.grid.ny) = 1;
        image.grid.spacing[axis] = 16e-3;
        image.truth = resample(team, object.grid, image.truth, image.grid);
        image.values = image.truth;
        image.noise = 0.1;
        EXPECT_TRUE(RegionMap(team, image.grid, object).projection());
        const RegionReading r = read_regions(team, image, object).front();
        EXPECT_EQ(r.voxels, 16.0);
        EXPECT_NEAR(r.contrast, 1.0, 1e-12);  // 4 of 16 layers at 4 more
        EXPECT_NEAR(r.background, 10.0, 1e-12);
    }
}

TEST(Reading, RefusesAnObjectWithoutBackgroundAndImagesThatDoNotFit) {
    exec::ThreadTeam team(1);
    ImagedObject object = cube(8, 2);
    Image image = image_of(object);
    image.values.pop_back();
    EXPECT_THROW(read_regions(team, image, object), InputError);
    image = image_of(object);
    image.grid.origin[0] = 1.0;
    EXPECT_THROW(read_regions(team, image, object), InputError);
    object.regions[0].background = false;
    EXPECT_THROW(read_regions(team, image_of(object), object), InputError);
}

TimedReading reading_at(double time, double mean, double error) {
    TimedReading r;
    r.time = time;
    r.reading.mean = mean;
    r.reading.mean_error = error;
    return r;
}

TEST(Reading, ChangesAreHeldAgainstBothErrors) {
    const std::vector<TimedReading> series{reading_at(0, 10, 0.3), reading_at(1, 10.5, 0.4),
                                           reading_at(2, 8.0, 0.4), reading_at(3, 7.0, 0.4)};
    const auto changes = reading_changes(series);
    ASSERT_EQ(changes.size(), 3u);
    EXPECT_DOUBLE_EQ(changes[0].z_score, 1.0);
    EXPECT_DOUBLE_EQ(changes[1].change, -2.0);
    EXPECT_DOUBLE_EQ(changes[1].relative, -0.2);
    EXPECT_DOUBLE_EQ(changes[1].z_score, -4.0);
    EXPECT_EQ(lasting_change(changes), 2.0);
    EXPECT_EQ(lasting_change(changes, 5.0), 3.0);
    EXPECT_FALSE(lasting_change(changes, 7.0).has_value());
    // a scanner that repeats itself to 10 % cannot tell this so early
    EXPECT_NEAR(reading_changes(series, 0.1)[1].z_score, -2.0 / std::sqrt(0.25 + 1.0 + 0.64),
                1e-12);
    std::vector<TimedReading> mixed = series;
    mixed[1].reading.region = "liver";
    EXPECT_THROW(reading_changes(mixed), InputError);
    mixed = series;
    mixed[1].time = 0.0;
    EXPECT_THROW(reading_changes(mixed), InputError);
    EXPECT_THROW(reading_changes(series, -0.1), InputError);
}

}  // namespace
}  // namespace caravel::imaging
