// The parts of a phantom's page that no other study has.
#include "caravel/base/unit.hpp"
#include "caravel/report/html.hpp"
#include "caravel/report/html_report.hpp"
#include "caravel/report/svg_chart.hpp"
#include "caravel/response/treatment/lesion.hpp"
#include "caravel/study/phantom_output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace caravel::study {
namespace {

namespace html = report::html;

bool has_tumour(const tissue::Domain& domain) { return domain.tumour_volume() > 0.0; }

/// Doses that spread over decades.
bool is_logarithmic(const std::string& name) {
    return name == "cem43" || name.starts_with("fluence_rate");
}

/// One line of a dose-volume histogram; over decades it is drawn from the sixth below the largest.
report::ChartLine line_of(const tissue::Domain& domain, const response::TreatmentField& field,
                          tissue::Region region) {
    constexpr double decades = 6.0;
    report::ChartLine line;
    line.label = region == tissue::Region::tumour ? "tumour" : "normal tissue";
    const bool logarithmic = is_logarithmic(field.name);
    auto values = field.values;
    if (logarithmic) {
        const double high = std::log10(*std::max_element(values.begin(), values.end()));
        for (double& v : values)
            v = v > 0.0 ? std::max(std::log10(v), high - decades) : high - decades;
    }
    const auto histogram = response::dose_volume(domain, values, region);
    const Unit unit = parse_unit(field.unit);
    for (std::size_t i = 0; i < histogram.x.size(); ++i) {
        const double x = histogram.x[i];
        line.x.push_back(from_si(logarithmic ? std::pow(10.0, x) : x, unit));
        line.y.push_back(100.0 * histogram.share[i]);
    }
    return line;
}

/// Fields that are doses: what they reach in how much of a region decides.
bool is_dose(const std::string& name) {
    return name == "cem43" || name == "singlet_oxygen" || name == "highest_temperature" ||
           name == "lowest_temperature" || name == "survival" || name == "temperature" ||
           name.starts_with("fluence_rate");
}

std::string histograms(const BuiltPhantom& phantom,
                       const std::vector<response::TreatmentField>& fields) {
    const auto& domain = phantom.plan.domain;
    std::string body;
    for (const auto& field : fields) {
        if (!is_dose(field.name)) continue;
        const auto [low, high] = std::minmax_element(field.values.begin(), field.values.end());
        if (!(*low < *high) || (is_logarithmic(field.name) && !(*high > 0.0))) continue;
        report::LineChart chart;
        chart.id = "dvh-" + std::to_string(body.size());
        chart.title = "Share of the volume with at least this " + field.label;
        chart.x_label = field.label + (field.unit == "1" ? "" : " (" + field.unit + ")");
        chart.y_label = "volume with at least that (%)";
        chart.logarithmic_x = is_logarithmic(field.name);
        for (const auto region : {tissue::Region::tumour, tissue::Region::normal})
            if (domain.volume(region) > 0.0) chart.lines.push_back(line_of(domain, field, region));
        const auto drawing = report::draw(chart);
        body += fmt::format("<figure>{}</figure>{}", drawing.svg,
                            drawing.note.empty() ? "" : "<p>" + html::text(drawing.note) + "</p>");
    }
    return body;
}

std::string percent(double share) {
    return std::isfinite(share) ? format_number(100.0 * share, 5) : "–";
}

/// A number with its standard error by chance of the photons, where there is one.
std::string with_error(const std::string& value, double error) {
    return std::isfinite(error) ? value + " ± " + format_number(error, 2) : value;
}

double error_at(const std::vector<double>& errors, std::size_t i) {
    return i < errors.size() ? errors[i] : std::numeric_limits<double>::quiet_NaN();
}

std::string light_table(const std::vector<LightBook>& lights) {
    html::Table table({{"light", ""},
                       {"photons", "number"},
                       {"absorbed %", "number"},
                       {"specular %", "number"},
                       {"reflected %", "number"},
                       {"transmitted %", "number"},
                       {"left in all %", "number"},
                       {"late %", "number"},
                       {"residual", "number"}},
                      200);
    for (const auto& b : lights)
        table.add({html::text(b.name), b.photons > 0 ? std::to_string(b.photons) : "diffusion",
                   with_error(percent(b.absorbed), 100.0 * b.errors.absorbed), percent(b.specular),
                   with_error(percent(b.reflected()), 100.0 * b.errors.reflected),
                   with_error(percent(b.transmitted()), 100.0 * b.errors.transmitted),
                   percent(b.left_in_all()), percent(b.gated), format_number(b.residual, 3)});
    return table.str();
}

std::string share_table(const std::vector<LightBook>& lights) {
    html::Table table({{"light", ""}, {"absorbed in", ""}, {"% of what was launched", "number"}},
                      400);
    for (const auto& b : lights)
        for (std::size_t i = 0; i < b.absorbed_in.size(); ++i)
            table.add({html::text(b.name), html::text(b.absorbed_in[i].first),
                       with_error(percent(b.absorbed_in[i].second),
                                  100.0 * error_at(b.errors.absorbed_in, i))});
    return table.str();
}

std::string depth_table(const std::vector<LightBook>& lights) {
    html::Table table({{"light", ""}, {"depth mm", "number"}, {"fluence rate mW/cm2", "number"}},
                      400);
    for (const auto& b : lights)
        for (std::size_t i = 0; i < b.along_beam.size(); ++i)
            table.add({html::text(b.name), format_number(b.along_beam[i].first * 1e3, 5),
                       with_error(format_number(from_si(b.along_beam[i].second, "mW/cm2"), 5),
                                  from_si(error_at(b.errors.along_beam, i), "mW/cm2"))});
    return table.empty() ? "" : table.str();
}

/// Chart and numbers of every table.
std::string reading_part(const std::vector<LightTable>& tables,
                         const std::vector<std::string>& columns) {
    std::string body;
    for (const auto& t : tables) {
        const Unit unit = parse_unit(t.unit);
        const std::string of = t.of.empty() ? "end of the gate" : t.of;
        report::LineChart chart;
        chart.id =
            "light-" + t.light + "-" + (t.of.empty() ? "time" : t.of) + std::to_string(body.size());
        chart.title = "Light of " + t.light + " over " + of;
        chart.x_label = t.unit == "1" ? of + " (times)" : of + " (" + t.unit + ")";
        chart.y_label = "of the launched light (%)";
        std::vector<html::Table::Column> heads{{chart.x_label, "number"}};
        for (const auto& c : columns) heads.push_back({c + " %", "number"});
        html::Table table(heads, 400);
        chart.lines.resize(columns.size());
        for (std::size_t v = 0; v < t.values.size(); ++v) {
            std::vector<std::string> row{format_number(from_si(t.values[v], unit), 5)};
            for (std::size_t c = 0; c < columns.size(); ++c) {
                row.push_back(with_error(percent(t.shares[v][c]), 100.0 * t.errors[v][c]));
                if (!std::isfinite(t.shares[v][c])) continue;
                chart.lines[c].label = columns[c];
                chart.lines[c].x.push_back(from_si(t.values[v], unit));
                chart.lines[c].y.push_back(100.0 * t.shares[v][c]);
            }
            table.add(row);
        }
        std::erase_if(chart.lines, [](const auto& line) { return line.x.empty(); });
        std::replace_if(
            chart.id.begin(), chart.id.end(),
            [](char c) { return !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')); }, '-');
        const auto drawing = report::draw(chart);
        body += fmt::format("<figure>{}</figure>{}", drawing.svg,
                            drawing.note.empty() ? "" : "<p>" + html::text(drawing.note) + "</p>");
        body += table.str();
    }
    return body;
}

std::string detector_table(const std::vector<DetectorBook>& detectors) {
    html::Table table(
        {{"light", ""}, {"detector", ""}, {"detected %", "number"}, {"mean time ns", "number"}},
        400);
    for (const auto& d : detectors)
        table.add({html::text(d.light), html::text(d.detector),
                   with_error(percent(d.share), 100.0 * d.error),
                   std::isfinite(d.mean_time) ? format_number(d.mean_time * 1e9, 4) : "–"});
    return table.empty() ? "" : table.str();
}

}  // namespace

std::vector<PhantomSection> phantom_sections(const PhantomStudy& study, const BuiltPhantom& phantom,
                                             const PhantomOutcome& outcome) {
    std::vector<PhantomSection> sections;
    if (!outcome.lights.empty())
        sections.push_back(
            {"light", "Light",
             light_table(outcome.lights) + share_table(outcome.lights) +
                 depth_table(outcome.lights) + detector_table(outcome.readings.detectors),
             "Shares of the launched light before heat or chemistry changed the "
             "tissue; fluence rates along the middle of the beam at full power. After ±: "
             "standard error by the number of photons."});
    const auto columns = light_table_columns(study);
    const auto& readings = outcome.readings;
    const std::string sweeps = reading_part(readings.sweeps, columns);
    if (!sweeps.empty())
        sections.push_back({"sweeps", "Other absorptions", sweeps,
                            "Shares of the launched light from one run of photons each, weighed "
                            "for every absorption; sweeps.csv holds all of it."});
    const std::string gates = reading_part(readings.gates, columns);
    if (!gates.empty())
        sections.push_back({"gates", "Time of flight", gates,
                            "Shares of the launched light per time gate, without what the surface "
                            "reflects; time_gates.csv holds all of it."});
    sections.push_back({"volumes", "Dose and volume", histograms(phantom, outcome.fields),
                        has_tumour(phantom.plan.domain) ? "At the end, of tumour and normal tissue."
                                                        : "At the end, of the whole phantom."});
    return sections;
}

std::string phantom_page(const report::RunRecord& record,
                         const std::vector<PhantomSection>& sections) {
    std::string page = report::html_report(record);
    std::string body;
    std::string links;
    for (const auto& s : sections) {
        const std::string section = html::section(s.id, s.title, s.body, s.introduction);
        if (section.empty()) continue;
        body += section;
        links += fmt::format("<a href=\"#{}\">{}</a>", s.id, html::text(s.title));
    }
    for (const auto& [mark, text] :
         {std::pair{"<section id=\"ledger\"", body}, std::pair{"<a href=\"#ledger\"", links}}) {
        std::size_t at = page.find(mark);
        if (at == std::string::npos && text == body) at = page.find("<footer");
        if (at != std::string::npos) page.insert(at, text);
    }
    return page;
}

}  // namespace caravel::study
