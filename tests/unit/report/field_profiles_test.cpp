#include "caravel/report/field_profiles.hpp"

#include "caravel/report/field_slices.hpp"
#include "example_field.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace caravel::report {
namespace {

using test::count;
using test::cube;

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

TEST(Profile, HasMeanAndPercentilesPerInterval) {
    // 0..10 in the first interval, one value in the third
    std::vector<float> values(11);
    std::iota(values.begin(), values.end(), 0.0F);
    std::vector<float> distances(11, 4e-6F);
    values.insert(values.end(), {42.0F, nan, 5.0F, 6.0F});
    distances.insert(distances.end(), {25e-6F, 1e-6F, nan, -1e-6F});
    const auto bins = profile(values, distances, 1e-5);
    ASSERT_EQ(bins.size(), 2U);
    EXPECT_NEAR(bins[0].distance, 5e-6, 1e-12);
    EXPECT_EQ(bins[0].count, 11U);
    EXPECT_DOUBLE_EQ(bins[0].mean, 5.0);
    EXPECT_DOUBLE_EQ(bins[0].low, 1.0);
    EXPECT_DOUBLE_EQ(bins[0].high, 9.0);
    EXPECT_NEAR(bins[1].distance, 25e-6, 1e-12);
    EXPECT_DOUBLE_EQ(bins[1].mean, 42.0);
}

TEST(Histogram, CountsSharesOfFiniteValues) {
    const Axis scale = linear_axis(0.0, 4.0, 4, false);
    EXPECT_EQ(histogram({0.5F, 1.5F, 1.6F, nan, 9.0F}, scale, 4),
              (std::vector<double>{0.25, 0.5, 0.0, 0.25}));
    EXPECT_EQ(histogram({nan}, scale, 2), (std::vector<double>{0.0, 0.0}));
    EXPECT_EQ(histogram({0.0F, 0.2F, 5.0F}, logarithmic_axis(0.1, 10.0), 2),
              (std::vector<double>{2.0 / 3.0, 1.0 / 3.0}));
}

TEST(FieldCharts, AreDrawnWhereDistancesAreGiven) {
    FieldPicture p = cube(6);
    EXPECT_FALSE(rim_chart(p, {0}));
    EXPECT_FALSE(vessel_chart(p, {0}));
    EXPECT_EQ(count(field_slices_html(p), "<figcaption>"), 2U);
    p.vessel_distance.assign(216, 15e-6F);
    p.depth.assign(216, 5e-6F);
    p.depth[0] = nan;
    ASSERT_TRUE(rim_chart(p, {0}));
    ASSERT_TRUE(vessel_chart(p, {0}));
    EXPECT_EQ(rim_chart(p, {0})->id, "field-oxygen-rim");
    EXPECT_EQ(vessel_chart(p, {0})->x_label, "Distance from the nearest vessel (µm)");
    EXPECT_EQ(count(field_slices_html(p), "<figcaption>"), 4U);
    // only 215 cells are tumour, all of them counted
    const LineChart shares = histogram_chart(p, {0}, colour_scale(p, {0}));
    double sum = 0.0;
    for (std::size_t i = 0; i < shares.lines[0].y.size(); i += 2) sum += shares.lines[0].y[i];
    EXPECT_NEAR(sum, 100.0, 1e-9);
    // a tumour that has gone
    p.depth.assign(216, -1e-6F);
    EXPECT_TRUE(rim_chart(p, {0})->lines[0].y.empty());
    EXPECT_EQ(count(field_slices_html(p), "<figcaption>"), 4U);
}

}  // namespace
}  // namespace caravel::report
