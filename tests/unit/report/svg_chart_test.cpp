#include "caravel/report/svg_chart.hpp"

#include "caravel/report/axis.hpp"
#include "caravel/report/decimate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include <gtest/gtest.h>

namespace caravel::report {
namespace {

std::vector<std::string> labels(const Axis& axis) {
    std::vector<std::string> all;
    for (const Tick& tick : axis.ticks) {
        if (!tick.label.empty()) all.push_back(tick.label);
    }
    return all;
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t n = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++n;
    }
    return n;
}

TEST(Axis, LinearTicksAreRound) {
    EXPECT_EQ(labels(linear_axis(0.0, 0.97, 5, true)),
              (std::vector<std::string>{"0.0", "0.2", "0.4", "0.6", "0.8", "1.0"}));
    EXPECT_EQ(labels(linear_axis(-1.0, 1.0, 4, true)),
              (std::vector<std::string>{"-1.0", "-0.5", "0.0", "0.5", "1.0"}));
}

TEST(Axis, TimeTicksUseNaturalSteps) {
    const TimeScale scale = time_scale(168.0 * 3600.0);
    EXPECT_EQ(scale.unit, "h");
    EXPECT_EQ(labels(linear_axis(0.0, 168.0, 8, false, scale.steps)),
              (std::vector<std::string>{"0", "24", "48", "72", "96", "120", "144", "168"}));
    EXPECT_EQ(time_scale(60.0).unit, "s");
    EXPECT_EQ(time_scale(1800.0).unit, "min");
    EXPECT_EQ(time_scale(40.0 * 86400.0).unit, "d");
}

TEST(Axis, LogarithmicTicksAreDecades) {
    const Axis axis = logarithmic_axis(0.03, 800.0);
    EXPECT_DOUBLE_EQ(axis.low, 0.02);
    EXPECT_DOUBLE_EQ(axis.high, 1000.0);
    EXPECT_EQ(labels(axis), (std::vector<std::string>{"0.1", "1", "10", "100", "1000"}));
    EXPECT_DOUBLE_EQ(axis.position(1000.0), 1.0);
    EXPECT_TRUE(std::isnan(axis.position(0.0)));
    EXPECT_EQ(labels(logarithmic_axis(1e-6, 1e-3)),
              (std::vector<std::string>{"10⁻⁶", "10⁻⁵", "10⁻⁴", "0.001"}));
}

// Labels between 1e4 and 1e6 once asked a text for an exponent it did not have.
TEST(Axis, DecadesOfAnySizeHaveLabels) {
    for (int exponent = -12; exponent <= 12; ++exponent) {
        const Axis axis =
            logarithmic_axis(std::pow(10.0, exponent), 3.0 * std::pow(10.0, exponent));
        bool labelled = false;
        for (const auto& tick : axis.ticks) labelled = labelled || !tick.label.empty();
        EXPECT_TRUE(labelled) << exponent;
    }
}

TEST(Axis, FlatDataStillHaveAnAxis) {
    const Axis axis = linear_axis(3.0, 3.0, 5, true);
    EXPECT_LT(axis.low, 3.0);
    EXPECT_GT(axis.high, 3.0);
}

TEST(Decimate, KeepsEndsAndPeaks) {
    std::vector<double> x(10000), y(10000, 0.0);
    std::iota(x.begin(), x.end(), 0.0);
    y[4321] = 5.0;
    const auto kept = decimate(x, y, 100);
    EXPECT_EQ(kept.size(), 100u);
    EXPECT_EQ(kept.front(), 0u);
    EXPECT_EQ(kept.back(), 9999u);
    EXPECT_NE(std::find(kept.begin(), kept.end(), 4321u), kept.end());
    EXPECT_TRUE(std::is_sorted(kept.begin(), kept.end()));
    EXPECT_EQ(decimate(x, y, 10000).size(), 10000u);
}

LineChart chart_of(std::vector<double> y) {
    LineChart chart;
    chart.id = "c";
    chart.title = "test";
    ChartLine line;
    line.label = "a < b";
    for (std::size_t i = 0; i < y.size(); ++i) line.x.push_back(static_cast<double>(i));
    line.y = std::move(y);
    chart.lines.push_back(line);
    return chart;
}

TEST(LineChart, MapsTheEndsOfTheDataToTheFrame) {
    const Drawing drawing = draw(chart_of({0.0, 10.0}));
    // Plot area 56..578 by 44..286.
    EXPECT_NE(drawing.svg.find("d=\"M56,286L578,44\""), std::string::npos) << drawing.svg;
    EXPECT_NE(drawing.svg.find("a &lt; b"), std::string::npos);
    EXPECT_FALSE(drawing.decimated);
    EXPECT_EQ(drawing.note, "");
}

TEST(LineChart, GapsStayGaps) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::string svg = draw(chart_of({1.0, 2.0, nan, 3.0, 1.0})).svg;
    const std::size_t at = svg.find("d=\"M", svg.find("clip-path=\"url"));
    EXPECT_EQ(count(svg.substr(at, svg.find("\"/>", at) - at), "M"), 2u);
}

