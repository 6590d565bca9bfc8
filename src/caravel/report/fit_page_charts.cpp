#include "caravel/report/fit_page_charts.hpp"

#include "caravel/exec/normal_quantile.hpp"
#include "caravel/report/html.hpp"
#include "caravel/report/svg_scatter.hpp"
#include "caravel/report/text.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace caravel::report::fit_charts {
namespace {

std::string figure(const std::string& caption, const Drawing& drawing,
                   const std::string& remark = {}) {
    std::string note = remark;
    if (!drawing.note.empty()) note += (note.empty() ? "" : " ") + drawing.note;
    return fmt::format("<figure><figcaption>{}</figcaption>{}{}</figure>\n", html::text(caption),
                       drawing.svg,
                       note.empty() ? "" : "<p class=\"note\">" + html::text(note) + "</p>");
}

std::string label(const std::string& name, const std::string& unit) {
    const std::string readable = unit_text(unit);
    return readable.empty() ? name : fmt::format("{} [{}]", name, readable);
}

std::string time_label(const FitPage& page) { return label("time", page.time_unit); }

// Groups by observable with x and y of each residual.
template <class X, class Y>
std::vector<ScatterChart::Group> by_observable(const FitPage& page, const X& x, const Y& y) {
    std::vector<ScatterChart::Group> groups(page.observables.size());
    for (std::size_t i = 0; i < groups.size(); ++i) groups[i].label = page.observables[i];
    for (const auto& r : page.residuals) {
        groups[r.observable].x.push_back(x(r));
        groups[r.observable].y.push_back(y(r));
    }
    return groups;
}

double greatest(const std::vector<double>& values, double start) {
    for (const double v : values) start = std::max(start, v);
    return start;
}

// Lines at 0 and two standard deviations to either side.
std::vector<ScatterChart::Guide> score_guides(double low, double high) {
    std::vector<ScatterChart::Guide> guides;
    for (const double z : {-1.96, 0.0, 1.96}) guides.push_back({{low, high}, {z, z}});
    return guides;
}

struct Ends {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();
    void add(double v, bool positive) {
        if (!std::isfinite(v) || (positive && !(v > 0.0))) return;
        low = std::min(low, v);
        high = std::max(high, v);
    }
};

bool spans_decades(const FitPage& page) {
    Ends ends;
    for (const auto& r : page.residuals) {
        if (!(r.predicted > 0.0) || !(r.measured > 0.0)) return false;
        ends.add(r.predicted, true);
    }
    return ends.high > 20.0 * ends.low;
}

}  // namespace

std::string waterfall(const FitPage& page) {
    ScatterChart chart;
    chart.id = "waterfall";
    chart.title = "Objective of every start above the best";
    chart.x_label = "start, from the best up";
    chart.y_label = "objective above the best + 0.001";
    chart.logarithmic_y = true;
    chart.groups.emplace_back();
    for (std::size_t i = 0; i < page.starts.size(); ++i) {
        chart.groups[0].x.push_back(static_cast<double>(i + 1));
        chart.groups[0].y.push_back(page.starts[i].objective - page.starts.front().objective +
                                    1e-3);
    }
    return figure("Waterfall of the starts", draw(chart),
                  "A plateau at the left means that many starts found the same minimum.");
}

std::string panel(const FitPage& page, std::size_t i) {
    const FitPage::Panel& p = page.panels[i];
    LineChart chart;
    chart.id = fmt::format("panel-{}", i);
    chart.title = p.observable + ", " + p.experiment;
    chart.x_label = time_label(page);
    chart.y_label = label(p.observable, p.unit);
    chart.logarithmic = p.logarithmic;
    ChartLine fitted{"fitted, measured values", p.curve_time, p.curve, {}};
    for (const auto& point : p.points)
        fitted.points.push_back({point.time, point.value, {}, point.below_limit});
    chart.lines.push_back(std::move(fitted));
    const char* names[] = {"5 %", "50 %", "95 %"};
    for (std::size_t k = 0; k < 3; ++k)
        if (!p.band_time.empty()) chart.lines.push_back({names[k], p.band_time, p.bands[k], {}});
    return figure(chart.title, draw(chart));
}

