#include "caravel/report/svg_field.hpp"

#include "caravel/report/svg_style.hpp"
#include "caravel/report/text.hpp"

#include <cmath>

#include <fmt/format.h>

namespace caravel::report {

namespace {

constexpr double left = 24.0;
constexpr double width = 400.0;
constexpr double top = 20.0;
constexpr double height = 12.0;
constexpr std::size_t stops = 33;

std::string gradient(ColourMap map, const std::string& id) {
    std::string svg = fmt::format("<defs><linearGradient id=\"{}-colours\">", id);
    const std::vector<Rgba> all = colours(map, stops);
    for (std::size_t i = 0; i < all.size(); ++i)
        svg += fmt::format("<stop offset=\"{}\" stop-color=\"#{:02x}{:02x}{:02x}\"/>",
                           exact_text(static_cast<double>(i) / static_cast<double>(stops - 1)),
                           all[i].red, all[i].green, all[i].blue);
    return svg + "</linearGradient></defs>";
}

}  // namespace

std::string colour_bar(const Axis& scale, ColourMap map, const std::string& id,
                       const std::string& label) {
    std::string svg = svg::open(left + width + 24.0, 54.0, id, label) + gradient(map, id);
    svg += svg::text(left, top - 7.0, "start", label, "font-weight=\"600\"");
    svg += fmt::format(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"url(#{}-colours)\"/>",
        svg::number(left), svg::number(top), svg::number(width), svg::number(height), id);
    for (const Tick& tick : scale.ticks) {
        const double position = scale.position(tick.value);
        if (!(position >= -1e-9 && position <= 1.0 + 1e-9) || tick.label.empty()) continue;
        const double x = left + width * position;
        svg += svg::line(x, top + height, x, top + height + 4.0, "axis");
        svg += svg::text(x, top + height + 17.0, "middle", tick.label);
    }
    return svg + "</g></svg>";
}

ScaleBar scale_bar(double extent) {
    const double most = extent / 3.0;
    const double decade = std::pow(10.0, std::floor(std::log10(most)));
    double length = decade;
    for (const double factor : {2.0, 5.0})
        if (factor * decade <= most) length = factor * decade;
    const bool micrometres = length < 0.9995e-3;
    return {length, micrometres ? readable_quantity(length * 1e6, "um")
                                : readable_quantity(length * 1e3, "mm")};
}

}  // namespace caravel::report
