#include "caravel/report/field_slices.hpp"

#include "caravel/base/error.hpp"
#include "caravel/report/colour_map.hpp"
#include "example_field.hpp"
#include "png_decoder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace caravel::report {
namespace {

using test::count;
using test::cube;
using test::decode;
using test::Decoded;

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

std::string from_base64(const std::string& text) {
    static const std::string digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string bytes;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        if (c == '=') break;
        bits = bits << 6 | static_cast<std::uint32_t>(digits.find(c));
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes += static_cast<char>(bits >> count & 255U);
    }
    return bytes;
}

/// The images inside a fragment.
std::vector<Decoded> images(const std::string& html) {
    const std::string start = "data:image/png;base64,";
    std::vector<Decoded> all;
    for (std::size_t at = html.find(start); at != std::string::npos; at = html.find(start, at)) {
        at += start.size();
        all.push_back(decode(from_base64(html.substr(at, html.find('"', at) - at))));
    }
    return all;
}

TEST(Slice, ShowsThePlaneThroughTheMiddleWithYOrZUp) {
    const FieldPicture p = cube(3);
    // rows from the top: y = 2, 1, 0 at z = 1
    EXPECT_EQ(slice(p, 0, 2, 100).values,
              (std::vector<float>{120, 121, 122, 110, 111, 112, 100, 101, 102}));
    // z = 2, 1, 0 at y = 1
    EXPECT_EQ(slice(p, 0, 1, 100).values,
              (std::vector<float>{210, 211, 212, 110, 111, 112, 10, 11, 12}));
    // across y, up z, at x = 1
    EXPECT_EQ(slice(p, 0, 0, 100).values,
              (std::vector<float>{201, 211, 221, 101, 111, 121, 1, 11, 21}));
    EXPECT_DOUBLE_EQ(slice(p, 0, 2, 100).position, 1.5e-5);
    FieldPicture low = p;
    low.through = {{0.0, 0.0, 2e-6}};
    EXPECT_EQ(slice(low, 0, 2, 100).values.back(), 2.0F);
    low.through = {{0.0, 0.0, 1.0}};
    EXPECT_EQ(slice(low, 0, 2, 100).values.back(), 202.0F);
}

TEST(Slice, UnfoldsMirroredHalves) {
    FieldPicture p = cube(2);
    p.mirrored = {true, false, true, false, true, false};
    const Slice s = slice(p, 0, 2, 100);
    EXPECT_EQ(s.width, 4U);
    EXPECT_EQ(s.height, 4U);
    EXPECT_EQ(s.values, (std::vector<float>{11, 10, 10, 11,  //
                                            1, 0, 0, 1,      //
                                            1, 0, 0, 1,      //
                                            11, 10, 10, 11}));
    EXPECT_DOUBLE_EQ(s.extent[0], 4e-5);
    // a plane of symmetry at the upper end
    p.mirrored = {false, true, false, false, false, false};
    EXPECT_EQ(slice(p, 0, 2, 100).values,
              (std::vector<float>{110, 111, 111, 110, 100, 101, 101, 100}));
}

TEST(Slice, MergesCellsAndLeavesOutNaN) {
    FieldPicture p = cube(5);
    p.values[0][2 * 25] = nan;  // x = 0, y = 0, z = 2
    const Slice s = slice(p, 0, 2, 3);
    EXPECT_EQ(s.width, 3U);
    EXPECT_EQ(s.averaged, (std::array<std::size_t, 2>{2, 2}));
    // the upper left pixel holds y = 4, 3 and x = 0, 1; the lowest row is y = 0 alone
    EXPECT_FLOAT_EQ(s.values[0], 200.0F + 35.0F + 0.5F);
    EXPECT_FLOAT_EQ(s.values[6], 201.0F);
    EXPECT_FLOAT_EQ(s.values[8], 204.0F);
    std::fill(p.values[0].begin(), p.values[0].end(), nan);
    for (const float v : slice(p, 0, 2, 3).values) EXPECT_TRUE(std::isnan(v));
}

TEST(ColourNumbers, FollowTheScaleAndKeepNaNApart) {
    const float infinite = std::numeric_limits<float>::infinity();
    EXPECT_EQ(colour_numbers({0.0F, 5.0F, 10.0F, nan, -3.0F, 20.0F, infinite},
                             linear_axis(0.0, 10.0, 5, false)),
              (std::vector<std::uint8_t>{1, 128, 255, 0, 1, 255, 0}));
    EXPECT_EQ(colour_numbers({0.01F, 0.1F, 1.0F, 0.0F, -1.0F}, logarithmic_axis(0.01, 1.0)),
              (std::vector<std::uint8_t>{1, 128, 255, 1, 1}));
}

