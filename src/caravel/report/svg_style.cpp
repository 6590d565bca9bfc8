#include "caravel/report/svg_style.hpp"

#include "caravel/report/text.hpp"

#include <cmath>

#include <fmt/format.h>

namespace caravel::report::svg {

double text_width(std::string_view content, double size) {
    double units = 0.0;
    for (const char c : content) {
        if ((static_cast<unsigned char>(c) & 0xC0) == 0x80) continue;  // inside a UTF-8 sequence
        const bool narrow = std::string_view("iljtfI.,:;|()[]' ").find(c) != std::string_view::npos;
        units += narrow ? 0.33 : (c >= 'A' && c <= 'Z') || c == 'm' || c == 'w' ? 0.74 : 0.57;
    }
    return units * size;
}

std::string number(double value) {
    const double rounded = std::round(value * 10.0) / 10.0;
    return fmt::format("{}", rounded == 0.0 ? 0.0 : rounded);
}

std::string text(double x, double y, std::string_view anchor, std::string_view content,
                 std::string_view extra) {
    return fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"{}\"{}{}>{}</text>", number(x),
                       number(y), anchor, extra.empty() ? "" : " ", extra, xml_escape(content));
}

std::string line(double x1, double y1, double x2, double y2, std::string_view css_class) {
    return fmt::format("<line class=\"{}\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>", css_class,
                       number(x1), number(y1), number(x2), number(y2));
}

std::string marker(std::size_t i, double x, double y) {
    const std::string style =
        fmt::format("fill=\"{}\" stroke=\"#fff\" stroke-width=\"1.2\"", colour(i));
    const auto polygon = [&](double dx1, double dy1, double dx2, double dy2, double dx3, double dy3,
                             std::string_view fourth) {
        return fmt::format("<polygon points=\"{},{} {},{} {},{}{}\" {}/>", number(x + dx1),
                           number(y + dy1), number(x + dx2), number(y + dy2), number(x + dx3),
                           number(y + dy3), fourth, style);
    };
    switch (i % 4) {
    case 1:
        return fmt::format("<rect x=\"{}\" y=\"{}\" width=\"7.6\" height=\"7.6\" {}/>",
                           number(x - 3.8), number(y - 3.8), style);
    case 2: return polygon(0.0, -5.0, 4.8, 3.8, -4.8, 3.8, {});
    case 3:
        return polygon(0.0, -5.4, 5.4, 0.0, 0.0, 5.4,
                       fmt::format(" {},{}", number(x - 5.4), number(y)));
    default:
        return fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"4.3\" {}/>", number(x), number(y),
                           style);
    }
}

std::string open(double width, double height, std::string_view id, std::string_view title) {
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" role=\"img\" "
        "aria-label=\"{3}\" font-size=\"12\" fill=\"#3d4752\" "
        "font-family=\"system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,"
        "sans-serif\"><title>{3}</title><style>"
        "#{2} .grid{{stroke:#e3e7ec;stroke-width:1}}#{2} .minor{{stroke:#f2f4f6;stroke-width:1}}"
        "#{2} .axis{{stroke:#7b8794;stroke-width:1}}#{2} .mark{{stroke:#7b8794;stroke-width:1;"
        "stroke-dasharray:3 3}}#{2} .curve{{fill:none;stroke-width:2;stroke-linejoin:round}}"
        "</style><g id=\"{2}\">",
        number(width), number(height), id, xml_escape(title));
}

}  // namespace caravel::report::svg
