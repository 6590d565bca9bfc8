#include "caravel/report/population_page.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/inference/population/population_results.hpp"
#include "caravel/report/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace caravel::inference::population {
namespace {

using report::PageTable;
using report::readable_quantity;
using report::readable_text;

constexpr std::size_t most_lines = 12;  // of numbers on the terminal
constexpr std::size_t most_histograms = 12;

std::string plain(double value) { return format_number(value, 4); }

std::string with_error(const Estimate& e) {
    return readable_text(e.value, 4) + " (" + readable_text(e.standard_error, 2) + ")";
}

std::string per_cent(double share) { return format_number(100.0 * share, 3) + " %"; }

std::string share_text(const Share& s) {
    if (s.of == 0) return "–";
    return per_cent(s.value) + " (" + per_cent(s.low) + " to " + per_cent(s.high) + ")";
}

PageTable number_table(const std::vector<NumberResult>& numbers, bool has_errors) {
    const auto cell = [has_errors](const Estimate& e) {
        return has_errors ? with_error(e) : readable_text(e.value, 4);
    };
    PageTable table;
    table.columns = {{"Number", false}, {"Unit", false}, {"Mean", true},
                     {"CV", true},      {"5 %", true},   {"25 %", true},
                     {"Median", true},  {"75 %", true},  {"95 %", true}};
    for (const auto& n : numbers) {
        std::vector<std::string> row{report::name_text(n.column.name),
                                     report::unit_text(n.column.unit), cell(n.spread.mean),
                                     per_cent(n.spread.coefficient_of_variation)};
        for (const auto& p : n.spread.percentiles) row.push_back(cell(p));
        table.rows.push_back(std::move(row));
    }
    return table;
}

PageTable responder_table(const PopulationResults& results) {
    PageTable table;
    table.columns = {{"Responders", false}, {"Condition", false}, {"All", true}};
    for (const auto& g : results.groups) table.columns.push_back({g.name, true});
    for (std::size_t r = 0; r < results.responders.size(); ++r) {
        const auto& responder = results.responders[r];
        std::vector<std::string> row{responder.name, responder.condition,
                                     share_text(responder.share)};
        for (const auto& g : results.groups) row.push_back(share_text(g.responders[r]));
        table.rows.push_back(std::move(row));
    }
    return table;
}

PageTable group_table(const PopulationResults& results) {
    PageTable table;
    table.columns = {{"Subgroup", false}, {"Condition", false}, {"Individuals", true}};
    const std::size_t shown = std::min(most_lines, results.numbers.size());
    for (std::size_t k = 0; k < shown; ++k) {
        const Column& c = results.numbers[k].column;
        table.columns.push_back(
            {report::name_text(c.name) + " [" + report::unit_text(c.unit) + "], median (5 to 95 %)",
             true});
    }
    for (const auto& g : results.groups) {
        std::vector<std::string> row{g.name, g.condition, std::to_string(g.count)};
        for (std::size_t k = 0; k < shown; ++k) {
            if (!g.spreads[k]) {
                row.emplace_back("empty");
                continue;
            }
            const auto& p = g.spreads[k]->percentiles;
            row.push_back(readable_text(p[2].value, 3) + " (" + readable_text(p[0].value, 3) +
                          " to " + readable_text(p[4].value, 3) + ")");
        }
        table.rows.push_back(std::move(row));
        table.marked.push_back(g.count == 0);
    }
    return table;
}

PageTable failure_table(const PopulationResults& results) {
    PageTable table;
    table.title = "Individuals that failed";
    table.columns = {
        {"Individual", true}, {"Reason", false}, {"Parameters", false}, {"Command", false}};
    for (const auto& f : results.failed)
        table.rows.push_back(
            {std::to_string(f.what.index), f.what.reason, f.what.parameters, f.command});
    return table;
}

PageTable source_table(const PopulationStudy& study) {
    PageTable table;
    table.title = "Sources of the population";
    table.columns = {{"Value of", false}, {"Value", true}, {"Status", false}, {"Source", false}};
    for (const auto& f : study.sources()) {
        table.rows.push_back(
            {f.name + " " + f.property + (f.context.empty() ? "" : " (" + f.context + ")"),
             readable_quantity(f.value, f.unit), std::string(matter::to_text(f.status)), f.source});
        table.marked.push_back(f.status == matter::Status::assumed);
    }
    return table;
}

std::vector<std::string> attention(const PopulationResults& results) {
    std::vector<std::string> list;
    if (!results.failed.empty())
        list.push_back(std::to_string(results.failed.size()) +
                       " individuals failed and are left out; they stand below with their "
                       "parameters and a command that repeats each.");
    for (const auto& g : results.groups)
        if (g.count == 0) list.push_back("Subgroup '" + g.name + "' is empty: " + g.condition);
    return list;
}

}  // namespace

