#include "caravel/report/scan_page.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/report/html.hpp"
#include "caravel/report/json_value.hpp"
#include "caravel/report/svg_chart.hpp"
#include "caravel/report/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace caravel::report {
namespace {

constexpr std::size_t most_lines = 8;    // of a family
constexpr std::size_t most_cells = 24;   // along an edge of a shaded table
constexpr std::size_t most_rows = 200;   // of the table of points
constexpr std::size_t most_charts = 24;  // outputs that are drawn
constexpr const char* shade_colour = "0,114,178";

std::string label(const ScanColumn& c) {
    const std::string unit = unit_text(c.unit);
    return unit.empty() ? c.name : fmt::format("{} [{}]", c.name, unit);
}

std::string number(double value) { return html::text(readable_text(value, 5)); }

double output_of(const ScanPoint& p, std::size_t output) {
    return p.outputs.empty() ? std::numeric_limits<double>::quiet_NaN() : p.outputs[output];
}

/// Places of at most `most` lines spread over `count`, ends included.
std::vector<std::size_t> spread(std::size_t count, std::size_t most) {
    std::vector<std::size_t> places;
    const std::size_t n = std::min(count, most);
    for (std::size_t i = 0; i < n; ++i) places.push_back(n == 1 ? 0 : i * (count - 1) / (n - 1));
    return places;
}

/// Curves over the last axis, one for each value of the one before.
LineChart chart_of(const ScanRecord& r, std::size_t output) {
    LineChart chart;
    chart.id = fmt::format("output-{}", output);
    chart.title = r.outputs[output].name;
    chart.x_label = label(r.keys.back());
    chart.y_label = label(r.outputs[output]);
    const auto& x = r.grid.back();
    const bool ratio = x.size() > 2 && x.front() > 0.0 && x.back() / x.front() > 30.0;
    chart.logarithmic_x = ratio;
    const std::size_t rows = r.grid.size() == 2 ? r.grid.front().size() : 1;
    for (const std::size_t row : spread(rows, most_lines)) {
        ChartLine line;
        if (r.grid.size() == 2)
            line.label = fmt::format("{} {}", readable_text(r.grid.front()[row], 4),
                                     unit_text(r.keys.front().unit));
        line.x = x;
        for (std::size_t i = 0; i < x.size(); ++i)
            line.y.push_back(output_of(r.points[row * x.size() + i], output));
        chart.lines.push_back(std::move(line));
    }
    return chart;
}

/// Two axes as a table whose cells are darker the larger the output.
std::string shaded_table(const ScanRecord& r, std::size_t output) {
    const auto& down = r.grid.front();
    const auto& across = r.grid.back();
    if (down.size() > most_cells || across.size() > most_cells) return {};
    const double low = output_of(r.summaries[output].lowest, output);
    const double high = output_of(r.summaries[output].highest, output);
    std::vector<html::Table::Column> columns{{label(r.keys.front()), "number"}};
    for (const double x : across) columns.push_back({readable_text(x, 4), "number"});
    html::Table table(columns, most_cells);
    for (std::size_t i = 0; i < down.size(); ++i) {
        std::vector<std::string> cells{number(down[i])};
        for (std::size_t k = 0; k < across.size(); ++k) {
            const double y = output_of(r.points[i * across.size() + k], output);
            const double part = high > low ? (y - low) / (high - low) : 0.0;
            cells.push_back(
                std::isfinite(y)
                    ? fmt::format("<span style=\"background:rgba({},{:.2f});padding:2px 5px\">{}"
                                  "</span>",
                                  shade_colour, 0.05 + 0.5 * part, number(y))
                : r.points[i * across.size() + k].outputs.empty() ? "failed"
                                                                  : "none");
        }
        table.add(cells);
    }
    return fmt::format("<p class=\"note\">{} across</p><div class=\"scroll\">{}</div>",
                       html::text(label(r.keys.back())), table.str());
}

std::string charts(const ScanRecord& r) {
    if (r.points.empty() || r.grid.empty() || r.grid.size() > 2 || r.failed == r.count) return {};
    std::string body = "<div class=\"charts\">";
    for (std::size_t o = 0; o < std::min(r.outputs.size(), most_charts); ++o) {
        const auto chart = chart_of(r, o);
        const Drawing drawing = draw(chart);
        body +=
            fmt::format("<figure><figcaption>{}</figcaption>{}<p class=\"note\">{}</p></figure>\n",
                        html::text(chart.title), drawing.svg, drawing.note);
    }
    body += "</div>";
    if (r.grid.size() == 2)
        for (std::size_t o = 0; o < std::min(r.outputs.size(), most_charts); ++o)
            body +=
                fmt::format("<h3>{}</h3>", html::text(label(r.outputs[o]))) + shaded_table(r, o);
    return body;
}

std::vector<html::Table::Column> point_columns(const ScanRecord& r, const char* first) {
    std::vector<html::Table::Column> columns{{first, ""}, {"Point", "number"}};
    for (const auto& key : r.keys) columns.push_back({label(key), "number"});
    return columns;
}

std::vector<std::string> point_cells(const std::string& first, const ScanPoint& p) {
    std::vector<std::string> cells{first, std::to_string(p.index)};
    for (const double v : p.values) cells.push_back(number(v));
    return cells;
}

std::string extremes(const ScanRecord& r) {
    auto columns = point_columns(r, "Output");
    columns.push_back({"Value", "number"});
    columns.push_back({"", ""});
    html::Table table(columns, most_rows);
    for (std::size_t o = 0; o < r.outputs.size(); ++o) {
        const auto& s = r.summaries[o];
        if (s.count == 0) continue;
        for (const auto* p : {&s.highest, &s.lowest}) {
            auto cells = point_cells(html::text(label(r.outputs[o])), *p);
            cells.push_back(number(output_of(*p, o)));
            cells.emplace_back(p == &s.highest ? "highest" : "lowest");
            table.add(cells);
        }
    }
    return table.empty() ? "" : "<div class=\"scroll\">" + table.str() + "</div>";
}

std::string all_points(const ScanRecord& r) {
    if (r.points.empty()) return {};
    auto columns = point_columns(r, "");
    for (const auto& o : r.outputs) columns.push_back({label(o), "number"});
    html::Table table(columns, most_rows);
    for (const auto& p : r.points) {
        auto cells = point_cells("", p);
        for (std::size_t o = 0; o < r.outputs.size(); ++o)
            cells.push_back(p.outputs.empty()             ? "failed"
                            : std::isfinite(p.outputs[o]) ? number(p.outputs[o])
                                                          : "none");
        table.add(cells, p.outputs.empty() ? "miss" : "");
    }
    return "<div class=\"scroll\">" + table.str() + "</div>";
}

std::string failures(const ScanRecord& r) {
    if (r.failures.empty()) return {};
    html::Table table({{"Point", "number"}, {"Reason", ""}, {"Repeat it with", ""}}, most_rows);
    for (const auto& f : r.failures)
        table.add({std::to_string(f.index), html::text(f.reason),
                   "<code>" + html::text(f.command) + "</code>"});
    return table.str();
}

std::string page_head(const ScanRecord& r) {
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"/>"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "style-src 'unsafe-inline'; img-src data:\"/>"
        "<title>{0} – Caravel scan</title><style>{1}</style></head>\n<body><div class=\"page\">\n"
        "<header><p class=\"kind\">Scan</p><h1>{0}</h1><p class=\"meta\"><span>Run <b>{2}</b>"
        "</span><span>Study <b>{3}</b></span><span>Points <b>{4}</b></span><span>Failed <b>{5}"
        "</b></span><span>Version <b>{6}</b></span></p><p class=\"research\">Research use "
        "only.</p></header>\n",
        html::text(r.name), html::style(), html::text(r.id), html::text(r.study), r.count, r.failed,
        html::text(r.version));
}

