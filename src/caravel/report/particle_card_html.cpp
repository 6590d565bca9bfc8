#include "caravel/base/unit.hpp"
#include "caravel/report/html.hpp"
#include "caravel/report/particle_card.hpp"
#include "caravel/report/svg_chart.hpp"
#include "caravel/report/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace caravel::report {
namespace {

using formulation::Card;
using formulation::CardCurve;
using formulation::CardSection;
using formulation::CardStatus;

constexpr std::size_t most_rows = 500;

std::string axis_label(const std::string& label, const std::string& unit) {
    const std::string readable = unit_text(unit);
    return readable.empty() ? label : fmt::format("{} [{}]", label, readable);
}

/// A name that can stand in an id: letters, digits and dashes.
std::string identifier(std::string name) {
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        return plain ? static_cast<char>(c) : '-';
    });
    return name;
}

std::vector<double> shown(const std::vector<double>& si, const std::string& unit) {
    std::vector<double> values(si.size());
    std::transform(si.begin(), si.end(), values.begin(),
                   [&](double x) { return from_si(x, unit); });
    return values;
}

std::string figure(const CardCurve& curve) {
    LineChart chart;
    chart.id = identifier(curve.name);
    chart.title = name_text(curve.name);
    chart.x_label = axis_label(curve.x_label, curve.x_unit);
    chart.y_label = axis_label(curve.y_label, curve.y_unit);
    chart.logarithmic = curve.log_y;
    chart.logarithmic_x = curve.log_x;
    const std::vector<double> x = shown(curve.x, curve.x_unit);
    for (const auto& line : curve.lines)
        chart.lines.push_back({line.label, x, shown(line.y, curve.y_unit), {}});
    const Drawing drawing = draw(chart);
    return fmt::format("<figure><figcaption>{}</figcaption>{}<p class=\"note\">{}{}</p></figure>\n",
                       html::text(chart.title), drawing.svg, html::text(curve.method),
                       drawing.note.empty() ? "" : ". " + drawing.note);
}

std::string figures(const CardSection& section) {
    if (section.curves.empty()) return {};
    std::string body = "<div class=\"charts\">";
    for (const auto& curve : section.curves) body += figure(curve);
    return body + "</div>";
}

/// The text, or a ditto mark when it stands in the row above already.
std::string unless_repeated(const std::string& text, std::string& above) {
    if (!text.empty() && text == above) return "″";
    above = text;
    return html::text(text);
}

std::string value_table(const CardSection& section) {
    html::Table table({{"Property", ""},
                       {"Value", "number"},
                       {"Unit", ""},
                       {"Status", ""},
                       {"Method and what limits it", ""},
                       {"Source", ""}},
                      most_rows);
    std::string method_above;
    std::string source_above;
    for (const auto& v : section.values) {
        const std::string how =
            v.validity.empty() ? v.method : fmt::format("{}; {}", v.method, v.validity);
        table.add({fmt::format("<span title=\"{}\">{}</span>", html::text(v.doc),
                               html::text(name_text(v.name))),
                   html::text(readable_text(from_si(v.si, v.unit), 4)),
                   html::text(unit_text(v.unit)), html::text(formulation::to_text(v.status)),
                   unless_repeated(how, method_above), unless_repeated(v.source, source_above)},
                  v.status == CardStatus::assumed ? "assumed" : "");
    }
    return table.empty() ? "" : table.str();
}

std::string list(const CardSection& section) {
    std::string items;
    for (const auto& r : section.refusals)
        items += fmt::format("<li><b>{}</b> is not given: {}</li>", html::text(name_text(r.name)),
                             html::text(r.reason));
    for (const auto& note : section.notes) items += fmt::format("<li>{}</li>", html::text(note));
    return items.empty() ? "" : fmt::format("<ul class=\"plain\">{}</ul>", items);
}

}  // namespace

std::string card_html(const Card& card) {
    std::string body;
    for (const auto& section : card.sections)
        body += html::section(identifier(section.title), section.title,
                              value_table(section) + list(section) + figures(section));
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"/>"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>"
        "<title>{0} – Caravel particle card</title><style>{1}</style></head>\n"
        "<body><div class=\"page\">\n<header><p class=\"kind\">Caravel particle card</p>"
        "<h1>{0}</h1><p class=\"lead\">{2}</p><p class=\"research\">For research use only. Rows "
        "marked in colour rest on assumed values.</p></header>\n{3}</div></body>\n</html>\n",
        html::text(card.name), html::style(), html::text(card.title), body);
}

}  // namespace caravel::report
