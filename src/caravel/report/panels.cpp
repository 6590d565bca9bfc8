#include "caravel/report/panels.hpp"

#include "caravel/report/axis.hpp"
#include "caravel/report/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

namespace caravel::report {

namespace {

constexpr std::size_t curves_per_chart = 6;
constexpr double logarithmic_from = 50.0;  // ratio of largest to smallest value

bool wants_logarithmic(const std::vector<const Series*>& members, std::string_view group) {
    if (group == "release") return false;
    double low = std::numeric_limits<double>::infinity();
    double high = 0.0;
    for (const Series* series : members) {
        double own_high = 0.0;
        for (const double value : series->values) {
            if (value < 0.0) return false;
            own_high = std::max(own_high, std::isfinite(value) ? value : 0.0);
        }
        high = std::max(high, own_high);
        // The rise from zero at the start must not decide.
        for (const double value : series->values) {
            if (value > 1e-4 * own_high) low = std::min(low, value);
        }
    }
    return high > logarithmic_from * low;
}

ChartLine chart_line(const RunRecord& record, const Series& series, double scale) {
    ChartLine line;
    line.label = label_of(series);
    line.y = series.values;
    for (const double time : record.times) line.x.push_back(time / scale);
    for (const MeasuredPoint& point : series.measured) {
        line.points.push_back({point.time / scale, point.value, point.spread, point.below_limit});
    }
    for (const BandPoint& point : series.band) {
        line.band.push_back({point.time / scale, point.low, point.high});
    }
    return line;
}

std::string axis_title(std::string_view what, std::string_view ucum) {
    const std::string unit = unit_text(ucum);
    return unit.empty() ? std::string(what) : fmt::format("{} [{}]", what, unit);
}

std::string spoken_title(const LineChart& chart, const std::vector<const Series*>& members) {
    std::string title = fmt::format("Line chart against {}:", chart.x_label);
    for (const Series* series : members) {
        title += fmt::format(" {} in {}{};", label_of(*series), unit_text(series->unit),
                             series->measured.empty() ? "" : " with measured points");
    }
    title.back() = '.';
    return title;
}

LineChart make_chart(const RunRecord& record, const std::vector<const Series*>& members,
                     const std::string& id, bool logarithmic, const ReportLimits& limits) {
    LineChart chart;
    const TimeScale scale = time_scale(record.times.empty() ? 0.0 : record.times.back());
    chart.id = id;
    chart.x_label = fmt::format("Time [{}]", scale.unit);
    chart.x_steps = scale.steps;
    chart.y_label =
        axis_title(members.size() == 1 ? label_of(*members.front()) : "", members.front()->unit);
    if (members.size() > 1) chart.y_label = unit_text(members.front()->unit);
    chart.logarithmic = logarithmic;
    chart.max_points = limits.points;
    for (const Series* series : members) {
        chart.lines.push_back(chart_line(record, *series, scale.seconds));
    }
    for (std::size_t i = 0; i < record.events.size(); ++i) {
        const auto& [time, text] = record.events[i];
        chart.marks.push_back({time / scale.seconds, fmt::format("{}", i + 1), text});
    }
    std::sort(chart.marks.begin(), chart.marks.end(),
              [](const ChartMark& a, const ChartMark& b) { return a.x < b.x; });
    if (!record.times.empty()) {
        chart.inside = {record.times.front() / scale.seconds, record.times.back() / scale.seconds};
    }
    chart.title = spoken_title(chart, members);
    return chart;
}

/// Letters and digits of a name for use in an id.
std::string slug(std::string_view name) {
    std::string id;
    for (const char c : name) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        id += plain ? c : '-';
    }
    return id;
}

/// "liver.injected_dose_fraction[x]" -> place, kind (with species).
struct OrganName {
    std::string place;
    std::string kind;
};

std::optional<OrganName> organ_name(const std::string& name) {
    const std::size_t dot = name.find('.');
    if (dot == std::string::npos) return std::nullopt;
    const std::string kind = name.substr(dot + 1);
    if (kind.rfind("injected_dose_fraction", 0) != 0 &&
        kind.rfind("injected_dose_per_gram", 0) != 0) {
        return std::nullopt;
    }
    return OrganName{name.substr(0, dot), kind};
}

std::optional<ChartPoint> measured_at(const RunRecord& record, const std::string& name,
                                      double time) {
    for (const Series& series : record.series) {
        if (series.name != name) continue;
        for (const MeasuredPoint& point : series.measured) {
            if (point.below_limit || std::abs(point.time - time) > 1e-6 * std::abs(time)) continue;
            return ChartPoint{time, point.value, point.spread, false};
        }
    }
    return std::nullopt;
}

struct BarGroup {
    std::string kind;
    std::string unit;
    double time = 0.0;
    std::vector<Bar> bars;
};

BarGroup& group_for(std::vector<BarGroup>& all, const std::string& kind, const std::string& unit,
                    double time) {
    for (BarGroup& group : all) {
        if (group.kind == kind && group.unit == unit && group.time == time) return group;
    }
    all.push_back({kind, unit, time, {}});
    return all.back();
}

std::vector<BarGroup> groups_of_quantities(const RunRecord& record) {
    std::vector<BarGroup> all;
    const double end = record.times.empty() ? 0.0 : record.times.back();
    for (const QuantityResult& result : record.quantities) {
        const auto name = organ_name(result.name);
        if (!name) continue;
        const double time = result.time.value_or(end);
        group_for(all, name->kind, result.unit, time)
            .bars.push_back({name_text(name->place), result.shown(), result.interval,
                             measured_at(record, result.name, time)});
    }
    // One lonely number (a tumour uptake, say) is no distribution.
    all.erase(std::remove_if(all.begin(), all.end(),
                             [](const BarGroup& group) { return group.bars.size() < 3; }),
              all.end());
    return all;
}

std::vector<BarGroup> groups_of_series(const RunRecord& record) {
    std::vector<BarGroup> all;
    if (record.times.empty()) return all;
    for (const Series& series : record.series) {
        if (series.group != "organs" || series.values.empty()) continue;
        const auto name = organ_name(series.name);
        const std::string kind = name ? name->kind : "value";
        std::optional<std::array<double, 2>> interval;
        double value = series.values.back();
        if (!series.band.empty() && series.band.back().time == record.times.back()) {
            interval = {series.band.back().low, series.band.back().high};
            value = series.band.back().median.value_or(value);
        }
        group_for(all, kind, series.unit, record.times.back())
            .bars.push_back({name ? name_text(name->place) : label_of(series), value, interval,
                             measured_at(record, series.name, record.times.back())});
    }
    return all;
}

}  // namespace

