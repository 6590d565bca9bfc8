#include "caravel/report/svg_chart.hpp"

#include "caravel/report/axis.hpp"
#include "caravel/report/decimate.hpp"
#include "caravel/report/svg_style.hpp"
#include "caravel/report/text.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace caravel::report {

namespace {

constexpr double left = 56.0;
constexpr double right_margin = 12.0;
constexpr double top = 44.0;
constexpr double bottom = 286.0;
constexpr double legend_top = 338.0;
constexpr double legend_row = 19.0;
constexpr std::size_t most_areas = 3;   // lines whose bands are drawn as areas
constexpr double widest_decades = 1e6;  // a logarithmic axis shows no more than this ratio

struct Range {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();

    void add(double value) {
        if (!std::isfinite(value)) return;
        low = std::min(low, value);
        high = std::max(high, value);
    }
    bool empty() const { return !(low <= high); }
};

struct Frame {
    Axis x;
    Axis y;
    double right = 0.0;

    double px(double value) const { return left + (right - left) * x.position(value); }
    double py(double value) const { return bottom - (bottom - top) * y.position(value); }
};

Range x_range(const LineChart& chart) {
    Range range;
    const auto add = [&](double x) {
        if (!chart.logarithmic_x || x > 0.0) range.add(x);
    };
    for (const ChartLine& line : chart.lines) {
        for (const double x : line.x) add(x);
        for (const ChartPoint& point : line.points) add(point.x);
    }
    for (const ChartMark& mark : chart.marks) add(mark.x);
    return range;
}

Range y_range(const LineChart& chart) {
    Range range;
    const auto add = [&](double y) {
        if (!chart.logarithmic || y > 0.0) range.add(y);
    };
    for (const ChartLine& line : chart.lines) {
        for (const double y : line.y) add(y);
        for (const ChartPoint& point : line.points) {
            add(point.y);
            add(point.y + point.spread.value_or(0.0));
            // A bar down to almost nothing must not stretch a logarithmic axis.
            if (!chart.logarithmic) add(point.y - point.spread.value_or(0.0));
        }
        for (const ChartBand& band : line.band) {
            add(band.high);
            if (!chart.logarithmic) add(band.low);
        }
    }
    return range;
}

Frame make_frame(const LineChart& chart) {
    Range x = x_range(chart);
    Range y = y_range(chart);
    if (x.empty()) x = {chart.logarithmic_x ? 0.1 : 0.0, 1.0};
    if (y.empty()) y = {chart.logarithmic ? 0.1 : 0.0, 1.0};
    Frame frame;
    frame.right = chart.width - right_margin;
    const int ticks = static_cast<int>((frame.right - left) / 52.0);
    frame.x = chart.logarithmic_x
                  ? logarithmic_axis(x.low, x.high)
                  : linear_axis(x.low, x.high, std::max(ticks, 2), false, chart.x_steps);
    if (chart.logarithmic) {
        frame.y = logarithmic_axis(std::max(y.low, y.high / widest_decades), y.high);
    } else {
        frame.y = linear_axis(std::min(0.0, y.low), std::max(0.0, y.high), 5, true);
    }
    return frame;
}

std::string grid(const Frame& frame) {
    std::string svg;
    for (const Tick& tick : frame.y.ticks) {
        const double y = frame.py(tick.value);
        svg += svg::line(left, y, frame.right, y, tick.label.empty() ? "minor" : "grid");
        if (!tick.label.empty()) svg += svg::text(left - 8.0, y + 4.0, "end", tick.label);
    }
    for (const Tick& tick : frame.x.ticks) {
        const double x = frame.px(tick.value);
        svg += svg::line(x, bottom, x, bottom + 5.0, "axis");
        svg += svg::text(x, bottom + 19.0, "middle", tick.label);
    }
    return svg + svg::line(left, bottom, frame.right, bottom, "axis") +
           svg::line(left, top, left, bottom, "axis");
}

std::string shading(const LineChart& chart, const Frame& frame) {
    if (!chart.inside) return {};
    std::string svg;
    const auto shade = [&](double from, double to) {
        if (to - from < 0.5) return;
        svg += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"#eceff2\"/>",
                           svg::number(from), svg::number(top), svg::number(to - from),
                           svg::number(bottom - top));
        if (to - from > 90.0) {
            svg += svg::text(0.5 * (from + to), bottom - 8.0, "middle", "not simulated",
                             "font-size=\"11\" fill=\"#6b7683\"");
        }
    };
    shade(left, frame.px((*chart.inside)[0]));
    shade(frame.px((*chart.inside)[1]), frame.right);
    return svg;
}

