#include "caravel/report/svg_scatter.hpp"

#include "caravel/report/axis.hpp"
#include "caravel/report/svg_style.hpp"
#include "caravel/report/text.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace caravel::report {
namespace {

constexpr double left = 56.0;
constexpr double right = 578.0;
constexpr double top = 30.0;
constexpr double bottom = 290.0;
constexpr double legend_row = 19.0;

bool has_place(double value, bool logarithmic) {
    return std::isfinite(value) && (!logarithmic || value > 0.0);
}

Axis axis_of(const std::vector<const std::vector<double>*>& all, bool logarithmic) {
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const auto* values : all) {
        for (const double v : *values) {
            if (!has_place(v, logarithmic)) continue;
            low = std::min(low, v);
            high = std::max(high, v);
        }
    }
    if (!(low <= high))
        return logarithmic ? logarithmic_axis(0.1, 1.0) : linear_axis(0, 1, 5, true);
    if (logarithmic) return logarithmic_axis(low, high);
    if (low == high) high = low + 1.0;
    return linear_axis(low, high, 6, true);
}

class ScatterDrawer {
  public:
    explicit ScatterDrawer(const ScatterChart& chart) : chart_(chart) {
        std::vector<const std::vector<double>*> x;
        std::vector<const std::vector<double>*> y;
        for (const auto& group : chart.groups) {
            x.push_back(&group.x);
            y.push_back(&group.y);
        }
        for (const auto& guide : chart.guides) {
            x.push_back(&guide.x);
            y.push_back(&guide.y);
        }
        x_ = axis_of(x, chart.logarithmic_x);
        y_ = axis_of(y, chart.logarithmic_y);
    }

    Drawing draw() {
        std::string body = grid();
        for (const auto& guide : chart_.guides) body += line(guide);
        for (std::size_t i = 0; i < chart_.groups.size(); ++i) body += points(i);
        double y = bottom + 54.0;
        const std::string names = legend(y);
        Drawing drawing;
        drawing.svg =
            svg::open(590.0, y + 10.0, chart_.id, chart_.title) + body +
            svg::text(4.0, 14.0, "start", chart_.y_label, "font-weight=\"600\"") +
            svg::text(right, bottom + 34.0, "end", chart_.x_label, "font-weight=\"600\"") + names +
            "</g></svg>";
        if (hidden_ > 0)
            drawing.note = fmt::format("{} point{} no place on these axes.", hidden_,
                                       hidden_ == 1 ? " has" : "s have");
        return drawing;
    }

  private:
    double px(double value) const { return left + (right - left) * x_.position(value); }
    double py(double value) const { return bottom - (bottom - top) * y_.position(value); }

    std::string grid() const {
        std::string svg;
        for (const Tick& tick : y_.ticks) {
            const double y = py(tick.value);
            svg += svg::line(left, y, right, y, tick.label.empty() ? "minor" : "grid");
            if (!tick.label.empty()) svg += svg::text(left - 8.0, y + 4.0, "end", tick.label);
        }
        for (const Tick& tick : x_.ticks) {
            const double x = px(tick.value);
            svg += svg::line(x, bottom, x, bottom + 5.0, "axis");
            svg += svg::text(x, bottom + 19.0, "middle", tick.label);
        }
        return svg + svg::line(left, bottom, right, bottom, "axis") +
               svg::line(left, top, left, bottom, "axis");
    }

    std::string line(const ScatterChart::Guide& guide) const {
        std::string path;
        for (std::size_t k = 0; k < std::min(guide.x.size(), guide.y.size()); ++k) {
            if (!has_place(guide.x[k], chart_.logarithmic_x) ||
                !has_place(guide.y[k], chart_.logarithmic_y))
                continue;
            path += fmt::format("{}{},{}", path.empty() ? 'M' : 'L', svg::number(px(guide.x[k])),
                                svg::number(py(guide.y[k])));
        }
        if (path.empty()) return {};
        return fmt::format(
            "<path d=\"{}\" fill=\"none\" stroke=\"#6b7683\" stroke-width=\"1.3\" "
            "stroke-dasharray=\"5 3\"/>",
            path);
    }