std::vector<std::string> groups(const RunRecord& record) {
    std::vector<std::string> names;
    for (const Series& series : record.series) {
        if (std::find(names.begin(), names.end(), series.group) == names.end()) {
            names.push_back(series.group);
        }
    }
    return names;
}

std::vector<LineChart> line_charts(const RunRecord& record, std::string_view group,
                                   const ReportLimits& limits) {
    std::vector<std::vector<const Series*>> by_unit;
    for (const Series& series : record.series) {
        if (series.group != group) continue;
        const auto same = std::find_if(by_unit.begin(), by_unit.end(), [&](const auto& members) {
            return members.front()->unit == series.unit;
        });
        if (same == by_unit.end()) {
            by_unit.push_back({&series});
        } else {
            same->push_back(&series);
        }
    }
    std::vector<LineChart> charts;
    for (const auto& members : by_unit) {
        const bool logarithmic = wants_logarithmic(members, group);
        for (std::size_t i = 0; i < members.size(); i += curves_per_chart) {
            const auto first = members.begin() + static_cast<std::ptrdiff_t>(i);
            const std::size_t count = std::min(curves_per_chart, members.size() - i);
            const std::string id = fmt::format("chart-{}-{}", slug(group), charts.size() + 1);
            charts.push_back(make_chart(record, {first, first + static_cast<std::ptrdiff_t>(count)},
                                        id, logarithmic, limits));
        }
    }
    return charts;
}

std::vector<BarChart> organ_bars(const RunRecord& record) {
    std::vector<BarGroup> all = groups_of_quantities(record);
    if (all.empty()) all = groups_of_series(record);
    std::vector<BarChart> charts;
    for (BarGroup& group : all) {
        std::stable_sort(group.bars.begin(), group.bars.end(),
                         [](const Bar& a, const Bar& b) { return a.value > b.value; });
        BarChart chart;
        chart.id = fmt::format("bars-{}", charts.size() + 1);
        const bool per_gram = group.kind.rfind("injected_dose_per_gram", 0) == 0;
        chart.colour = per_gram ? 2 : 0;
        const std::string what = per_gram                ? "Dose per tissue mass"
                                 : group.kind == "value" ? "Organs"
                                                         : "Share of the injected dose";
        chart.x_label =
            axis_title(fmt::format("{} at {}", what, time_text(group.time)), group.unit);
        chart.title = fmt::format("Bar chart, {}:", chart.x_label);
        for (const Bar& bar : group.bars) {
            chart.title += fmt::format(" {} {};", bar.label, readable_text(bar.value));
        }
        chart.title.back() = '.';
        chart.bars = std::move(group.bars);
        charts.push_back(std::move(chart));
    }
    return charts;
}

}  // namespace caravel::report