/// Numbered flags above the plot; flags that would overlap share one label.
std::string marks(const LineChart& chart, const Frame& frame) {
    std::string svg;
    for (std::size_t i = 0; i < chart.marks.size();) {
        const double x = frame.px(chart.marks[i].x);
        std::string hint;
        std::size_t end = i;
        for (; end < chart.marks.size() && frame.px(chart.marks[end].x) - x < 20.0; ++end) {
            const double own = frame.px(chart.marks[end].x);
            svg += svg::line(own, top - 6.0, own, bottom, "mark");
            if (end - i < 8) hint += (hint.empty() ? "" : "; ") + chart.marks[end].text;
        }
        std::string label = chart.marks[i].label;
        if (end - i > 1) label += "–" + chart.marks[end - 1].label;
        const double half = std::max(8.0, 0.5 * svg::text_width(label, 10.5) + 4.0);
        svg += fmt::format(
            "<g><title>{}</title><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"15\" rx=\"7.5\" "
            "fill=\"#56616d\"/>{}</g>",
            xml_escape(hint), svg::number(x - half), svg::number(top - 19.0),
            svg::number(2.0 * half),
            svg::text(x, top - 7.8, "middle", label,
                      "fill=\"#fff\" font-size=\"10.5\" font-weight=\"600\""));
        i = end;
    }
    return svg;
}

/// Pixel path of one line; values that are not finite leave gaps.
class PathBuilder {
  public:
    PathBuilder(std::size_t total, std::size_t limit) : total_(total), limit_(limit) {}

    void add(double x, double y) {
        if (std::isfinite(x) && std::isfinite(y)) {
            x_.push_back(x);
            y_.push_back(y);
        } else {
            close();
        }
    }

    void close() {
        const std::size_t share = total_ <= limit_ ? x_.size() : x_.size() * limit_ / total_;
        const auto kept = decimate(x_, y_, share);
        decimated_ = decimated_ || kept.size() < x_.size();
        for (std::size_t k = 0; k < kept.size(); ++k) {
            path_ += k == 0 ? 'M' : 'L';
            path_ += svg::number(x_[kept[k]]) + ',' + svg::number(y_[kept[k]]);
        }
        x_.clear();
        y_.clear();
    }

    const std::string& path() const { return path_; }
    bool decimated() const { return decimated_; }

  private:
    std::size_t total_;
    std::size_t limit_;
    std::vector<double> x_;
    std::vector<double> y_;
    std::string path_;
    bool decimated_ = false;
};

std::string dash_attribute(std::size_t i) {
    return svg::dash(i).empty() ? "" : fmt::format(" stroke-dasharray=\"{}\"", svg::dash(i));
}

std::string curve(const LineChart& chart, std::size_t i, const Frame& frame, bool& decimated) {
    const ChartLine& line = chart.lines[i];
    const std::size_t n = std::min(line.x.size(), line.y.size());
    PathBuilder builder(n, chart.max_points);
    for (std::size_t k = 0; k < n; ++k) {
        // Far outside the plot the clip cuts; keep coordinates short.
        const double y = frame.py(line.y[k]);
        builder.add(frame.px(line.x[k]), std::isfinite(y) ? std::clamp(y, -999.0, 1999.0) : y);
    }
    builder.close();
    decimated = decimated || builder.decimated();
    if (builder.path().empty()) return {};
    return fmt::format("<path class=\"curve\" stroke=\"{}\"{} d=\"{}\"/>", svg::colour(i),
                       dash_attribute(i), builder.path());
}

