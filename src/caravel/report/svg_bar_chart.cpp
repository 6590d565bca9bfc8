#include "caravel/report/svg_chart.hpp"

#include "caravel/report/axis.hpp"
#include "caravel/report/svg_style.hpp"
#include "caravel/report/text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace caravel::report {

namespace {

constexpr double width = 590.0;
constexpr double right = 530.0;  // the numbers stand in a column beyond
constexpr double top = 12.0;
constexpr double row = 25.0;
constexpr double thickness = 15.0;

double label_width(const BarChart& chart) {
    double widest = 40.0;
    for (const Bar& bar : chart.bars) {
        widest = std::max(widest, svg::text_width(bar.label, 12.0));
    }
    return std::min(widest, 200.0) + 12.0;
}

double largest_value(const BarChart& chart) {
    double largest = 0.0;
    for (const Bar& bar : chart.bars) {
        if (std::isfinite(bar.value)) largest = std::max(largest, bar.value);
        if (bar.interval && std::isfinite((*bar.interval)[1])) {
            largest = std::max(largest, (*bar.interval)[1]);
        }
        if (bar.measured) {
            largest = std::max(largest, bar.measured->y + bar.measured->spread.value_or(0.0));
        }
    }
    return largest > 0.0 ? largest : 1.0;
}

std::string whisker(double from, double to, double y, std::string_view colour) {
    return fmt::format(
        "<path d=\"M{0},{2}H{1}M{0},{3}v6M{1},{3}v6\" stroke=\"{4}\" stroke-width=\"1.4\" "
        "fill=\"none\"/>",
        svg::number(from), svg::number(to), svg::number(y), svg::number(y - 3.0), colour);
}

std::string draw_bar(const Bar& bar, double left, double y, const Axis& axis, std::size_t colour) {
    const auto px = [&](double value) { return left + (right - left) * axis.position(value); };
    const double length = std::isfinite(bar.value) ? std::max(0.0, px(bar.value) - left) : 0.0;
    std::string svg = svg::text(left - 8.0, y + 4.0, "end", bar.label);
    svg += fmt::format(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"1.5\" fill=\"{}\" "
        "fill-opacity=\"0.82\"/>",
        svg::number(left), svg::number(y - 0.5 * thickness), svg::number(length),
        svg::number(thickness), svg::colour(colour));
    if (bar.interval) {
        svg += whisker(px((*bar.interval)[0]), px((*bar.interval)[1]), y, "#1f2933");
    }
    if (bar.measured) {
        const double spread = bar.measured->spread.value_or(0.0);
        const double low = std::max(0.0, bar.measured->y - spread);
        if (spread > 0.0) svg += whisker(px(low), px(bar.measured->y + spread), y, "#1f2933");
        svg += fmt::format(
            "<circle cx=\"{}\" cy=\"{}\" r=\"4.4\" fill=\"#fff\" stroke=\"#1f2933\" "
            "stroke-width=\"1.8\"/>",
            svg::number(px(bar.measured->y)), svg::number(y));
    }
    return svg + svg::text(width - 6.0, y + 4.0, "end", readable_text(bar.value, 3),
                           "font-weight=\"600\"");
}

bool any_measured(const BarChart& chart) {
    return std::any_of(chart.bars.begin(), chart.bars.end(),
                       [](const Bar& bar) { return bar.measured.has_value(); });
}

}  // namespace

Drawing draw(const BarChart& chart) {
    const double left = label_width(chart);
    const double bottom = top + row * static_cast<double>(chart.bars.size());
    const Axis axis = linear_axis(0.0, largest_value(chart), 5, true);
    Drawing drawing;
    drawing.svg = svg::open(width, bottom + 42.0, chart.id, chart.title);
    for (const Tick& tick : axis.ticks) {
        const double x = left + (right - left) * axis.position(tick.value);
        drawing.svg += svg::line(x, top, x, bottom, "grid");
        drawing.svg += svg::text(x, bottom + 16.0, "middle", tick.label);
    }
    for (std::size_t i = 0; i < chart.bars.size(); ++i) {
        drawing.svg += draw_bar(chart.bars[i], left, top + row * (static_cast<double>(i) + 0.5),
                                axis, static_cast<std::size_t>(chart.colour));
    }
    drawing.svg += svg::line(left, top, left, bottom, "axis");
    drawing.svg += svg::text(right, bottom + 34.0, "end", chart.x_label, "font-weight=\"600\"");
    if (any_measured(chart)) {
        drawing.svg += fmt::format(
            "<circle cx=\"{}\" cy=\"{}\" r=\"4.4\" fill=\"#fff\" stroke=\"#1f2933\" "
            "stroke-width=\"1.8\"/>",
            svg::number(left + 6.0), svg::number(bottom + 30.0));
        drawing.svg += svg::text(left + 15.0, bottom + 34.0, "start", "measured");
    }
    drawing.svg += "</g></svg>";
    return drawing;
}

}  // namespace caravel::report
