// The section of the report on scans: pictures, readings, doses, readings over time.
#include "caravel/report/html.hpp"
#include "caravel/report/html_sections.hpp"
#include "caravel/report/svg_chart.hpp"
#include "caravel/report/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace caravel::report::html {
namespace {

constexpr std::size_t most_bytes = 1'600'000;  // of all pictures on the page
constexpr double seen = 0.95;                  // area under the curve of what counts as seen

std::string number(double value, int digits = 3) {
    return std::isfinite(value) ? readable_text(value, digits) : "–";
}

std::string plates(const RunRecord& record) {
    std::string html;
    std::size_t bytes = 0;
    std::size_t left_out = 0;
    for (const auto& plate : record.plates) {
        const std::string data = base64(plate.png);
        if (bytes + data.size() > most_bytes) {
            ++left_out;
            continue;
        }
        bytes += data.size();
        html += fmt::format(
            "<figure><figcaption>{}</figcaption><img alt=\"{}\" style=\"max-width:100%\" "
            "src=\"data:image/png;base64,{}\"/><p class=\"note\">{}</p></figure>\n",
            text(plate.title), text(plate.title), data, text(plate.caption));
    }
    if (left_out > 0)
        html += fmt::format("<p class=\"note\">{} more pictures stand in images/.</p>\n", left_out);
    return html;
}

std::string reading_table(const RunRecord& record, const ReportLimits& limits) {
    Table table({{"Scan", ""},
                 {"Image", ""},
                 {"Region", ""},
                 {"Time", "number"},
                 {"Reading", "number"},
                 {"Truth", "number"},
                 {"Recovery", "number"},
                 {"CNR", "number"},
                 {"d′", "number"},
                 {"AUC", "number"}},
                limits.rows);
    for (const auto& r : record.readings) {
        const std::string unit = unit_text(r.unit);
        const std::string truth =
            std::isfinite(r.truth) ? number(r.truth) + " " + unit : std::string("–");
        const std::string area = number(r.area_under_curve, 3);
        table.add({text(r.scan), text(r.image), text(r.region), time_text(r.time),
                   fmt::format("{} ± {} {}", number(r.mean), number(r.error, 2), text(unit)),
                   text(truth), number(r.recovery), number(r.contrast_to_noise),
                   number(r.detectability),
                   r.area_under_curve >= seen ? "<b>" + area + "</b>" : area});
    }
    if (table.empty()) return "";
    return "<h3>Readings</h3><p class=\"note\">Mean of the region with its standard error; "
           "recovery: contrast against the background over the true one; CNR: contrast over the "
           "background's deviation; d′ and AUC: an observer who knows place and size, bold from "
           "0.95 on (seen).</p>" +
           table.str();
}

/// Which regions which scan shows, as one table.
std::string seen_table(const RunRecord& record, const ReportLimits& limits) {
    std::vector<std::string> scans;
    std::vector<std::string> regions;
    std::map<std::pair<std::string, std::string>, double> best;
    for (const auto& r : record.readings) {
        if (!r.lesion) continue;
        const std::string column = r.scan;
        if (std::find(scans.begin(), scans.end(), column) == scans.end()) scans.push_back(column);
        if (std::find(regions.begin(), regions.end(), r.region) == regions.end())
            regions.push_back(r.region);
        double& value = best[{r.region, column}];
        value = std::max(value, r.area_under_curve);
    }
    if (scans.empty() || scans.size() * regions.size() < 2) return "";
    std::vector<Table::Column> columns{{"Lesion", ""}};
    for (const auto& scan : scans) columns.push_back({scan, "number"});
    Table table(columns, limits.rows);
    for (const auto& region : regions) {
        std::vector<std::string> cells{text(region)};
        for (const auto& scan : scans) {
            const auto found = best.find({region, scan});
            if (found == best.end()) {
                cells.emplace_back("–");
                continue;
            }
            const std::string value = number(found->second, 3);
            cells.push_back(found->second >= seen ? "<b>" + value + "</b>" : value);
        }
        table.add(cells);
    }
    return "<h3>What is seen</h3><p class=\"note\">Area under the ROC curve of the best image of "
           "each scan: 0.5 is guessing, bold (0.95 and more) is seen.</p>" +
           table.str();
}

std::string numbers_table(const RunRecord& record, const ReportLimits& limits) {
    Table table({{"Scan", ""}, {"Quantity", ""}, {"Time", "number"}, {"Value", "number"}},
                limits.rows);
    for (const auto& n : record.scan_numbers)
        table.add({text(n.scan), text(n.label), time_text(n.time),
                   text(readable_quantity(n.value, n.unit))});
    return table.empty() ? "" : "<h3>Dose, counts, limits</h3>" + table.str();
}

/// Readings of lesions over time, where a scan was repeated.
std::string series_charts(const RunRecord& record, const ReportLimits& limits) {
    std::map<std::string, std::map<std::string, ChartLine>> charts;
    std::map<std::string, std::string> units;
    for (const auto& r : record.readings) {
        if (!r.lesion) continue;
        const std::string key = r.scan + ", " + r.image;
        units[key] = r.unit;
        auto& line = charts[key][r.region];
        line.label = r.region;
        line.x.push_back(r.time / 3600.0);
        line.y.push_back(r.mean);
        line.points.push_back({r.time / 3600.0, r.mean, r.error, false});
    }
    std::string html;
    std::size_t shown = 0;
    for (const auto& [key, lines] : charts) {
        if (lines.begin()->second.x.size() < 2) continue;
        if (++shown > limits.charts) break;
        LineChart chart;
        chart.id = fmt::format("image-series-{}", shown);
        chart.title = key + " over time";
        chart.x_label = "Time (h)";
        chart.y_label = fmt::format("{} ({})", key, unit_text(units[key]));
        for (const auto& [region, line] : lines) chart.lines.push_back(line);
        html += fmt::format("<figure><figcaption>{}</figcaption>{}</figure>\n", text(chart.title),
                            draw(chart).svg);
    }
    return html.empty() ? "" : "<h3>Over time</h3>" + html;
}

}  // namespace

std::string images(const RunRecord& record, const ReportLimits& limits) {
    return plates(record) + seen_table(record, limits) + series_charts(record, limits) +
           reading_table(record, limits) + numbers_table(record, limits);
}

}  // namespace caravel::report::html