double clamped(const Frame& frame, double value) {
    const double y = frame.py(value);
    return std::isfinite(y) ? std::clamp(y, -999.0, 1999.0) : bottom + 2.0;
}

/// The band of a line as an area with thin edges in the line's dashes, so that it also shows
/// without colour.
std::string area(const ChartLine& line, std::size_t i, const Frame& frame) {
    std::string upper;
    std::string lower;
    for (const ChartBand& band : line.band) {
        const std::string x = svg::number(frame.px(band.x));
        upper += fmt::format("{}{},{}", upper.empty() ? "M" : "L", x,
                             svg::number(clamped(frame, band.high)));
        lower.insert(0, fmt::format("L{},{}", x, svg::number(clamped(frame, band.low))));
    }
    std::string edge = lower;
    edge[0] = 'M';
    return fmt::format(
        "<path fill=\"{0}\" fill-opacity=\"0.13\" stroke=\"none\" d=\"{1}{2}Z\"/>"
        "<path fill=\"none\" stroke=\"{0}\" stroke-opacity=\"0.55\" stroke-width=\"0.8\"{3} "
        "d=\"{1}{4}\"/>",
        svg::colour(i), upper, lower, dash_attribute(i), edge);
}

/// One interval of a line as a bar, each line at another place: areas of many lines would hide
/// each other.
std::string whisker(const LineChart& chart, std::size_t i, const Frame& frame) {
    const auto& band = chart.lines[i].band;
    const std::size_t at =
        std::min(band.size() - 1, (i + 1) * band.size() / (chart.lines.size() + 1));
    const double x = frame.px(band[at].x);
    return fmt::format(
        "<path fill=\"none\" stroke=\"{0}\" stroke-width=\"1.2\" d=\"M{1},{2}H{3}M{4},{2}V{5}"
        "M{1},{5}H{3}\"/>",
        svg::colour(i), svg::number(x - 4.0), svg::number(clamped(frame, band[at].high)),
        svg::number(x + 4.0), svg::number(x), svg::number(clamped(frame, band[at].low)));
}

std::string bands(const LineChart& chart, const Frame& frame) {
    std::string svg;
    for (std::size_t i = 0; i < chart.lines.size(); ++i) {
        if (chart.lines[i].band.empty()) continue;
        svg += chart.lines.size() <= most_areas ? area(chart.lines[i], i, frame)
                                                : whisker(chart, i, frame);
    }
    return svg;
}

std::string error_bar(const ChartPoint& point, std::size_t i, const Frame& frame) {
    if (!point.spread || *point.spread <= 0.0) return {};
    const double x = frame.px(point.x);
    const double high = frame.py(point.y + *point.spread);
    double low = frame.py(point.y - *point.spread);
    const bool open_end = !std::isfinite(low) || low > bottom;
    if (open_end) low = bottom;
    std::string path = fmt::format("M{0},{1}V{2}M{3},{1}H{4}", svg::number(x), svg::number(high),
                                   svg::number(low), svg::number(x - 3.5), svg::number(x + 3.5));
    if (!open_end) {
        path +=
            fmt::format("M{},{}H{}", svg::number(x - 3.5), svg::number(low), svg::number(x + 3.5));
    }
    return fmt::format("<path d=\"{}\" stroke=\"{}\" stroke-width=\"1.2\" fill=\"none\"/>", path,
                       svg::colour(i));
}