std::string scores_by_prediction(const FitPage& page) {
    ScatterChart chart;
    chart.id = "scores-by-prediction";
    chart.title = "Normal scores over prediction";
    chart.x_label = "predicted";
    chart.y_label = "normal score";
    chart.logarithmic_x = spans_decades(page);
    Ends ends;
    for (const auto& r : page.residuals) ends.add(r.predicted, chart.logarithmic_x);
    chart.groups = by_observable(
        page, [](const auto& r) { return r.predicted; }, [](const auto& r) { return r.score; });
    if (ends.low < ends.high) chart.guides = score_guides(ends.low, ends.high);
    return figure(chart.title, draw(chart));
}

std::string scores_by_time(const FitPage& page) {
    ScatterChart chart;
    chart.id = "scores-by-time";
    chart.title = "Normal scores over time";
    chart.x_label = time_label(page);
    chart.y_label = "normal score";
    Ends ends;
    for (const auto& r : page.residuals) ends.add(r.time, false);
    chart.groups = by_observable(
        page, [](const auto& r) { return r.time; }, [](const auto& r) { return r.score; });
    if (ends.low < ends.high) chart.guides = score_guides(ends.low, ends.high);
    return figure(chart.title, draw(chart));
}

std::string quantiles(const FitPage& page) {
    std::vector<double> scores;
    for (const auto& r : page.residuals)
        if (std::isfinite(r.score)) scores.push_back(r.score);
    std::sort(scores.begin(), scores.end());
    ScatterChart chart;
    chart.id = "quantiles";
    chart.title = "Quantiles of the scores against the normal law";
    chart.x_label = "normal quantile";
    chart.y_label = "normal score";
    chart.groups.emplace_back();
    const auto n = static_cast<double>(scores.size());
    for (std::size_t i = 0; i < scores.size(); ++i)
        chart.groups[0].x.push_back(exec::normal_quantile((static_cast<double>(i) + 0.5) / n));
    chart.groups[0].y = scores;
    const double end = greatest(chart.groups[0].x, 1.0);
    chart.guides.push_back({{-end, end}, {-end, end}});
    return figure(chart.title, draw(chart), "On the line, noise has the assumed law and size.");
}

std::string measured_by_predicted(const FitPage& page) {
    ScatterChart chart;
    chart.id = "measured-by-predicted";
    chart.title = "Measured over predicted";
    chart.x_label = "predicted";
    chart.y_label = "measured";
    chart.logarithmic_x = chart.logarithmic_y = spans_decades(page);
    chart.groups = by_observable(
        page, [](const auto& r) { return r.predicted; }, [](const auto& r) { return r.measured; });
    Ends ends;
    for (const auto& r : page.residuals) ends.add(r.predicted, chart.logarithmic_x);
    if (ends.low < ends.high)
        chart.guides.push_back({{ends.low, ends.high}, {ends.low, ends.high}});
    return figure(chart.title, draw(chart));
}

std::string profile(const FitPage& page, std::size_t i) {
    const FitPage::Profile& p = page.profiles[i];
    LineChart chart;
    chart.id = fmt::format("profile-{}", i);
    chart.title = "Profile of " + p.name;
    chart.x_label = label(p.name, p.unit);
    chart.y_label = "rise of -log likelihood";
    chart.logarithmic_x = p.logarithmic;
    chart.lines.push_back({"profile", p.value, p.rise, {}});
    if (!p.value.empty())
        chart.lines.push_back(
            {"95 %", {p.value.front(), p.value.back()}, {p.threshold, p.threshold}, {}});
    return figure(chart.title, draw(chart));
}

std::string correlations(const FitPage& page) {
    if (page.correlation.size() < 2) return {};
    MatrixChart chart;
    chart.id = "correlations";
    chart.title = "Correlations of the estimates";
    chart.values = page.correlation;
    for (const auto& p : page.parameters) chart.names.push_back(p.name);
    return figure(chart.title, draw(chart));
}

}  // namespace caravel::report::fit_charts
