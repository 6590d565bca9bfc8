#include "caravel/base/unit.hpp"
#include "caravel/inference/population/sensitivity_run.hpp"
#include "caravel/report/json_value.hpp"
#include "caravel/report/sensitivity_page.hpp"
#include "caravel/report/text.hpp"

#include <algorithm>

namespace caravel::inference::population {
namespace {

using input::Array;
using report::json;
using report::put;
using report::readable_text;

constexpr std::size_t most_lines = 6;  // of parameters on the terminal

const char* main_name(const SensitivityStudy& s) {
    return s.design().is_morris() ? "mu_star" : "total";
}
const char* other_name(const SensitivityStudy& s) {
    return s.design().is_morris() ? "sigma" : "first";
}

input::Table estimate(const Estimate& e) {
    input::Table t;
    put(t, "value", e.value);
    put(t, "standard_error", e.standard_error);
    put(t, "low", e.low);
    put(t, "high", e.high);
    return t;
}

std::string range_text(const Factor& f) {
    return readable_text(f.low, 4) + " to " + report::readable_quantity(f.high, f.unit, 4);
}

std::string with_interval(const Estimate& e) {
    return readable_text(e.value, 3) + " (" + readable_text(e.low, 3) + " to " +
           readable_text(e.high, 3) + ")";
}

Array factors(const SensitivityStudy& study) {
    Array array;
    for (const auto& f : study.factors()) {
        input::Table t;
        put(t, "name", f.name);
        put(t, "unit", f.unit);
        put(t, "low", f.low);
        put(t, "high", f.high);
        put(t, "scale", f.logarithmic ? "log" : "linear");
        array.push_back(json(std::move(t)));
    }
    return array;
}

input::Table output_table(const SensitivityStudy& study, const OutputSensitivity& o) {
    input::Table t;
    put(t, "name", o.output.name);
    put(t, "unit", o.output.unit);
    put(t, "mean", o.mean);
    put(t, "standard_deviation", o.standard_deviation);
    put(t, "varies", !o.influences.empty());
    Array list;
    for (const auto& i : o.influences) {
        input::Table p;
        put(p, "name", study.factors()[i.factor].name);
        put(p, main_name(study), estimate(i.main));
        put(p, other_name(study), estimate(i.other));
        if (study.design().is_morris()) put(p, "mu", i.mean);
        list.push_back(json(std::move(p)));
    }
    put(t, "parameters", std::move(list));
    return t;
}

report::Tornado tornado(const SensitivityStudy& study, const OutputSensitivity& o) {
    const bool is_morris = study.design().is_morris();
    const std::string unit = report::unit_text(o.output.unit);
    report::Tornado t{o.output.name, o.output.unit, {}, {}, {}};
    t.x_label = is_morris ? "mean absolute effect over the full range" +
                                (unit.empty() ? std::string() : " [" + unit + "]")
                          : "total index, share of the variance";
    t.table.columns = {{"Parameter", false},
                       {"Range", false},
                       {is_morris ? "Mean absolute effect (95 %)" : "Total (95 %)", true},
                       {is_morris ? "Deviation (95 %)" : "First order (95 %)", true}};
    if (is_morris) t.table.columns.push_back({"Mean effect", true});
    for (const auto& i : o.influences) {
        const Factor& f = study.factors()[i.factor];
        t.bars.push_back({f.name, i.main.value, std::array{i.main.low, i.main.high}, {}});
        std::vector<std::string> row{f.name, range_text(f), with_interval(i.main),
                                     with_interval(i.other)};
        if (is_morris) row.push_back(readable_text(i.mean, 3));
        t.table.rows.push_back(std::move(row));
    }
    return t;
}

report::PageTable failures(const std::vector<Quarantined>& failed, const std::string& command) {
    report::PageTable table;
    table.title = "Points that failed";
    table.columns = {{"Point", true}, {"Reason", false}, {"Parameters", false}, {"Command", false}};
    for (const auto& f : failed)
        table.rows.push_back(
            {std::to_string(f.index), f.reason, f.parameters, command + std::to_string(f.index)});
    return table;
}

}  // namespace

std::string sensitivity_json(const SensitivityStudy& study,
                             const std::vector<OutputSensitivity>& outputs,
                             const std::vector<Quarantined>& failed, const std::string& command) {
    const auto& design = study.design();
    input::Table t;
    put(t, "schema", "caravel.sensitivity/1");
    put(t, "study", study.study_name());
    put(t, "method", design.is_morris() ? "morris" : "sobol");
    put(t, "count",
        static_cast<std::int64_t>(design.is_morris() ? design.morris().trajectories
                                                     : design.sobol().base));
    put(t, "points", static_cast<std::int64_t>(design.points()));
    put(t, "seed", study.plan().seed);
    if (!study.plan().population.empty()) put(t, "population", study.plan().population);
    put(t, "parameters", factors(study));
    Array list;
    for (const auto& o : outputs) list.push_back(json(output_table(study, o)));
    put(t, "outputs", std::move(list));
    Array quarantined;
    for (const auto& f : failed) {
        input::Table q;
        put(q, "point", static_cast<std::int64_t>(f.index));
        put(q, "reason", f.reason);
        put(q, "parameters", f.parameters);
        put(q, "command", command + std::to_string(f.index));
        quarantined.push_back(json(std::move(q)));
    }
    put(t, "quarantined", std::move(quarantined));
    return input::to_json(json(std::move(t))) + "\n";
}

std::string sensitivity_page(const SensitivityStudy& study,
                             const std::vector<OutputSensitivity>& outputs,
                             const std::vector<Quarantined>& failed, const std::string& command) {
    report::SensitivityPage page;
    const bool is_morris = study.design().is_morris();
    page.frame.kind = "Caravel sensitivity";
    page.frame.name = study.study_name();
    page.frame.lead = is_morris
                          ? "Elementary effects (Morris): how far each parameter moves each number "
                            "over its range, and how much that depends on the others."
                          : "Variance indices (Sobol): the share of each number's variance that a "
                            "parameter explains alone and with all its interactions.";
    page.frame.facts = {{"method", is_morris ? "morris" : "sobol"},
                        {"points", std::to_string(study.design().points())},
                        {"seed", std::to_string(study.plan().seed)}};
    if (!failed.empty())
        page.frame.attention.push_back(std::to_string(failed.size()) +
                                       " points failed; trajectories or base rows with one of "
                                       "them are left out.");
    page.frame.last = {failures(failed, command)};
    for (const auto& o : outputs) page.outputs.push_back(tornado(study, o));
    page.parameters.columns = {{"Parameter", false}, {"Range", false}};
    for (const auto& f : study.factors()) page.parameters.rows.push_back({f.name, range_text(f)});
    return sensitivity_html(page);
}

std::string sensitivity_summary(const SensitivityStudy& study,
                                const std::vector<OutputSensitivity>& outputs,
                                const std::vector<Quarantined>& failed, const std::string& command,
                                const std::filesystem::path& folder) {
    std::string text = study.study_name() + "\n" + main_name(study) + " (" + other_name(study) +
                       ") of " + std::to_string(study.factors().size()) + " parameters, " +
                       std::to_string(study.design().points()) + " points\n";
    for (const auto& o : outputs) {
        text += o.output.name + (o.output.unit == "1" ? "" : " [" + o.output.unit + "]") + "\n";
        if (o.influences.empty()) text += "  nothing that varies moves it\n";
        for (std::size_t k = 0; k < o.influences.size() && k < most_lines; ++k) {
            const auto& i = o.influences[k];
            text += "  " + study.factors()[i.factor].name + "  " + format_number(i.main.value, 3) +
                    " +- " + format_number(i.main.standard_error, 2) + " (" +
                    format_number(i.other.value, 3) + ")\n";
        }
    }
    for (std::size_t k = 0; k < failed.size() && k < 3; ++k)
        text += "point " + std::to_string(failed[k].index) + " failed: " + failed[k].reason +
                "\n  " + command + std::to_string(failed[k].index) + "\n";
    return text + "Report: " + (folder / "report.html").string() + "\n";
}

}  // namespace caravel::inference::population
