#include "caravel/report/png_image.hpp"

#include "caravel/base/error.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <png.h>

namespace caravel::report {

namespace {

constexpr std::size_t largest_side = 16384;

void demand_valid(const PaletteImage& image) {
    const auto fails = [](std::string what, std::string expected) {
        throw InputError(Diagnostic{{}, std::move(what), std::move(expected), ""});
    };
    if (image.width == 0 || image.height == 0 || image.width > largest_side ||
        image.height > largest_side)
        fails(fmt::format("an image of {} x {} pixels", image.width, image.height),
              fmt::format("1 to {} pixels along each side", largest_side));
    if (image.pixels.size() != image.width * image.height)
        fails(fmt::format("{} pixels for an image of {} x {}", image.pixels.size(), image.width,
                          image.height),
              "width times height");
    if (image.palette.empty() || image.palette.size() > 256)
        fails(fmt::format("a palette of {} colours", image.palette.size()), "1 to 256");
    const std::uint8_t last = *std::max_element(image.pixels.begin(), image.pixels.end());
    if (last >= image.palette.size())
        fails(fmt::format("a pixel of colour {}", last),
              fmt::format("0 to {}", image.palette.size() - 1));
}

}  // namespace

std::string png_bytes(const PaletteImage& image) {
    demand_valid(image);
    std::vector<std::uint8_t> colours;
    colours.reserve(4 * image.palette.size());
    for (const Rgba& c : image.palette)
        colours.insert(colours.end(), {c.red, c.green, c.blue, c.alpha});
    png_image header{};
    header.version = PNG_IMAGE_VERSION;
    header.width = static_cast<png_uint_32>(image.width);
    header.height = static_cast<png_uint_32>(image.height);
    header.format = PNG_FORMAT_RGBA_COLORMAP;
    header.colormap_entries = static_cast<png_uint_32>(image.palette.size());
    std::string bytes(PNG_IMAGE_PNG_SIZE_MAX(header), '\0');
    png_alloc_size_t size = bytes.size();
    const int done = png_image_write_to_memory(&header, bytes.data(), &size, 0, image.pixels.data(),
                                               0, colours.data());
    if (done == 0) throw ResourceError(fmt::format("cannot write a PNG image: {}", header.message));
    bytes.resize(size);
    return bytes;
}

}  // namespace caravel::report