std::string population_page(const PopulationStudy& study, const PopulationResults& results) {
    report::PopulationPage page;
    page.frame.kind = "Caravel population";
    page.frame.name = study.facts().name;
    page.frame.lead = "Virtual subjects of " + study.plan().population +
                      ": how far results differ between individuals that the study does not tell "
                      "apart.";
    page.frame.facts = {{"individuals", std::to_string(study.plan().count)},
                        {"with results", std::to_string(results.count)},
                        {"seed", std::to_string(study.plan().seed)}};
    page.frame.attention = attention(results);
    page.frame.last = {failure_table(results), source_table(study)};
    for (const auto& b : results.bands) {
        report::PercentileBand band{b.column.name, b.column.unit, {}, {}};
        for (std::size_t t = 0; t < b.times.size(); ++t) {
            band.times.push_back(b.times[t] / 3600.0);
            for (std::size_t k = 0; k < 5; ++k)
                band.percentiles[k].push_back(b.spreads.at(t).percentiles[k].value);
        }
        page.bands.push_back(std::move(band));
    }
    page.numbers = number_table(results.numbers, true);
    page.individuals = number_table(results.traits, false);
    page.responders = responder_table(results);
    page.subgroups = group_table(results);
    for (const auto& n : results.numbers) {
        if (page.histograms.size() >= most_histograms || n.histogram.counts.empty()) continue;
        page.histograms.push_back({n.column.name,
                                   n.column.unit,
                                   n.histogram.edges,
                                   {n.histogram.counts.begin(), n.histogram.counts.end()}});
    }
    return population_html(page);
}

std::string population_summary(const PopulationStudy& study, const PopulationResults& results,
                               const std::filesystem::path& folder) {
    std::string text = study.facts().name + "\n" + std::to_string(results.count) + " of " +
                       std::to_string(study.plan().count) + " individuals of " +
                       study.plan().population + "\n";
    for (std::size_t k = 0; k < results.numbers.size() && k < most_lines; ++k) {
        const auto& n = results.numbers[k];
        const auto& p = n.spread.percentiles;
        const std::string unit = n.column.unit == "1" ? "" : " " + n.column.unit;
        text += fmt::format("  {}: median {}{}, 90 % within {} to {}{}, CV {}\n", n.column.name,
                            plain(p[2].value), unit, plain(p[0].value), plain(p[4].value), unit,
                            per_cent(n.spread.coefficient_of_variation));
    }
    if (results.numbers.size() > most_lines)
        text += "  " + std::to_string(results.numbers.size() - most_lines) +
                " more numbers in population.json\n";
    for (const auto& r : results.responders)
        text += "  responders '" + r.name + "': " + share_text(r.share) + "\n";
    for (const auto& g : results.groups)
        text += "  subgroup '" + g.name +
                "': " + (g.count == 0 ? "empty (" + g.condition + ")" : std::to_string(g.count)) +
                "\n";
    for (std::size_t k = 0; k < results.failed.size() && k < 3; ++k)
        text += "  individual " + std::to_string(results.failed[k].what.index) +
                " failed: " + results.failed[k].what.reason + "\n    " + results.failed[k].command +
                "\n";
    return text + "Report: " + (folder / "report.html").string() + "\n";
}

}  // namespace caravel::inference::population
