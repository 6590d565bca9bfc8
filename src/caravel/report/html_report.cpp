#include "caravel/report/html_report.hpp"

#include "caravel/base/error.hpp"
#include "caravel/report/field_slices.hpp"
#include "caravel/report/fold_error.hpp"
#include "caravel/report/html.hpp"
#include "caravel/report/html_sections.hpp"
#include "caravel/report/panels.hpp"
#include "caravel/report/series_csv.hpp"
#include "caravel/report/text.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace caravel::report {

namespace {

struct Part {
    std::string id;
    std::string title;
    std::string body;
    std::string introduction;
};

constexpr const char* numbered_lines =
    "Numbered flags mark the events of the protocol; points are measured, curves are computed.";

/// Panels of groups that have no place of their own.
std::string other_curves(const RunRecord& record, const ReportLimits& limits) {
    static const std::vector<std::string> placed = {"blood", "organs", "tumour", "release",
                                                    "toxicity"};
    std::string html;
    std::size_t shown = 0;
    for (const std::string& group : groups(record)) {
        if (std::find(placed.begin(), placed.end(), group) != placed.end()) continue;
        if (++shown > limits.charts) break;
        html += fmt::format("<h3>{}</h3>", html::text(group.empty() ? "Ungrouped" : group)) +
                html::curves(record, group, limits);
    }
    return html;
}

/// All pictures of fields share what a page may hold.
std::string pictures(const RunRecord& record) {
    if (record.pictures.empty()) return "";
    constexpr std::size_t all = 2'800'000;
    FieldLimits limits;
    limits.bytes = std::min(limits.bytes, all / record.pictures.size());
    std::string html;
    for (const auto& picture : record.pictures) {
        html += field_slices_html(picture, limits);
    }
    return html;
}

std::vector<Part> result_parts(const RunRecord& record, const std::vector<Comparison>& comparisons,
                               const ReportLimits& limits) {
    return {
        {"numbers", "Key numbers", html::key_numbers(record, limits), ""},
        {"intervals", "Intervals", html::intervals(record, limits), ""},
        {"protocol", "Protocol", html::protocol(record, limits), ""},
        {"images", "Images", html::images(record, limits),
         "Images as NIfTI with a sidecar stand in images/ beside this page, with the truth on the "
         "same grid."},
        {"blood", "Blood", html::curves(record, "blood", limits), numbered_lines},
        {"organs", "Organ distribution", html::organ_distribution(record, limits), ""},
        {"tumour", "Tumour", html::curves(record, "tumour", limits), ""},
        {"space", "The tumour in space", pictures(record),
         "Slices through the tumour's middle; files for ParaView (.vti), image tools (.nii.gz) and "
         "programs (.h5) stand in fields/ beside this page."},
        {"release", "Release", html::curves(record, "release", limits), ""},
        {"toxicity", "Toxicity", html::curves(record, "toxicity", limits), ""},
        {"more", "Further observables", other_curves(record, limits), ""},
        {"measurements", "Prediction against measurement", html::measurements(comparisons, limits),
         "Fold error: the larger of predicted/measured and measured/predicted. Misses beyond a "
         "factor of two are marked and stand first."},
    };
}

std::vector<Part> record_parts(const RunRecord& record, const ReportLimits& limits) {
    return {
        {"ledger", "Ledger", html::ledger(record, limits),
         "Initial amount and sources less what was eliminated must equal the content at the end; "
         "the residual is relative to the amount handled, at its largest over the run."},
        {"changes", "Inputs changed", html::input_changes(record, limits),
         record.parent.empty() ? "" : fmt::format("Against run {}.", html::text(record.parent))},
        {"assumptions", "Assumptions", html::assumptions(record, limits), ""},
        {"notes", "Declared but not simulated, and other notes", html::notes(record, limits), ""},
        {"sources", "Sources of values", html::sources(record, limits),
         "Marked rows are assumed: no published value was found or given."},
        {"details", "Run", html::run_details(record, limits), ""},
        {"study", "Study file", html::study_file(record, limits), ""},
    };
}

std::string navigation(const std::vector<Part>& parts) {
    std::string links;
    for (const Part& part : parts) {
        if (part.body.empty()) continue;
        links += fmt::format("<a href=\"#{}\">{}</a>", part.id,
                             part.id == "notes" ? "Notes" : xml_escape(part.title));
    }
    return links.empty() ? "" : fmt::format("<nav aria-label=\"Sections\">{}</nav>\n", links);
}

std::string footer(const RunRecord& record, const ReportLimits& limits) {
    std::string data =
        "All curves stand in <a href=\"series.csv\">series.csv</a>, all numbers in "
        "<a href=\"results.json\">results.json</a> beside this page";
    const std::string csv = record.series.empty() ? "" : series_csv(record);
    if (!csv.empty() && csv.size() <= limits.data_bytes) {
        data += fmt::format(
            "<span class=\"download\">; <a download=\"series.csv\" "
            "href=\"data:text/csv;base64,{}\">a copy of the curves</a> is inside it</span>",
            base64(csv));
    }
    return fmt::format("<footer>{}. Research use only.</footer>\n", data);
}

std::string render(const RunRecord& record, const std::vector<Comparison>& comparisons,
                   const ReportLimits& limits) {
    std::vector<Part> parts = result_parts(record, comparisons, limits);
    for (Part& part : record_parts(record, limits)) parts.push_back(std::move(part));
    std::string page = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"/>"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "style-src 'unsafe-inline'; img-src data:\"/>"
        "<title>{} – Caravel report</title><style>{}</style></head>\n<body><div class=\"page\">\n",
        html::text(record.name), html::style());
    page += html::page_header(record) + navigation(parts) + html::attention(record, comparisons);
    for (const Part& part : parts) {
        page += html::section(part.id, part.title, part.body, part.introduction);
    }
    return page + footer(record, limits) + "</div></body>\n</html>\n";
}

/// What to give up next: first the copy of the data, then detail.
ReportLimits tighter(ReportLimits limits) {
    if (limits.data_bytes > 0) {
        limits.data_bytes = 0;
        return limits;
    }
    limits.points = std::max<std::size_t>(limits.points / 2, 30);
    limits.rows = std::max<std::size_t>(limits.rows / 2, 10);
    limits.charts = std::max<std::size_t>(limits.charts * 3 / 4, 2);
    limits.study_bytes /= 2;
    return limits;
}

}  // namespace

std::string html_report(const RunRecord& record, const ReportLimits& limits) {
    const std::vector<Comparison> comparisons = compare_with_measurements(record);
    ReportLimits current = limits;
    for (int attempt = 0; attempt < 12; ++attempt) {
        std::string page = render(record, comparisons, current);
        if (page.size() <= limits.bytes) return page;
        current = tighter(current);
    }
    throw ResourceError(fmt::format("the report of run '{}' does not fit into {} bytes",
                                    record.run_id, limits.bytes));
}

}  // namespace caravel::report
