// Charts as SVG text: no scripts, readable in print and without colour.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace caravel::report {

struct ChartPoint {
    double x = 0.0;
    double y = 0.0;
    std::optional<double> spread;  // half length of the error bar
    bool below_limit = false;      // drawn as a downward mark
};

/// An interval about a line.
struct ChartBand {
    double x = 0.0;
    double low = 0.0;
    double high = 0.0;
};

struct ChartLine {
    std::string label;
    std::vector<double> x;
    std::vector<double> y;           // NaN leaves a gap
    std::vector<ChartPoint> points;  // measured
    std::vector<ChartBand> band{};   // ascending in x; empty: none
};

/// A numbered vertical line, e.g. a dose.
struct ChartMark {
    double x = 0.0;
    std::string label;  // short: "1"
    std::string text;   // shown when the pointer rests on it
};

struct LineChart {
    std::string id;     // unique in the document, [a-z0-9-]
    std::string title;  // spoken description
    std::string x_label;
    std::string y_label;
    bool logarithmic = false;
    bool logarithmic_x = false;
    std::vector<double> x_steps;  // tick distances natural to the x unit, may be empty
    std::vector<ChartLine> lines;
    std::vector<ChartMark> marks;
    std::optional<std::array<double, 2>> inside;  // x outside is shaded (not simulated)
    std::size_t max_points = 2000;                // per line
    double width = 590.0;                         // of the drawing, height is fixed
};

/// A chart and what the reader must know about it.
struct Drawing {
    std::string svg;
    bool decimated = false;  // a line was reduced to max_points
    std::string note;        // "Curves are drawn with ...", values off the axis; may be empty
};

Drawing draw(const LineChart& chart);

struct Bar {
    std::string label;
    double value = 0.0;
    std::optional<std::array<double, 2>> interval;
    std::optional<ChartPoint> measured;  // y and spread
};

/// Horizontal bars from zero, in the given order.
struct BarChart {
    std::string id;
    std::string title;
    std::string x_label;
    std::vector<Bar> bars;
    int colour = 0;  // place in the palette
};

Drawing draw(const BarChart& chart);

}  // namespace caravel::report
