#include "caravel/report/population_page.hpp"

#include "caravel/report/html.hpp"
#include "caravel/report/svg_chart.hpp"
#include "caravel/report/text.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace caravel::report {
namespace {

constexpr std::size_t most_rows = 500;
constexpr std::size_t most_charts = 40;

std::string axis(const std::string& name, const std::string& unit) {
    const std::string readable = unit_text(unit);
    return readable.empty() ? name_text(name) : fmt::format("{} [{}]", name_text(name), readable);
}

/// Curves that span more than a factor of 50 stand on a logarithmic axis.
bool spans_far(const PercentileBand& band) {
    double low = 0.0;
    double high = 0.0;
    for (const auto& line : band.percentiles)
        for (const double y : line) {
            if (!(y > 0.0)) continue;
            low = low == 0.0 ? y : std::min(low, y);
            high = std::max(high, y);
        }
    return low > 0.0 && high / low > 50.0;
}

std::string figure(const std::string& caption, const Drawing& drawing) {
    return fmt::format(
        "<figure><figcaption>{}</figcaption>{}{}</figure>\n", html::text(caption), drawing.svg,
        drawing.note.empty() ? "" : fmt::format("<p class=\"note\">{}</p>", drawing.note));
}

std::string band_figures(const std::vector<PercentileBand>& bands) {
    static constexpr std::array<const char*, 5> names{"5 %", "25 %", "median", "75 %", "95 %"};
    // The median first, so that it has the first colour and a full line.
    static constexpr std::array<std::size_t, 5> order{2, 0, 4, 1, 3};
    std::string body;
    for (std::size_t i = 0; i < bands.size() && i < most_charts; ++i) {
        const PercentileBand& band = bands[i];
        LineChart chart;
        chart.id = fmt::format("band-{}", i);
        chart.title = name_text(band.name) + " over time, percentiles of the population";
        chart.x_label = "Time [h]";
        chart.y_label = axis(band.name, band.unit);
        chart.logarithmic = spans_far(band);
        chart.x_steps = {1, 2, 6, 12, 24, 48, 72, 168, 336, 720};
        for (const std::size_t k : order)
            chart.lines.push_back({names[k], band.times, band.percentiles[k], {}});
        body += figure(name_text(band.name), draw(chart));
    }
    return body.empty() ? "" : "<div class=\"charts\">" + body + "</div>";
}

std::string histogram_figures(const std::vector<HistogramChart>& histograms) {
    std::string body;
    for (std::size_t i = 0; i < histograms.size() && i < most_charts; ++i) {
        const HistogramChart& h = histograms[i];
        BarChart chart;
        chart.id = fmt::format("histogram-{}", i);
        chart.title = name_text(h.name) + ", individuals in equal steps";
        chart.x_label = "Individuals";
        for (std::size_t b = 0; b < h.counts.size(); ++b)
            chart.bars.push_back({fmt::format("{} – {}", readable_text(h.edges[b], 3),
                                              readable_text(h.edges[b + 1], 3)),
                                  h.counts[b],
                                  {},
                                  {}});
        body += figure(axis(h.name, h.unit), draw(chart));
    }
    return body.empty() ? "" : "<div class=\"charts\">" + body + "</div>";
}

std::string items(const std::vector<std::string>& list) {
    std::string text;
    for (const auto& item : list) text += fmt::format("<li>{}</li>", html::text(item));
    return text;
}

}  // namespace

std::string page_table(const PageTable& table) {
    if (table.rows.empty()) return {};
    std::vector<html::Table::Column> columns;
    for (const auto& c : table.columns) columns.push_back({c.title, c.is_number ? "number" : ""});
    html::Table body(std::move(columns), most_rows);
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        std::vector<std::string> cells;
        for (const auto& cell : table.rows[i]) cells.push_back(html::text(cell));
        body.add(cells, i < table.marked.size() && table.marked[i] ? "assumed" : "");
    }
    const std::string head =
        table.title.empty() ? "" : fmt::format("<h3>{}</h3>", html::text(table.title));
    return head + body.str();
}

std::string framed_page(const PageFrame& frame, const std::string& body) {
    std::string facts;
    for (const auto& [name, value] : frame.facts)
        facts += fmt::format("<span>{} <b>{}</b></span>", html::text(name), html::text(value));
    const std::string attention =
        frame.attention.empty()
            ? ""
            : fmt::format("<div class=\"attention\"><ul>{}</ul></div>", items(frame.attention));
    std::string tail = html::section(
        "notes", "Notes",
        frame.notes.empty() ? "" : fmt::format("<ul class=\"plain\">{}</ul>", items(frame.notes)));
    for (std::size_t i = 0; i < frame.last.size(); ++i) {
        PageTable bare = frame.last[i];
        bare.title.clear();
        tail += html::section(fmt::format("last-{}", i), frame.last[i].title, page_table(bare));
    }
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"/>"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "style-src 'unsafe-inline'; img-src data:\"/>"
        "<title>{0} – {1}</title><style>{2}</style></head>\n<body><div class=\"page\">\n"
        "<header><p class=\"kind\">{1}</p><h1>{0}</h1><p class=\"lead\">{3}</p>"
        "<p class=\"meta\">{4}</p><p class=\"research\">Research use only.</p></header>\n"
        "{5}{6}{7}</div></body>\n</html>\n",
        html::text(frame.name), html::text(frame.kind), html::style(), html::text(frame.lead),
        facts, attention, body, tail);
}

std::string population_html(const PopulationPage& page) {
    std::string body =
        html::section("bands", "Over time", band_figures(page.bands),
                      "Percentiles of the individuals at each time; a curve is no individual.");
    body += html::section("numbers", "Numbers", page_table(page.numbers),
                          "In brackets the standard error from the size of the sample.");
    body += html::section("responders", "Responders", page_table(page.responders));
    body += html::section("subgroups", "Subgroups", page_table(page.subgroups));
    body += html::section("histograms", "Distributions", histogram_figures(page.histograms),
                          "Individuals beyond the end bins are counted in them.");
    body += html::section("individuals", "The individuals", page_table(page.individuals));
    return framed_page(page.frame, body);
}

}  // namespace caravel::report
