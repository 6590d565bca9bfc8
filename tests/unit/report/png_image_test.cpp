#include "caravel/report/png_image.hpp"

#include "caravel/base/error.hpp"
#include "caravel/report/colour_map.hpp"
#include "caravel/report/svg_field.hpp"
#include "png_decoder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace caravel::report {
namespace {

using test::decode;
using test::Decoded;

TEST(PngImage, DecodesToTheColoursItWasMadeOf) {
    const PaletteImage image{3, 2, {0, 1, 2, 2, 1, 0}, {{0, 0, 0, 0}, {255, 0, 0}, {1, 2, 3}}};
    const Decoded decoded = decode(png_bytes(image));
    EXPECT_EQ(decoded.width, 3U);
    EXPECT_EQ(decoded.height, 2U);
    ASSERT_EQ(decoded.pixels.size(), 6U);
    for (std::size_t i = 0; i < 6; ++i)
        EXPECT_EQ(decoded.pixels[i], image.palette[image.pixels[i]]) << i;
    EXPECT_EQ(png_bytes(image), png_bytes(image));
}

TEST(PngImage, RefusesWhatIsNoImage) {
    const std::vector<Rgba> black{{0, 0, 0}};
    EXPECT_THROW(png_bytes({0, 1, {}, black}), InputError);
    EXPECT_THROW(png_bytes({2, 1, {0}, black}), InputError);
    EXPECT_THROW(png_bytes({1, 1, {1}, black}), InputError);
    EXPECT_THROW(png_bytes({1, 1, {0}, {}}), InputError);
    EXPECT_THROW(png_bytes({100000, 1, std::vector<std::uint8_t>(100000), black}), InputError);
}

TEST(ColourMap, HasTheEndsOfViridisAndEvenStepsThatGrowLighter) {
    EXPECT_EQ(colours(ColourMap::sequential, 255).front(), (Rgba{0x44, 0x01, 0x54}));
    EXPECT_EQ(colours(ColourMap::sequential, 255).back(), (Rgba{0xfd, 0xe7, 0x25}));
    const auto all = colours(ColourMap::sequential, 9);
    std::vector<double> steps;
    for (std::size_t i = 1; i < all.size(); ++i) {
        const auto a = oklab(all[i - 1]);
        const auto b = oklab(all[i]);
        EXPECT_GT(b[0], a[0]) << i;
        steps.push_back(std::hypot(b[0] - a[0], b[1] - a[1], b[2] - a[2]));
    }
    // rounding to 8 bits moves a colour by up to 0.002, steps are 0.1
    EXPECT_LT(*std::max_element(steps.begin(), steps.end()),
              1.05 * *std::min_element(steps.begin(), steps.end()));
}

TEST(ColourMap, DivergesFromNearWhiteToEquallyDarkEnds) {
    const auto all = colours(ColourMap::diverging, 255);
    const Rgba middle = all[127];
    EXPECT_GT(std::min({middle.red, middle.green, middle.blue}), 240);
    EXPECT_GT(all.front().blue, all.front().red);
    EXPECT_GT(all.back().red, all.back().blue);
    EXPECT_NEAR(oklab(all.front())[0], oklab(all.back())[0], 0.02);
    for (std::size_t i = 0; i < 127; ++i)
        EXPECT_NEAR(oklab(all[i])[0], oklab(all[254 - i])[0], 0.035) << i;
}

TEST(Oklab, OfWhiteIsWhite) {
    const auto white = oklab({255, 255, 255});
    EXPECT_NEAR(white[0], 1.0, 1e-6);
    EXPECT_NEAR(white[1], 0.0, 1e-6);
    EXPECT_NEAR(white[2], 0.0, 1e-6);
    // the published value of red (Ottosson 2020)
    const auto red = oklab({255, 0, 0});
    EXPECT_NEAR(red[0], 0.628, 5e-4);
    EXPECT_NEAR(red[1], 0.225, 5e-4);
    EXPECT_NEAR(red[2], 0.126, 5e-4);
}

TEST(ScaleBar, IsRoundAndAtMostAThird) {
    EXPECT_DOUBLE_EQ(scale_bar(1.2e-3).length, 2e-4);
    EXPECT_EQ(scale_bar(1.2e-3).label, "200\u00a0µm");
    EXPECT_EQ(scale_bar(1e-2).label, "2\u00a0mm");
    EXPECT_EQ(scale_bar(3.1e-3).label, "1\u00a0mm");
}

}  // namespace
}  // namespace caravel::report
