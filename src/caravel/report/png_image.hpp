// Small images as PNG, in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace caravel::report {

/// A colour of the screen (sRGB), 0 to 255; `alpha` 0 is transparent.
struct Rgba {
    std::uint8_t red = 0;
    std::uint8_t green = 0;
    std::uint8_t blue = 0;
    std::uint8_t alpha = 255;

    friend bool operator==(const Rgba&, const Rgba&) = default;
};

/// An image whose pixels are numbers of a palette of at most 256 colours, rows from the top.
struct PaletteImage {
    std::size_t width = 0;
    std::size_t height = 0;
    std::vector<std::uint8_t> pixels{};
    std::vector<Rgba> palette{};
};

/// The bytes of a PNG file; the same image gives the same bytes. Throws InputError for an image
/// without pixels or with pixels beyond the palette, ResourceError when there is no memory.
std::string png_bytes(const PaletteImage& image);

}  // namespace caravel::report
