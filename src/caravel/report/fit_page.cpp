#include "caravel/report/fit_page.hpp"

#include "caravel/report/fit_page_charts.hpp"
#include "caravel/report/html.hpp"
#include "caravel/report/text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace caravel::report {
namespace {

constexpr std::size_t most_rows = 1000;
constexpr std::size_t most_charts = 40;

std::string number(double value, int digits = 4) {
    return html::text(readable_text(value, digits));
}

std::string interval(std::optional<double> low, std::optional<double> high) {
    if (!low && !high) return "open";
    return (low ? number(*low, 3) : "open") + " – " + (high ? number(*high, 3) : "open");
}

std::string cards(const FitPage& page) {
    std::string body = "<div class=\"cards\">";
    for (const auto& [label, value] : page.cards)
        body += fmt::format(
            "<div class=\"card\"><div class=\"name\">{}</div><div class=\"value\">"
            "{}</div></div>",
            html::text(label), html::text(value));
    return page.cards.empty() ? "" : body + "</div>";
}

std::string warnings(const FitPage& page) {
    std::string items;
    for (const std::string& warning : page.warnings)
        items += fmt::format("<li>{}</li>", html::text(warning));
    return items.empty() ? "" : "<ul class=\"marked\">" + items + "</ul>";
}

std::string parameters(const FitPage& page) {
    bool any_profile = false;
    bool any_posterior = false;
    for (const auto& p : page.parameters) {
        any_profile = any_profile || p.profile_low || p.profile_high;
        any_posterior = any_posterior || p.posterior;
    }
    any_profile = any_profile || !page.profiles.empty();
    std::vector<html::Table::Column> columns{{"Parameter", ""},
                                             {"Estimate", "number"},
                                             {"Unit", ""},
                                             {"Standard error", "number"},
                                             {"95 %", "number"}};
    if (any_profile) columns.push_back({"95 % by profile", "number"});
    if (any_posterior) columns.push_back({"90 % of draws (R-hat, effective)", "number"});
    columns.push_back({"Bounds", "number"});
    columns.push_back({"Remark", ""});
    html::Table table(columns, most_rows);
    for (const auto& p : page.parameters) {
        std::vector<std::string> cells{
            html::text(p.name), number(p.estimate), html::text(unit_text(p.unit)),
            p.standard_error ? number(*p.standard_error, 2) : "–",
            p.interval ? interval((*p.interval)[0], (*p.interval)[1]) : "–"};
        if (any_profile) cells.push_back(interval(p.profile_low, p.profile_high));
        if (any_posterior)
            cells.push_back(p.posterior
                                ? fmt::format("{} ({:.3f}, {:.0f})",
                                              interval((*p.posterior)[0], (*p.posterior)[1]),
                                              p.r_hat.value_or(NAN), p.effective_size.value_or(NAN))
                                : "–");
        cells.push_back(interval(p.lower, p.upper));
        cells.push_back(html::text(p.remark));
        table.add(cells, p.is_determined && p.remark.empty() ? "" : "assumed");
    }
    return table.empty() ? "" : table.str();
}

std::string statistics(const FitPage& page) {
    html::Table table({{"Observable", ""},
                       {"Values", "number"},
                       {"Censored", "number"},
                       {"Mean score", "number"},
                       {"Root mean square score", "number"},
                       {"Median fold error", "number"}},
                      most_rows);
    for (const auto& s : page.statistics)
        table.add({html::text(s.observable), std::to_string(s.values), std::to_string(s.censored),
                   number(s.mean, 2), number(s.deviation, 3), number(s.fold, 3)});
    return table.empty() ? "" : table.str();
}

std::string starts(const FitPage& page) {
    html::Table table({{"Start", "number"},
                       {"Objective", "number"},
                       {"Above the best", "number"},
                       {"Ended by", ""},
                       {"Evaluations", "number"}},
                      40);
    for (const auto& s : page.starts)
        table.add({std::to_string(s.number), number(s.objective, 7),
                   number(s.objective - page.starts.front().objective, 3), html::text(s.stop),
                   std::to_string(s.evaluations)});
    return table.empty() ? "" : table.str();
}

std::string charts(const std::string& body) {
    return body.empty() ? "" : "<div class=\"charts\">" + body + "</div>";
}

std::string panels(const FitPage& page) {
    std::string body;
    for (std::size_t i = 0; i < std::min(page.panels.size(), most_charts); ++i)
        body += fit_charts::panel(page, i);
    std::string text = charts(body);
    if (page.panels.size() > most_charts)
        text += fmt::format(
            "<p class=\"note\">{} more are not drawn; residuals.csv holds all."
            "</p>",
            page.panels.size() - most_charts);
    return text;
}

std::string profiles(const FitPage& page) {
    std::string body;
    for (std::size_t i = 0; i < std::min(page.profiles.size(), most_charts); ++i)
        body += fit_charts::profile(page, i);
    return charts(body);
}

std::string header(const FitPage& page) {
    return fmt::format(
        "<header><p class=\"kind\">Caravel fit</p><h1>{}</h1>{}<p class=\"meta\"><span>run "
        "<b>{}</b></span><span>Caravel <b>{}</b></span></p><p class=\"research\">For research use "
        "only. Marked rows are at a bound or not determined by these data.</p></header>\n",
        html::text(page.name),
        page.description.empty() ? ""
                                 : "<p class=\"lead\">" + html::text(page.description) + "</p>",
        html::text(page.run_id), html::text(page.version));
}

}  // namespace

std::string fit_page(const FitPage& page) {
    const std::string residuals =
        page.residuals.empty()
            ? ""
            : charts(fit_charts::measured_by_predicted(page) +
                     fit_charts::scores_by_prediction(page) + fit_charts::scores_by_time(page) +
                     fit_charts::quantiles(page));
    const std::string coverage = fmt::format(
        "Lines at 5, 50 and 95 % of measured values simulated from the estimates' uncertainty and "
        "noise; {} % of the measured values lie between the outer two (90 % expected).",
        readable_text(100.0 * page.inside_band, 3));
    std::string body = html::section("summary", "Summary", cards(page) + warnings(page));
    body += html::section("parameters", "Parameters", parameters(page));
    body += html::section("curves", "Fitted curves and predictive check", panels(page), coverage);
    body +=
        html::section("residuals", "Residuals", statistics(page) + residuals,
                      "Normal scores have mean 0 and root mean square 1 where the model and its "
                      "noise describe the data.");
    body += html::section(
        "starts", "Starts",
        page.starts.empty() ? "" : charts(fit_charts::waterfall(page)) + starts(page));
    body += html::section("profiles", "Profile likelihoods", profiles(page));
    body += html::section("correlations", "Correlations", charts(fit_charts::correlations(page)));
    if (!page.assignments.empty())
        body += html::section("study", "Fitted studies",
                              "<pre>" + xml_escape(page.assignments) + "</pre>");
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"/>"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>"
        "<title>{} – Caravel fit</title><style>{}</style></head>\n"
        "<body><div class=\"page\">\n{}{}</div></body>\n</html>\n",
        html::text(page.name), html::style(), header(page), body);
}

}  // namespace caravel::report
