#include "caravel/report/html_sections.hpp"

#include "caravel/report/delivery_forecasts.hpp"
#include "caravel/report/html.hpp"
#include "caravel/report/panels.hpp"
#include "caravel/report/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <type_traits>

#include <fmt/format.h>

namespace caravel::report::html {

namespace {

std::string plural(std::size_t count, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string range_text(const std::optional<std::array<double, 2>>& range) {
    if (!range) return {};
    return fmt::format("{} to {}", readable_text((*range)[0]), readable_text((*range)[1]));
}

std::string interval_text(const QuantityResult& result) { return range_text(result.interval); }

std::string card(const QuantityResult& result) {
    const std::string unit = unit_text(result.unit);
    std::string range =
        result.interval ? fmt::format("90 % interval {}", interval_text(result)) : "";
    if (result.prior_interval) {
        range += fmt::format("<br/>before early points {}", range_text(result.prior_interval));
    }
    return fmt::format(
        "<div class=\"card\"><div class=\"name\">{}</div><div class=\"value\">{}{}</div>"
        "<div class=\"range\">{}</div><div class=\"foot\">{}<span>{}</span></div></div>\n",
        text(label_of(result)), text(readable_text(result.shown())),
        unit.empty() ? "" : fmt::format(" <small>{}</small>", text(unit)), range,
        badge(result.status), result.time ? "at " + time_text(*result.time) : "");
}

std::string list(const std::vector<std::string>& lines, std::string_view css_class,
                 std::size_t limit) {
    std::string html = fmt::format("<ul class=\"{}\">", css_class);
    for (std::size_t i = 0; i < std::min(lines.size(), limit); ++i) {
        html += fmt::format("<li>{}</li>", text(lines[i]));
    }
    html += "</ul>";
    if (lines.size() > limit) {
        html += fmt::format("<p class=\"note\">{} of {} are shown; results.json holds all.</p>",
                            limit, lines.size());
    }
    return html;
}

std::size_t count_assumed(const RunRecord& record) {
    return static_cast<std::size_t>(
        std::count_if(record.provenance.begin(), record.provenance.end(),
                      [](const Provenance& row) { return row.status == "assumed"; }));
}

bool breaks_limit(const LedgerRow& row) { return !(row.relative_residual <= row.limit); }

void use_whole_width(LineChart& chart) { chart.width = 1096.0; }
void use_whole_width(BarChart&) {}

template <class Chart>
std::string figures(std::vector<Chart> charts, const ReportLimits& limits) {
    if (charts.empty()) return {};
    if (charts.size() == 1) use_whole_width(charts.front());
    const bool stretched = charts.size() == 1 && std::is_same_v<Chart, LineChart>;
    std::string html = fmt::format("<div class=\"charts{}\">", stretched ? " single" : "");
    for (std::size_t i = 0; i < std::min(charts.size(), limits.charts); ++i) {
        const Drawing drawing = draw(charts[i]);
        html += fmt::format("<figure>{}", drawing.svg);
        if (!drawing.note.empty()) html += fmt::format("<p class=\"note\">{}</p>", drawing.note);
        html += "</figure>\n";
    }
    html += "</div>";
    if (charts.size() > limits.charts) {
        html +=
            fmt::format("<p class=\"note\">{} of {} charts are shown; series.csv holds all.</p>",
                        limits.charts, charts.size());
    }
    return html;
}

}  // namespace

std::string page_header(const RunRecord& record) {
    std::string meta = fmt::format("<span>Run <b>{}</b></span>", text(record.run_id));
    const auto add = [&](std::string_view what, std::string_view value) {
        if (!value.empty()) meta += fmt::format("<span>{} <b>{}</b></span>", what, text(value));
    };
    add("File", record.study_file);
    add("Parent run", record.parent);
    for (const auto& [key, value] : record.manifest) {
        if (key == "version") add("Caravel", value);
        if (key == "seed") add("Seed", value);
        if (key == "study_hash") add("Study hash", value.substr(0, 12));
    }
    const std::string lead = record.description.empty() ? ""
                                                        : fmt::format("<p class=\"lead\">{}</p>",
                                                                      text(record.description));
    return fmt::format(
        "<header><p class=\"kind\">Caravel simulation report</p><h1>{}</h1>{}"
        "<div class=\"meta\">{}</div><p class=\"research\">For research use only. The numbers are "
        "model results and no advice for the treatment of any patient.</p></header>\n",
        text(record.name), lead, meta);
}

std::string attention(const RunRecord& record, const std::vector<Comparison>& comparisons) {
    std::string items;
    const auto add = [&](std::size_t count, const std::string& sentence) {
        if (count > 0) items += fmt::format("<li>{}</li>", sentence);
    };
    const auto breaches = static_cast<std::size_t>(
        std::count_if(record.ledger.begin(), record.ledger.end(), breaks_limit));
    add(breaches, fmt::format("<a href=\"#ledger\">{}</a> the ledger limit.",
                              plural(breaches, "substance breaks", "substances break")));
    const auto misses = static_cast<std::size_t>(std::count_if(
        comparisons.begin(), comparisons.end(), [](const Comparison& row) { return row.miss(); }));
    add(misses,
        fmt::format(
            "<a href=\"#measurements\">{} of {} measured points</a> missed by more than a factor "
            "of two.",
            misses, comparisons.size()));
    const std::size_t assumed = count_assumed(record);
    add(assumed, fmt::format("<a href=\"#sources\">{}</a> without a published source.",
                             plural(assumed, "value is assumed", "values are assumed")));
    const std::size_t left_out = record.notes.size();
    add(left_out, fmt::format("<a href=\"#notes\">{}</a> what this run does not cover.",
                              plural(left_out, "note states", "notes state")));
    if (items.empty()) return {};
    return fmt::format("<div class=\"attention\"><ul>{}</ul></div>\n", items);
}

std::string key_numbers(const RunRecord& record, const ReportLimits& limits) {
    if (record.quantities.empty()) return {};
    std::vector<const QuantityResult*> keys;
    for (const QuantityResult& result : record.quantities) {
        if (result.key && keys.size() < 8) keys.push_back(&result);
    }
    for (const QuantityResult& result : record.quantities) {
        if (!result.key && keys.size() < std::min<std::size_t>(4, record.quantities.size())) {
            keys.push_back(&result);
        }
    }
    std::string html = "<div class=\"cards\">";
    for (const QuantityResult* result : keys) html += card(*result);
    html += "</div>";
    Table table({{"Quantity", ""},
                 {"Value", "number"},
                 {"90 % interval", "number"},
                 {"Unit", ""},
                 {"Time", "number"},
                 {"Status", ""},
                 {"Name in results.json", ""}},
                limits.rows);
    std::vector<std::string> sources;
    for (const QuantityResult& result : record.quantities) {
        if (result.from_image) continue;  // in the section on images
        // The data a number was calibrated with stand once below the table.
        if (!result.calibrated_with.empty() &&
            std::find(sources.begin(), sources.end(), result.calibrated_with) == sources.end()) {
            sources.push_back(result.calibrated_with);
        }
        table.add({text(label_of(result)), readable_text(result.shown()), interval_text(result),
                   text(unit_text(result.unit)), result.time ? time_text(*result.time) : "",
                   badge(result.status),
                   fmt::format("<span class=\"mono\">{}</span>", text(result.name))});
    }
    html += table.str();
    for (const auto& source : sources) {
        html += fmt::format("<p class=\"note\">Calibrated with: {}</p>", text(source));
    }
    return html;
}

/// Numbers that have a forecast of the property laws with their discrepancy.
std::string forecasts(const RunRecord& record, const ReportLimits& limits) {
    Table table({{"Delivered share", ""},
                 {"Kinetics of this study", "number"},
                 {"Forecast, median", "number"},
                 {"90 % interval", "number"},
                 {"Before early points", "number"},
                 {"Unit", ""},
                 {"At", "number"}},
                limits.rows);
    for (const QuantityResult& result : record.quantities) {
        if (!result.forecast) continue;
        table.add({text(label_of(result)), readable_text(result.value),
                   readable_text(result.forecast->median), range_text(result.forecast->interval),
                   range_text(result.forecast->before), text(unit_text(result.unit)),
                   result.time ? time_text(*result.time) : ""});
    }
    return table.empty() ? std::string() : table.str();
}

std::string intervals(const RunRecord& record, const ReportLimits& limits) {
    if (!record.intervals) return {};
    const IntervalFacts& facts = *record.intervals;
    std::string html;
    if (facts.draws > 0)
        html += fmt::format(
            "<p>5 % and 95 % of {} draws (seed {}). Without early points the values are those of "
            "the study as it stands.{}</p>",
            facts.draws, facts.seed,
            reports_forecasts(record) ? " Delivered shares are the exception: value and interval "
                                        "are median and 90 % of the forecast in the table below."
                                      : "");
    html += list(facts.sentences, "plain", limits.rows);
    html += forecasts(record, limits);
    Table without({{"Number without an interval", ""}, {"Why", ""}}, limits.rows);
    for (const auto& [name, reason] : facts.without) {
        without.add({fmt::format("<span class=\"mono\">{}</span>", text(name)), text(reason)});
    }
    if (!without.empty()) html += without.str();
    if (!facts.known_until) return html;
    Table table({{"Quantity", ""},
                 {"Before early points", "number"},
                 {"90 % interval", "number"},
                 {"After", "number"},
                 {"90 % interval", "number"},
                 {"Unit", ""}},
                limits.rows);
    for (const QuantityResult& result : record.quantities) {
        if (!result.updated) continue;
        table.add({text(label_of(result)), readable_text(result.value),
                   range_text(result.prior_interval), readable_text(*result.updated),
                   interval_text(result), text(unit_text(result.unit))});
    }
    return html + table.str();
}

std::string protocol(const RunRecord& record, const ReportLimits& limits) {
    if (record.events.empty()) return {};
    std::string html = "<ol class=\"events\">";
    for (std::size_t i = 0; i < std::min(record.events.size(), limits.rows); ++i) {
        const auto& [time, what] = record.events[i];
        html += fmt::format("<li><i>{}</i><b>{}</b><span>{}</span></li>", i + 1, time_text(time),
                            text(what));
    }
    html += "</ol>";
    if (record.events.size() > limits.rows) {
        html += fmt::format("<p class=\"note\">{} of {} events are shown.</p>", limits.rows,
                            record.events.size());
    }
    return html;
}

std::string curves(const RunRecord& record, std::string_view group, const ReportLimits& limits) {
    return figures(line_charts(record, group, limits), limits);
}

std::string organ_distribution(const RunRecord& record, const ReportLimits& limits) {
    const std::string bars = figures(organ_bars(record), limits);
    const std::string lines = curves(record, "organs", limits);
    if (lines.empty() || bars.empty()) return bars + lines;
    return bars + "<h3>Over time</h3>" + lines;
}

std::string ledger(const RunRecord& record, const ReportLimits& limits) {
    Table table({{"Substance", ""},
                 {"Initial", "number"},
                 {"Sources", "number"},
                 {"Content at the end", "number"},
                 {"Eliminated", "number"},
                 {"Unit", ""},
                 {"Largest residual", "number"},
                 {"Limit", "number"},
                 {"", ""}},
                limits.rows);
    for (const LedgerRow& row : record.ledger) {
        const bool bad = breaks_limit(row);
        table.add({text(row.substance), readable_text(row.initial, 6),
                   readable_text(row.sources, 6), readable_text(row.content, 6),
                   readable_text(row.eliminated, 6), text(unit_text(row.unit)),
                   readable_text(row.relative_residual, 2), readable_text(row.limit, 2),
                   bad ? "<span class=\"badge bad\">broken</span>"
                       : "<span class=\"badge good\">closed</span>"},
                  bad ? "miss" : "");
    }
    return table.empty() ? "" : table.str();
}

std::string input_changes(const RunRecord& record, const ReportLimits& limits) {
    if (record.parent.empty() && record.changes.empty()) return {};
    if (record.changes.empty()) return "<p>No input differs from the parent run.</p>";
    Table table({{"Input", ""}, {"Parent run", ""}, {"This run", ""}}, limits.rows);
    for (const InputChange& change : record.changes) {
        table.add({fmt::format("<code>{}</code>", text(change.key)),
                   change.before.empty() ? "–" : fmt::format("<del>{}</del>", text(change.before)),
                   change.after.empty() ? "–" : fmt::format("<ins>{}</ins>", text(change.after))});
    }
    return table.str();
}

std::string assumptions(const RunRecord& record, const ReportLimits& limits) {
    return record.assumptions.empty() ? "" : list(record.assumptions, "marked", limits.rows);
}

std::string notes(const RunRecord& record, const ReportLimits& limits) {
    return record.notes.empty() ? "" : list(record.notes, "plain", limits.rows);
}

std::string sources(const RunRecord& record, const ReportLimits& limits) {
    Table table({{"Value of", ""}, {"Value", ""}, {"Status", ""}, {"Source", ""}}, limits.rows);
    const auto add = [&](bool assumed) {
        for (const Provenance& row : record.provenance) {
            if ((row.status == "assumed") != assumed) continue;
            table.add({text(row.what), text(row.value),
                       fmt::format("<span class=\"badge {}\">{}</span>",
                                   assumed ? "assumed" : "input", text(row.status)),
                       text(row.source)},
                      assumed ? "assumed" : "");
        }
    };
    // Assumed values first, so that no row limit can hide them.
    add(true);
    add(false);
    return table.empty() ? "" : table.str();
}

}  // namespace caravel::report::html
