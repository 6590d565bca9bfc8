#include "caravel/report/image_montage.hpp"

#include "caravel/base/error.hpp"
#include "caravel/report/image_font.hpp"
#include "caravel/report/image_panel.hpp"

#include "png_decoder.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::report {
namespace {

/// Values 0 to 1 along x on a box of 20 x 10 x 16 mm.
struct Example {
    Grid grid{10, 5, 8, {2e-3, 2e-3, 2e-3}, {-10e-3, 0.0, 4e-3}};
    std::vector<double> values{};
    Example() {
        for (index_t n = 0; n < grid.cell_count(); ++n)
            values.push_back(static_cast<double>(n % grid.nx) / 9.0);
    }
    MontageImage image() const {
        MontageImage image;
        image.grid = grid;
        image.label = "Activity";
        image.unit = "kBq/mL";
        image.values = values;
        return image;
    }
};

TEST(ImageMontage, DrawsTheNearestVoxelInPlaceAndGreyOutside) {
    const Example example;
    MontageImage image = example.image();
    image.range = {0.0, 1.0};
    const CanvasPalette palette = palette_for({&image, 1});
    Canvas canvas(60, 40, palette);
    const Axis scale = scale_of(image);
    Extent extent = extent_of(image.grid);
    extent.high[0] += 10e-3;  // a strip to the right that the image does not show
    draw_plane(canvas, palette, image, scale, 2, place_of(image), extent, {0, 0, 60, 40});
    const auto pixels = test::decode(canvas.png());
    const auto at = [&](std::size_t x, std::size_t y) {
        return pixels.pixels.at(y * pixels.width + x).red;
    };
    EXPECT_EQ(at(1, 20), 0);     // first voxel: black
    EXPECT_EQ(at(38, 20), 255);  // last voxel: white
    EXPECT_NEAR(at(5, 20), 255.0 / 9.0, 3.0);
    EXPECT_NEAR(at(50, 20), 0.92 * 255.0, 3.0);
}

TEST(ImageMontage, SameInputSameBytesAndWidthWithinTheLimit) {
    const Example example;
    const std::string png = image_montage_png(example.image(), {.title = "A title"});
    EXPECT_EQ(png, image_montage_png(example.image(), {.title = "A title"}));
    const auto pixels = test::decode(png);
    EXPECT_LE(pixels.width, 1201u);
    EXPECT_GE(pixels.width, 900u);
    const auto panel =
        test::decode(image_panel_png(std::vector<MontageImage>{example.image(), example.image()},
                                     {.title = "Two", .width = 700}));
    EXPECT_LE(panel.width, 701u);
    const auto slices =
        test::decode(image_montage_png(example.image(), {.grid_of_slices = true, .slices = 6}));
    EXPECT_LE(slices.width, 1201u);
}

TEST(ImageMontage, ScaleLeavesOutStraysAndDivergingIsSymmetric) {
    MontageImage image;
    image.grid = {100, 100, 1, {1e-3, 1e-3, 1e-3}, {}};
    std::vector<double> values(10000);
    for (std::size_t n = 0; n < values.size(); ++n) values[n] = static_cast<double>(n) / 9999.0;
    values[7] = 1e6;
    values[8] = std::nan("");
    image.values = values;
    Axis scale = scale_of(image);
    EXPECT_NEAR(scale.low, 0.001, 1e-3);
    EXPECT_NEAR(scale.high, 0.999, 2e-3);
    image.colours = MontageColours::diverging;
    scale = scale_of(image);
    EXPECT_EQ(scale.low, -scale.high);
    image.range = {-3.0, 2.0};
    EXPECT_EQ(scale_of(image).high, 3.0);
    EXPECT_FALSE(image_montage_png(image).empty());  // one layer, a NaN
}

TEST(ImageMontage, ConstantAndEmptyRangesAreDrawn) {
    const std::vector<double> even(8, 5.0);
    MontageImage image;
    image.grid = {2, 2, 2, {1e-3, 1e-3, 1e-3}, {}};
    image.values = even;
    EXPECT_FALSE(image_montage_png(image).empty());
    const std::vector<double> nothing(8, std::nan(""));
    image.values = nothing;
    EXPECT_FALSE(image_montage_png(image).empty());
}

TEST(ImageMontage, RefusesSizesThatDoNotFit) {
    const Example example;
    MontageImage image = example.image();
    image.values = image.values.first(7);
    EXPECT_THROW(image_montage_png(image), InputError);
    EXPECT_THROW(image_panel_png({}), InputError);
}

TEST(ImageMontage, TakesColoursTitleAndTruthFromAScannersImage) {
    const Example example;
    imaging::Image image;
    image.name = "activity";
    image.label = "Activity";
    image.unit = "kBq/mL";
    image.grid = example.grid;
    image.values = example.values;
    image.truth.assign(image.values.size(), 3.0);
    const MontageImage drawn = montage_image(image);
    EXPECT_EQ(drawn.colours, MontageColours::sequential);
    EXPECT_EQ(title_of(drawn), "Activity (kBq/mL)");
    const MontageImage truth = montage_truth(image);
    EXPECT_EQ(scale_of(truth).high, scale_of(drawn).high);
    EXPECT_EQ(truth.values.front(), 3.0);
    image.unit = "[hnsf'U]";
    EXPECT_EQ(montage_image(image).colours, MontageColours::grey);
    EXPECT_EQ(title_of(montage_image(image)), "Activity (HU)");
    const FieldPicture picture = image_picture(image, 60.0, Vector3{0.0, 5e-3, 12e-3});
    EXPECT_EQ(picture.times, std::vector<double>{60.0});
    EXPECT_NEAR((*picture.through)[0], 10e-3, 1e-15);
    EXPECT_NEAR((*picture.through)[2], 8e-3, 1e-15);
    EXPECT_NO_THROW(check(picture));
}

TEST(ImageMontage, LettersHaveWidthsAndUnknownOnesABox) {
    EXPECT_EQ(text_strokes("").width, 0.0);
    EXPECT_TRUE(text_strokes("   ").strokes.empty());
    EXPECT_GT(text_strokes("W").width, text_strokes("i").width);
    // a raised digit is smaller and above
    EXPECT_LT(text_strokes("²").width, text_strokes("2").width);
    EXPECT_GT(text_strokes("²").strokes[0][0][1], text_strokes("2").strokes[0][0][1]);
    EXPECT_EQ(text_strokes("é").width, text_strokes("e").width);
    EXPECT_EQ(text_strokes("\xf0\x9f\x98\x80").width, text_strokes("□").width);
    EXPECT_EQ(text_strokes("\xff").width, text_strokes("□").width);
    for (char c = '0'; c <= '9'; ++c)
        EXPECT_NE(text_strokes(std::string(1, c)).strokes, text_strokes("□").strokes) << c;
    for (char c = 'A'; c <= 'Z'; ++c)
        EXPECT_NE(text_strokes(std::string(1, c)).strokes, text_strokes("□").strokes) << c;
    for (char c = 'a'; c <= 'z'; ++c)
        EXPECT_NE(text_strokes(std::string(1, c)).strokes, text_strokes("□").strokes) << c;
}

}  // namespace
}  // namespace caravel::report