TEST(LineChart, SaysThatItIsDecimated) {
    std::vector<double> y(5000);
    for (std::size_t i = 0; i < y.size(); ++i) y[i] = std::sin(0.01 * static_cast<double>(i));
    const Drawing drawing = draw(chart_of(y));
    EXPECT_TRUE(drawing.decimated);
    EXPECT_EQ(drawing.note,
              "Drawn with at most 2000 points per curve, chosen to keep its shape; series.csv "
              "holds all.");
    const std::size_t at = drawing.svg.find("d=\"M", drawing.svg.find("clip-path=\"url"));
    const std::string path = drawing.svg.substr(at, drawing.svg.find("\"/>", at) - at);
    EXPECT_EQ(count(path, "L"), 1999u);
}

TEST(LineChart, ValuesUnderALogarithmicAxisAreReported) {
    LineChart chart = chart_of({1e-9, 1.0, 10.0});
    chart.logarithmic = true;
    chart.lines[0].points = {{1.0, 0.0, {}, false}, {1.0, 2.0, 0.5, false}};
    const Drawing drawing = draw(chart);
    EXPECT_EQ(drawing.note,
              "Values below 1×10⁻⁵ lie under the axis. 1 measured point lies under the axis, shown "
              "as arrow at its foot.");
}

TEST(LineChart, ShadesWhatIsNotSimulatedAndNumbersEvents) {
    LineChart chart = chart_of({1.0, 2.0});
    chart.lines[0].points = {{4.0, 1.0, {}, false}};
    chart.inside = {0.0, 1.0};
    chart.marks = {{0.0, "1", "dose & more"}, {0.01, "2", "scan"}};
    const std::string svg = draw(chart).svg;
    EXPECT_NE(svg.find("not simulated"), std::string::npos);
    EXPECT_NE(svg.find("<title>dose &amp; more; scan</title>"), std::string::npos);
    EXPECT_NE(svg.find(">1–2<"), std::string::npos);
}

TEST(LineChart, EmptyChartsAndZerosOnALogarithmicAxisDoNotFail) {
    LineChart chart = chart_of({0.0, 0.0});
    chart.logarithmic = true;
    EXPECT_EQ(draw(chart).svg.find("nan"), std::string::npos);
    EXPECT_EQ(draw(LineChart{}).svg.find("nan"), std::string::npos);
}

TEST(BarChart, BarsAreProportional) {
    BarChart chart;
    chart.id = "b";
    chart.bars = {{"Liver", 10.0, {}, {}}, {"Lung", 5.0, {}, ChartPoint{0.0, 4.0, 1.0, false}}};
    const std::string svg = draw(chart).svg;
    // Labels take 52 px at the least; 530 is the right end.
    EXPECT_NE(svg.find("x=\"52\" y=\"17\" width=\"478\""), std::string::npos) << svg;
    EXPECT_NE(svg.find("x=\"52\" y=\"42\" width=\"239\""), std::string::npos) << svg;
    EXPECT_NE(svg.find("measured"), std::string::npos);
}

}  // namespace
}  // namespace caravel::report