input::Array numbers(const std::vector<double>& values) {
    input::Array array;
    for (const double v : values) array.push_back(json(v));
    return array;
}

input::Table json_of(const ScanPoint& p, double value) {
    input::Table table;
    put(table, "point", static_cast<std::int64_t>(p.index));
    put(table, "keys", numbers(p.values));
    put(table, "value", value);
    return table;
}

input::Array json_outputs(const ScanRecord& r) {
    input::Array outputs;
    for (std::size_t o = 0; o < r.outputs.size(); ++o) {
        const auto& s = r.summaries[o];
        input::Table table;
        put(table, "name", r.outputs[o].name);
        put(table, "unit", r.outputs[o].unit);
        put(table, "count", static_cast<std::int64_t>(s.count));
        if (s.count > 0) {
            put(table, "mean", s.mean);
            put(table, "lowest", json_of(s.lowest, output_of(s.lowest, o)));
            put(table, "highest", json_of(s.highest, output_of(s.highest, o)));
        }
        outputs.push_back(json(std::move(table)));
    }
    return outputs;
}

}  // namespace

std::string heading(const ScanColumn& column) {
    return column.unit.empty() ? column.name : fmt::format("{} [{}]", column.name, column.unit);
}

std::string scan_json(const ScanRecord& r) {
    input::Table root;
    put(root, "schema", "caravel.scan/1");
    put(root, "run", r.id);
    put(root, "name", r.name);
    put(root, "study", r.study);
    put(root, "version", r.version);
    put(root, "points", static_cast<std::int64_t>(r.count));
    put(root, "failed", static_cast<std::int64_t>(r.failed));
    input::Array keys;
    for (std::size_t k = 0; k < r.keys.size(); ++k) {
        input::Table key;
        put(key, "key", r.keys[k].name);
        put(key, "unit", r.keys[k].unit);
        if (!r.grid.empty()) put(key, "values", numbers(r.grid[k]));
        keys.push_back(json(std::move(key)));
    }
    put(root, "keys", std::move(keys));
    put(root, "outputs", json_outputs(r));
    input::Array failed;
    for (const auto& f : r.failures) {
        input::Table table;
        put(table, "point", static_cast<std::int64_t>(f.index));
        put(table, "reason", f.reason);
        put(table, "command", f.command);
        failed.push_back(json(std::move(table)));
    }
    put(root, "failures", std::move(failed));
    return input::to_json(json(std::move(root)));
}

std::string scan_page(const ScanRecord& r) {
    return page_head(r) +
           html::section("curves", "Outputs over the values", charts(r),
                         "One curve for each value of the first key; all numbers stand in "
                         "table.csv beside this page.") +
           html::section("extremes", "Highest and lowest", extremes(r)) +
           html::section("failures", "Points that failed", failures(r),
                         "The others went on; each can be repeated alone.") +
           html::section("points", "Points", all_points(r)) +
           "<footer>All points stand in <a href=\"table.csv\">table.csv</a>, what was scanned in "
           "<a href=\"scan.json\">scan.json</a>.</footer>\n</div></body>\n</html>\n";
}

}  // namespace caravel::report