    std::string points(std::size_t i) {
        const auto& group = chart_.groups[i];
        std::string svg;
        for (std::size_t k = 0; k < std::min(group.x.size(), group.y.size()); ++k) {
            if (has_place(group.x[k], chart_.logarithmic_x) &&
                has_place(group.y[k], chart_.logarithmic_y))
                svg += svg::marker(i, px(group.x[k]), py(group.y[k]));
            else
                ++hidden_;
        }
        return svg;
    }

    std::string legend(double& y) const {
        std::string svg;
        double x = left;
        for (std::size_t i = 0; i < chart_.groups.size(); ++i) {
            const std::string& label = chart_.groups[i].label;
            if (label.empty()) continue;
            const double entry = 26.0 + svg::text_width(label, 12.0);
            if (x > left && x + entry > right) {
                x = left;
                y += legend_row;
            }
            svg += svg::marker(i, x + 6.0, y - 4.0) + svg::text(x + 16.0, y, "start", label);
            x += entry + 12.0;
        }
        return svg;
    }

    const ScatterChart& chart_;
    Axis x_;
    Axis y_;
    int hidden_ = 0;
};

// White at 0, the first two colours of the palette at the ends.
std::string cell_colour(double value) {
    const double t = std::min(1.0, std::abs(value));
    const std::array<double, 3> end =
        value < 0.0 ? std::array<double, 3>{0, 114, 178} : std::array<double, 3>{213, 94, 0};
    std::array<int, 3> c{};
    for (std::size_t k = 0; k < 3; ++k)
        c[k] = static_cast<int>(std::lround(255.0 + t * (end[k] - 255.0)));
    return fmt::format("#{:02x}{:02x}{:02x}", c[0], c[1], c[2]);
}

}  // namespace

Drawing draw(const ScatterChart& chart) { return ScatterDrawer(chart).draw(); }

Drawing draw(const MatrixChart& chart) {
    const std::size_t n = chart.names.size();
    double widest = 40.0;
    for (const std::string& name : chart.names)
        widest = std::max(widest, svg::text_width(name, 11.0));
    widest = std::min(widest, 260.0) + 12.0;
    const double size = std::clamp((590.0 - widest - 8.0) / static_cast<double>(n), 8.0, 40.0);
    const double height = size * static_cast<double>(n);
    Drawing drawing;
    drawing.svg = svg::open(590.0, height + 34.0, chart.id, chart.title);
    for (std::size_t i = 0; i < n; ++i) {
        const double y = 6.0 + size * static_cast<double>(i);
        drawing.svg += svg::text(widest - 8.0, y + 0.5 * size + 4.0, "end", chart.names[i],
                                 "font-size=\"11\"");
        for (std::size_t j = 0; j <= i; ++j) {
            const double r = chart.values[i][j];
            const double x = widest + size * static_cast<double>(j);
            drawing.svg += fmt::format(
                "<g><title>{}, {}: {:.2f}</title><rect x=\"{}\" y=\"{}\" width=\"{}\" "
                "height=\"{}\" fill=\"{}\" stroke=\"#dde2e8\"/>",
                xml_escape(chart.names[i]), xml_escape(chart.names[j]), r, svg::number(x),
                svg::number(y), svg::number(size), svg::number(size), cell_colour(r));
            if (size >= 26.0)
                drawing.svg += svg::text(x + 0.5 * size, y + 0.5 * size + 3.5, "middle",
                                         fmt::format("{:.2f}", r), "font-size=\"9.5\"");
            drawing.svg += "</g>";
        }
    }
    drawing.svg += svg::text(widest, height + 26.0, "start",
                             "columns in the order of the rows; blue -1, white 0, orange 1",
                             "font-size=\"11\"") +
                   "</g></svg>";
    return drawing;
}

}  // namespace caravel::report