std::string measured(const LineChart& chart, std::size_t i, const Frame& frame, int& hidden) {
    std::string svg;
    for (const ChartPoint& point : chart.lines[i].points) {
        const double x = frame.px(point.x);
        double y = frame.py(point.y);
        const bool off = !std::isfinite(y) || y > bottom + 1.0;
        if (off) {
            ++hidden;
            y = bottom;
        }
        if (point.below_limit || off) {
            svg += fmt::format(
                "<path d=\"M{0},{1}v9m-3.5,-4l3.5,4l3.5,-4\" stroke=\"{2}\" stroke-width=\"1.6\" "
                "fill=\"none\"/>",
                svg::number(x), svg::number(y - 9.0), svg::colour(i));
        } else {
            svg += error_bar(point, i, frame) + svg::marker(i, x, y);
        }
    }
    return svg;
}

/// Legend rows below the plot; returns the SVG and moves `y` to the last row.
std::string legend(const LineChart& chart, const Frame& frame, double& y) {
    std::string svg;
    double x = left;
    for (std::size_t i = 0; i < chart.lines.size(); ++i) {
        const ChartLine& line = chart.lines[i];
        const double entry = 46.0 + svg::text_width(line.label, 12.0);
        if (x > left && x + entry > frame.right) {
            x = left;
            y += legend_row;
        }
        svg += fmt::format("<path class=\"curve\" stroke=\"{}\"{} d=\"M{},{}h28\"/>",
                           svg::colour(i), dash_attribute(i), svg::number(x), svg::number(y - 4.0));
        if (!line.points.empty()) svg += svg::marker(i, x + 14.0, y - 4.0);
        svg += svg::text(x + 34.0, y, "start", line.label);
        x += entry + 14.0;
    }
    return svg;
}

std::string note(const LineChart& chart, const Frame& frame, bool decimated, int hidden) {
    std::string text;
    const bool has_bands = std::any_of(chart.lines.begin(), chart.lines.end(),
                                       [](const ChartLine& line) { return !line.band.empty(); });
    if (has_bands) {
        text += chart.lines.size() <= most_areas
                    ? "Shaded: 90 % interval. "
                    : "Bars: 90 % interval of each curve at one time; results.json holds all. ";
    }
    if (decimated) {
        text += fmt::format(
            "Drawn with at most {} points per curve, chosen to keep its shape; series.csv holds "
            "all. ",
            chart.max_points);
    }
    if (frame.y.logarithmic && y_range(chart).low < frame.y.low) {
        text += fmt::format("Values below {} lie under the axis. ", readable_text(frame.y.low, 2));
    }
    if (hidden > 0) {
        text += fmt::format("{} measured point{} under the axis, shown as arrow{} at its foot. ",
                            hidden, hidden == 1 ? " lies" : "s lie", hidden == 1 ? "" : "s");
    }
    if (!text.empty()) text.pop_back();
    return text;
}

}  // namespace

Drawing draw(const LineChart& chart) {
    const Frame frame = make_frame(chart);
    Drawing drawing;
    int hidden = 0;
    std::string curves = bands(chart, frame);
    std::string points;
    for (std::size_t i = 0; i < chart.lines.size(); ++i) {
        curves += curve(chart, i, frame, drawing.decimated);
        points += measured(chart, i, frame, hidden);
    }
    double legend_y = legend_top;
    const std::string legend_svg = legend(chart, frame, legend_y);
    drawing.svg = svg::open(chart.width, legend_y + 10.0, chart.id, chart.title);
    drawing.svg += fmt::format(
        "<clipPath id=\"{}-clip\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/></clipPath>",
        chart.id, svg::number(left), svg::number(top - 2.0), svg::number(frame.right - left),
        svg::number(bottom - top + 3.0));
    drawing.svg += shading(chart, frame) + grid(frame) + marks(chart, frame);
    drawing.svg += fmt::format("<g clip-path=\"url(#{}-clip)\">{}</g>{}", chart.id, curves, points);
    drawing.svg += svg::text(4.0, 14.0, "start", chart.y_label, "font-weight=\"600\"");
    drawing.svg +=
        svg::text(frame.right, bottom + 34.0, "end", chart.x_label, "font-weight=\"600\"");
    drawing.svg += legend_svg + "</g></svg>";
    drawing.note = note(chart, frame, drawing.decimated, hidden);
    return drawing;
}

}  // namespace caravel::report
