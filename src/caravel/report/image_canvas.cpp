#include "caravel/report/image_canvas.hpp"

#include "caravel/report/image_font.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::report {
namespace {

constexpr std::size_t greys = 96;

double distance_to_segment(double x, double y, double ax, double ay, double bx, double by) {
    const double dx = bx - ax;
    const double dy = by - ay;
    const double length2 = dx * dx + dy * dy;
    const double t =
        length2 > 0.0 ? std::clamp(((x - ax) * dx + (y - ay) * dy) / length2, 0.0, 1.0) : 0.0;
    return std::hypot(x - ax - t * dx, y - ay - t * dy);
}

}  // namespace

CanvasPalette::CanvasPalette(bool sequential, bool diverging) {
    for (std::size_t i = 0; i < greys; ++i) {
        const auto level = static_cast<std::uint8_t>(
            std::lround(255.0 * static_cast<double>(i) / static_cast<double>(greys - 1)));
        colours_.push_back({level, level, level});
    }
    const std::size_t maps = (sequential ? 1U : 0U) + (diverging ? 1U : 0U);
    if (maps == 0) return;
    count_ = (256 - greys) / maps;
    for (const ColourMap map : {ColourMap::sequential, ColourMap::diverging}) {
        if (!(map == ColourMap::sequential ? sequential : diverging)) continue;
        first_[map == ColourMap::diverging ? 1 : 0] = colours_.size();
        const std::vector<Rgba> all = report::colours(map, count_);
        colours_.insert(colours_.end(), all.begin(), all.end());
    }
}

std::uint8_t CanvasPalette::grey(double share) const {
    return static_cast<std::uint8_t>(
        std::lround(std::clamp(share, 0.0, 1.0) * static_cast<double>(greys - 1)));
}

std::uint8_t CanvasPalette::colour(ColourMap map, double share) const {
    const long step = std::lround(std::clamp(share, 0.0, 1.0) * static_cast<double>(count_ - 1));
    return static_cast<std::uint8_t>(first_[map == ColourMap::diverging ? 1 : 0] +
                                     static_cast<std::size_t>(step));
}

Canvas::Canvas(std::size_t width, std::size_t height, const CanvasPalette& palette)
    : palette_(palette),
      image_{width, height, std::vector<std::uint8_t>(width * height, palette.grey(1.0)),
             palette.colours()} {}

void Canvas::set(std::ptrdiff_t x, std::ptrdiff_t y, std::uint8_t colour) {
    if (x < 0 || y < 0 || x >= static_cast<std::ptrdiff_t>(image_.width) ||
        y >= static_cast<std::ptrdiff_t>(image_.height))
        return;
    image_.pixels[static_cast<std::size_t>(y) * image_.width + static_cast<std::size_t>(x)] =
        colour;
}

void Canvas::fill(double left, double top, double width, double height, std::uint8_t colour) {
    const auto first_x = std::lround(left);
    const auto first_y = std::lround(top);
    for (auto y = first_y; y < std::lround(top + height); ++y)
        for (auto x = first_x; x < std::lround(left + width); ++x) set(x, y, colour);
}

void Canvas::frame(double left, double top, double width, double height, double darkness) {
    const std::uint8_t grey = palette_.grey(1.0 - darkness);
    fill(left - 1.0, top - 1.0, width + 2.0, 1.0, grey);
    fill(left - 1.0, top + height, width + 2.0, 1.0, grey);
    fill(left - 1.0, top - 1.0, 1.0, height + 2.0, grey);
    fill(left + width, top - 1.0, 1.0, height + 2.0, grey);
}

void Canvas::darken(std::ptrdiff_t x, std::ptrdiff_t y, double darkness) {
    if (x < 0 || y < 0 || x >= static_cast<std::ptrdiff_t>(image_.width) ||
        y >= static_cast<std::ptrdiff_t>(image_.height))
        return;
    std::uint8_t& pixel =
        image_.pixels[static_cast<std::size_t>(y) * image_.width + static_cast<std::size_t>(x)];
    pixel = std::min(pixel, palette_.grey(1.0 - darkness));
}

void Canvas::stroke(double ax, double ay, double bx, double by, const TextStyle& style) {
    const double reach = 0.5 * style.weight + 1.0;
    const auto low = [&](double a, double b) {
        return static_cast<std::ptrdiff_t>(std::floor(std::min(a, b) - reach));
    };
    const auto high = [&](double a, double b) {
        return static_cast<std::ptrdiff_t>(std::ceil(std::max(a, b) + reach));
    };
    for (std::ptrdiff_t y = low(ay, by); y <= high(ay, by); ++y) {
        for (std::ptrdiff_t x = low(ax, bx); x <= high(ax, bx); ++x) {
            const double d = distance_to_segment(static_cast<double>(x) + 0.5,
                                                 static_cast<double>(y) + 0.5, ax, ay, bx, by);
            const double cover = std::clamp(0.5 + 0.5 * style.weight - d, 0.0, 1.0);
            if (cover > 0.0) darken(x, y, style.darkness * cover);
        }
    }
}

void Canvas::text(double x, double y, std::string_view text, const TextStyle& style) {
    const TextStrokes drawn = text_strokes(text);
    const double width = drawn.width * style.height;
    if (style.anchor == TextAnchor::middle) x -= 0.5 * width;
    if (style.anchor == TextAnchor::end) x -= width;
    for (const Stroke& line : drawn.strokes) {
        for (std::size_t n = 0; n + 1 < line.size(); ++n)
            stroke(x + style.height * line[n][0], y - style.height * line[n][1],
                   x + style.height * line[n + 1][0], y - style.height * line[n + 1][1], style);
    }
}

std::string Canvas::png() const { return png_bytes(image_); }

double drawn_width(std::string_view text, double height) {
    return height * text_strokes(text).width;
}

}  // namespace caravel::report
