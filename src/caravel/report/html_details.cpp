#include "caravel/report/html.hpp"
#include "caravel/report/html_sections.hpp"
#include "caravel/report/text.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace caravel::report::html {

namespace {

std::string percent(double fraction) { return fmt::format("{:.0f} %", 100.0 * fraction); }

std::string fold_text(const std::optional<double>& fold) {
    return fold ? readable_text(*fold, 3) + "×" : "–";
}

std::string name_of(const std::string& label, const std::string& name) {
    return text(label.empty() ? name_text(name) : label);
}

void add_summary(Table& table, const FoldSummary& row, const std::string& name) {
    const bool counted = row.count > 0;
    table.add({name, text(row.group), std::to_string(row.count), fold_text(row.median),
               counted ? percent(row.within_two) : "–", counted ? percent(row.within_three) : "–",
               fold_text(row.worst), row.excluded == 0 ? "" : std::to_string(row.excluded)},
              row.median && *row.median > 2.0 ? "miss" : "");
}

std::string summary_table(const std::vector<Comparison>& comparisons, const ReportLimits& limits) {
    Table table({{"Observable", ""},
                 {"Data set", ""},
                 {"Points", "number"},
                 {"Median fold error", "number"},
                 {"Within 2×", "number"},
                 {"Within 3×", "number"},
                 {"Worst", "number"},
                 {"Not counted", "number"}},
                limits.rows);
    const auto summaries = summarise_folds(comparisons);
    for (const FoldSummary& row : summaries) {
        add_summary(table, row, name_of(row.label, row.series));
    }
    if (summaries.size() > 1) add_summary(table, summarise_all(comparisons), "<b>All points</b>");
    return table.str();
}

std::string verdict(const Comparison& row) {
    if (row.below_limit && row.miss()) return "<b>miss</b>, predicted above the limit";
    if (row.below_limit) return "below the limit of quantification, not counted";
    if (!row.predicted) return "outside the simulated time, not counted";
    if (!row.fold) return "not positive, not counted";
    if (!row.miss()) return "within 2×";
    return *row.predicted > row.measured ? "<b>miss</b>, predicted too high"
                                         : "<b>miss</b>, predicted too low";
}

/// How badly a point is missed, 0 for a hit.
double severity(const Comparison& row) {
    if (!row.miss()) return 0.0;
    return row.fold ? *row.fold : *row.predicted / row.measured;
}

void add_point(Table& table, const Comparison& row) {
    table.add(
        {name_of(row.label, row.series), time_text(row.time),
         (row.below_limit ? "&lt; " : "") + readable_text(row.measured),
         row.predicted ? readable_text(*row.predicted) : "–", text(unit_text(row.unit)),
         fold_text(row.fold), verdict(row), text(row.source.empty() ? row.group : row.source)},
        row.miss() ? "miss" : "");
}

std::string pairs(const char* left, const char* right,
                  const std::vector<std::pair<std::string, std::string>>& rows,
                  const ReportLimits& limits) {
    if (rows.empty()) return {};
    Table table({{left, ""}, {right, ""}}, limits.rows);
    for (const auto& [key, value] : rows) {
        table.add({text(key), fmt::format("<span class=\"mono\">{}</span>", text(value))});
    }
    return table.str();
}

}  // namespace

std::string measurements(const std::vector<Comparison>& comparisons, const ReportLimits& limits) {
    if (comparisons.empty()) return {};
    std::vector<const Comparison*> order;
    for (const Comparison& row : comparisons) order.push_back(&row);
    // Misses first, the worst on top: a row limit can never hide them behind hits.
    std::stable_sort(order.begin(), order.end(), [](const Comparison* a, const Comparison* b) {
        return severity(*a) > severity(*b);
    });
    Table table({{"Observable", ""},
                 {"Time", "number"},
                 {"Measured", "number"},
                 {"Predicted", "number"},
                 {"Unit", ""},
                 {"Fold error", "number"},
                 {"", ""},
                 {"Source", ""}},
                limits.rows);
    for (const Comparison* row : order) add_point(table, *row);
    return summary_table(comparisons, limits) + "<h3>Every measured point</h3>" + table.str();
}

std::string run_details(const RunRecord& record, const ReportLimits& limits) {
    std::vector<std::pair<std::string, std::string>> manifest(record.manifest.begin(),
                                                              record.manifest.end());
    if (!record.models.empty()) {
        manifest.emplace_back("models", fmt::format("{}", fmt::join(record.models, ", ")));
    }
    std::vector<std::pair<std::string, std::string>> timings;
    for (const auto& [what, seconds] : record.timings) {
        timings.emplace_back(what, readable_text(seconds) + " s");
    }
    const std::string left = pairs("Manifest", "", manifest, limits);
    const std::string right = pairs("Timing", "", timings, limits);
    if (left.empty() || right.empty()) return left + right;
    return fmt::format("<div class=\"two\"><div>{}</div><div>{}</div></div>", left, right);
}

std::string study_file(const RunRecord& record, const ReportLimits& limits) {
    if (record.study_toml.empty()) return {};
    const std::string_view all = record.study_toml;
    std::size_t end = std::min(all.size(), limits.study_bytes);
    if (end < all.size()) end = std::max(all.rfind('\n', end), std::size_t{0});
    if (end == std::string_view::npos) end = 0;
    std::string html = fmt::format(
        "<details><summary>Complete study file, every default written out</summary><pre>{}</pre>"
        "</details>",
        xml_escape(all.substr(0, end)));
    if (end < all.size()) {
        html += fmt::format(
            "<p class=\"note\">The first {} of {} bytes are shown; study.toml holds all.</p>", end,
            all.size());
    }
    return html;
}

}  // namespace caravel::report::html
