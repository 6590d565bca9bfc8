// What all charts share: palette, dashes, marker shapes, text.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace caravel::report::svg {

/// Colours that stay apart for colour-blind readers and on white paper; the first three are those
/// of M. Okabe and K. Ito, "Color Universal Design" (2008), the others are darkened for thin lines.
inline constexpr std::array<std::string_view, 7> palette = {
    "#0072B2", "#D55E00", "#009E73", "#AA4499", "#8A6A00", "#3FA0D8", "#1A1A1A"};
inline constexpr std::array<std::string_view, 7> dashes = {
    "", "8 4", "2.5 3", "10 3 2.5 3", "14 4", "5 2.5", "10 3 2.5 3 2.5 3"};

inline std::string_view colour(std::size_t i) { return palette[i % palette.size()]; }
inline std::string_view dash(std::size_t i) { return dashes[(i + i / 7) % dashes.size()]; }

/// Rough width of a text in the chart's font at `size` px, to lay out legends.
double text_width(std::string_view text, double size);

/// A coordinate with one decimal.
std::string number(double value);

/// `<text>` at x, y; `anchor` is start, middle or end.
std::string text(double x, double y, std::string_view anchor, std::string_view content,
                 std::string_view extra = {});

std::string line(double x1, double y1, double x2, double y2, std::string_view css_class);

/// Measured point in the shape of line `i` (disc, square, triangle, diamond), white rim.
std::string marker(std::size_t i, double x, double y);

/// Opening `<svg>` with viewBox, role and spoken title; styles are in the element itself, so that
/// a chart also works outside the report.
std::string open(double width, double height, std::string_view id, std::string_view title);

}  // namespace caravel::report::svg