TEST(ColourScale, IsCommonToAllTimesAndSymmetricWhenDiverging) {
    FieldPicture p = cube(2);
    p.times = {0.0, 1.0};
    p.values = {std::vector<float>(8, -1.0F), std::vector<float>(8, 7.0F)};
    const Axis both = colour_scale(p, {0, 1});
    EXPECT_LE(both.low, -1.0);
    EXPECT_GE(both.high, 7.0);
    p.diverging = true;
    EXPECT_DOUBLE_EQ(colour_scale(p, {0, 1}).low, -colour_scale(p, {0, 1}).high);
    p.diverging = false;
    p.range = {{0.0, 3.0}};
    EXPECT_DOUBLE_EQ(colour_scale(p, {0, 1}).high, 3.0);
    p.range.reset();
    p.logarithmic = true;
    p.values[0][0] = 1e-30F;
    EXPECT_NEAR(colour_scale(p, {0, 1}).low, 5e-6, 1e-12);  // six decades below 7, rounded down
}

TEST(FieldSlices, HoldOneImagePerTimeAndPlaneInColoursOfOneScale) {
    FieldPicture p = cube(3);
    p.times = {0.0, 3600.0};
    p.values = {std::vector<float>(27, 0.0F), std::vector<float>(27, 10.0F)};
    p.values[0][13] = nan;  // the middle
    const std::string html = field_slices_html(p);
    const auto all = images(html);
    ASSERT_EQ(all.size(), 6U);
    const auto map = colours(ColourMap::sequential, 255);
    EXPECT_EQ(all[0].width, 3U);
    EXPECT_EQ(all[0].pixels[0], map.front());
    EXPECT_EQ(all[0].pixels[4].alpha, 0);
    EXPECT_EQ(all[1].pixels[4], map.back());
    EXPECT_EQ(count(html, "alt=\"Oxygen (mmHg), 1\u00a0h, plane x-y at z = 15\u00a0µm\""), 1U);
    EXPECT_EQ(count(html, "<script"), 0U);
    EXPECT_EQ(count(html, "http"), count(html, "http://www.w3.org"));
    EXPECT_NE(html.find("10\u00a0µm"), std::string::npos);
}

TEST(FieldSlices, AreTheSameBytesEachTimeAndTellWhatTheyLeaveOut) {
    FieldPicture p = cube(8);
    p.mirrored = {true, false, true, false, true, false};
    p.times = {0, 1, 2, 3, 4, 5};
    p.values.assign(6, p.values[0]);
    p.range = {{0.0, 700.0}};
    p.depth.assign(512, 5e-6F);
    const std::string html = field_slices_html(p, {8, 3, 1'000'000});
    EXPECT_EQ(html, field_slices_html(p, {8, 3, 1'000'000}));
    EXPECT_EQ(images(html).size(), 9U);
    EXPECT_NE(html.find("3 of 6 times"), std::string::npos);
    EXPECT_NE(html.find("mirrored"), std::string::npos);
    EXPECT_NE(html.find("above the scale"), std::string::npos);
}

TEST(FieldSlices, MergePixelsUntilTheyFit) {
    FieldPicture p = cube(160);
    std::uint32_t state = 1;
    for (float& v : p.values[0]) {
        state = state * 1664525U + 1013904223U;
        v = static_cast<float>(state >> 8);
    }
    const std::string full = field_slices_html(p);
    EXPECT_GT(full.size(), 100'000U);
    EXPECT_EQ(full.find("A pixel is the mean"), std::string::npos);
    const std::string small = field_slices_html(p, {320, 4, 60'000});
    EXPECT_LE(small.size(), 60'000U);
    EXPECT_NE(small.find("A pixel is the mean of up to 2 cells"), std::string::npos);
    EXPECT_THROW(field_slices_html(p, {320, 4, 100}), ResourceError);
}

TEST(FieldSlices, SayWhenThereIsNothingToDraw) {
    FieldPicture p = cube(2);
    p.label = "A < B";
    p.values[0].assign(8, nan);
    EXPECT_NE(field_slices_html(p).find("A &lt; B: there is no value"), std::string::npos);
    p.values[0].assign(8, 0.0F);
    p.logarithmic = true;
    EXPECT_NE(field_slices_html(p).find("above zero"), std::string::npos);
    p.logarithmic = false;  // one value alone still has a scale
    EXPECT_EQ(images(field_slices_html(p)).size(), 3U);
    p.times.clear();
    p.values.clear();
    EXPECT_NE(field_slices_html(p).find("no value"), std::string::npos);
}

TEST(FieldSlices, RefuseSizesThatDoNotFit) {
    FieldPicture p = cube(2);
    p.values[0].pop_back();
    EXPECT_THROW(field_slices_html(p), InputError);
    p = cube(2);
    p.times.push_back(7.0);
    EXPECT_THROW(field_slices_html(p), InputError);
    p = cube(2);
    p.spacing[1] = 0.0;
    EXPECT_THROW(field_slices_html(p), InputError);
    p = cube(2);
    p.depth.assign(3, 0.0F);
    EXPECT_THROW(field_slices_html(p), InputError);
}

}  // namespace
}  // namespace caravel::report
