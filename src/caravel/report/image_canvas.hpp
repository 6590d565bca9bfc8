// A white sheet of pixels to draw pictures and letters on.
#pragma once

#include "caravel/report/colour_map.hpp"
#include "caravel/report/png_image.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace caravel::report {

enum class TextAnchor { start, middle, end };

/// How letters are drawn.
struct TextStyle {
    double height = 10.0;  // pixels of a capital letter
    double weight = 1.3;   // pixels, width of a stroke
    TextAnchor anchor = TextAnchor::start;
    double darkness = 0.88;  // 0 white, 1 black
};

/// Colours of a canvas: a ramp of greys for letters and grey pictures, and the colour maps in use.
class CanvasPalette {
  public:
    CanvasPalette(bool sequential, bool diverging);

    /// Number of the colour at a share 0 (low) to 1 of grey from black to white.
    std::uint8_t grey(double share) const;
    std::uint8_t colour(ColourMap map, double share) const;
    const std::vector<Rgba>& colours() const { return colours_; }

  private:
    std::vector<Rgba> colours_{};
    std::size_t first_[2] = {0, 0};
    std::size_t count_ = 0;
};

class Canvas {
  public:
    Canvas(std::size_t width, std::size_t height, const CanvasPalette& palette);

    std::size_t width() const { return image_.width; }
    std::size_t height() const { return image_.height; }
    /// Puts a pixel; what lies outside is dropped.
    void set(std::ptrdiff_t x, std::ptrdiff_t y, std::uint8_t colour);
    void fill(double left, double top, double width, double height, std::uint8_t colour);
    /// Grey line of one pixel around a box that ends at these pixels.
    void frame(double left, double top, double width, double height, double darkness);
    /// Text with its base line at y (pixels from the top).
    void text(double x, double y, std::string_view text, const TextStyle& style = {});
    std::string png() const;

  private:
    void darken(std::ptrdiff_t x, std::ptrdiff_t y, double darkness);
    void stroke(double ax, double ay, double bx, double by, const TextStyle& style);

    const CanvasPalette& palette_;
    PaletteImage image_{};
};

/// Width of a text in pixels.
double drawn_width(std::string_view text, double height);

}  // namespace caravel::report
