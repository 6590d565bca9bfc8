#include "caravel/report/particle_card.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/report/json_value.hpp"
#include "caravel/report/text.hpp"

#include <fmt/format.h>

namespace caravel::report {
namespace {

using formulation::Card;
using formulation::CardCurve;
using formulation::CardSection;
using formulation::CardValue;

std::string value_text(const CardValue& v) {
    std::string text = readable_quantity(from_si(v.si, v.unit), v.unit, 4);
    if (v.interval)
        text += fmt::format(" ({} to {})", readable_text(from_si(v.interval->first, v.unit)),
                            readable_text(from_si(v.interval->second, v.unit)));
    return text;
}

std::string how(const CardValue& v) {
    return v.validity.empty() ? v.method : fmt::format("{}; {}", v.method, v.validity);
}

/// A method that repeats the line above is left out, as in a table with a ditto mark.
std::string section_text(const CardSection& section) {
    std::string text = fmt::format("\n{}\n", section.title);
    std::string above;
    for (const auto& v : section.values) {
        const std::string method = how(v);
        text += fmt::format("  {:<34} {:>22}  {:<10} {}\n", v.name, value_text(v),
                            formulation::to_text(v.status), method == above ? "\"" : method);
        above = method;
    }
    for (const auto& c : section.curves)
        text += fmt::format("  {:<34} {:>22}  {:<10} {}\n", c.name,
                            fmt::format("{} points", c.x.size()), "curve", c.method);
    for (const auto& r : section.refusals)
        text += fmt::format("  {:<34} not given: {}\n", r.name, r.reason);
    for (const auto& note : section.notes) text += fmt::format("  note: {}\n", note);
    return text;
}

void put_if(input::Table& table, const char* key, const std::string& text) {
    if (!text.empty()) put(table, key, text);
}

input::Table value_json(const CardValue& v, const std::string& section) {
    input::Table entry;
    put(entry, "value", from_si(v.si, v.unit));
    put(entry, "unit", v.unit);
    put(entry, "status", std::string(formulation::to_text(v.status)));
    put_if(entry, "doc", v.doc);
    put_if(entry, "method", v.method);
    put_if(entry, "validity", v.validity);
    put_if(entry, "source", v.source);
    put(entry, "section", section);
    if (v.interval)
        put(entry, "interval",
            input::Array{json(from_si(v.interval->first, v.unit)),
                         json(from_si(v.interval->second, v.unit))});
    return entry;
}

input::Array numbers(const std::vector<double>& si, const std::string& unit) {
    input::Array array;
    array.reserve(si.size());
    for (const double value : si) array.push_back(json(from_si(value, unit)));
    return array;
}

input::Table curve_json(const CardCurve& c, const std::string& section) {
    input::Table x;
    put(x, "label", c.x_label);
    put(x, "unit", c.x_unit);
    put(x, "values", numbers(c.x, c.x_unit));
    input::Array lines;
    for (const auto& line : c.lines) {
        input::Table entry;
        put(entry, "label", line.label);
        put(entry, "values", numbers(line.y, c.y_unit));
        lines.push_back(json(std::move(entry)));
    }
    input::Table y;
    put(y, "label", c.y_label);
    put(y, "unit", c.y_unit);
    put(y, "lines", std::move(lines));
    input::Table entry;
    put(entry, "x", std::move(x));
    put(entry, "y", std::move(y));
    put_if(entry, "method", c.method);
    put(entry, "section", section);
    return entry;
}

}  // namespace

std::string card_text(const Card& card) {
    std::string text = fmt::format("{}: {}\n", card.name, card.title);
    for (const auto& section : card.sections) text += section_text(section);
    return text;
}

std::string card_json(const Card& card) {
    input::Table properties, curves, refused;
    input::Array notes;
    for (const auto& section : card.sections) {
        for (const auto& v : section.values) put(properties, v.name, value_json(v, section.title));
        for (const auto& c : section.curves) put(curves, c.name, curve_json(c, section.title));
        for (const auto& r : section.refusals) put(refused, r.name, r.reason);
        for (const auto& note : section.notes) notes.push_back(json(note));
    }
    input::Table root;
    put(root, "schema", "caravel.particle/1");
    put(root, "name", card.name);
    put(root, "title", card.title);
    put(root, "properties", std::move(properties));
    put(root, "curves", std::move(curves));
    put(root, "refused", std::move(refused));
    put(root, "notes", std::move(notes));
    return input::to_json(json(std::move(root)));
}

}  // namespace caravel::report
