#include "caravel/inference/population/subgroups.hpp"

#include "caravel/base/suggest.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/inference/population/population_plan.hpp"

#include <algorithm>
#include <array>

namespace caravel::inference::population {
namespace {

constexpr const char* example = "name OP number unit, such as \"body_weight > 80 kg\"";

std::string trimmed(const std::string& text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string::npos) return "";
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

[[noreturn]] void refuse(const Location& where, std::string what, std::string hint = "") {
    throw InputError(Diagnostic{where, std::move(what), example, std::move(hint)});
}

bool starts_number(const std::string& text) {
    return !text.empty() && (std::string("0123456789.+-").find(text[0]) != std::string::npos);
}

void read_right(const std::string& text, Condition& c, const Location& where) {
    if (text == "female" || text == "male") {
        c.number = text == "female" ? 1.0 : 0.0;
        return;
    }
    std::string rest = text;
    const std::size_t star = text.find('*');
    try {
        if (star != std::string::npos) {
            const auto factor = parse_quantity(trimmed(text.substr(0, star)));
            if (factor.has_unit) refuse(where, "the factor in '" + c.text + "' has a unit");
            c.factor = factor.si;
            rest = trimmed(text.substr(star + 1));
        } else if (starts_number(text)) {
            const auto q = parse_quantity(text);
            c.number = q.si;
            if (q.has_unit) c.unit = q.unit.text;
            return;
        }
    } catch (const UnitError& error) {
        refuse(where, "'" + text + "' in '" + c.text + "': " + error.what(), error.hint());
    }
    c.right = rest;
    if (rest.empty()) refuse(where, "nothing to compare with in '" + c.text + "'");
}

bool holds(const std::string& comparison, double a, double b) {
    if (comparison == "<") return a < b;
    if (comparison == "<=") return a <= b;
    if (comparison == ">") return a > b;
    if (comparison == ">=") return a >= b;
    return (comparison == "==") == (a == b);
}

}  // namespace

Condition parse_condition(const std::string& text, const Location& where) {
    static const std::array<const char*, 7> signs{"<=", ">=", "==", "!=", "<", ">", "="};
    Condition c;
    c.text = text;
    const std::size_t first = text.find_first_of("<>=!");
    if (first == std::string::npos) refuse(where, "'" + text + "' compares nothing");
    for (const char* sign : signs) {
        const std::size_t length = std::string(sign).size();
        if (text.compare(first, length, sign) != 0) continue;
        c.comparison = std::string(sign) == "=" ? "==" : sign;
        c.left = trimmed(text.substr(0, first));
        if (c.left.empty()) refuse(where, "nothing stands left of " + c.comparison);
        read_right(trimmed(text.substr(first + length)), c, where);
        return c;
    }
    refuse(where, "'" + text + "' has no comparison");
}

std::size_t find_column(const std::string& name, std::span<const Column> columns,
                        const Location& where) {
    std::string canonical = name;
    if (name.find('@') != std::string::npos) canonical = output_name(parse_output(name));
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].name == name || columns[i].name == canonical) return i;
        names.push_back(columns[i].name);
    }
    throw InputError(Diagnostic{where, "individuals have no number '" + name + "'",
                                "a covariate, a varied key or an output",
                                did_you_mean(name, names)});
}

Test bind_condition(const Condition& c, std::span<const Column> columns, const Location& where) {
    const std::size_t left = find_column(c.left, columns, where);
    const Unit unit = parse_unit(columns[left].unit);
    if (c.right.empty()) {
        const Unit own = parse_unit(c.unit.empty() ? "1" : c.unit);
        if (own.dimension != unit.dimension)
            refuse(where, "'" + c.text + "' compares with " +
                              (c.unit.empty() ? "a pure number" : "'" + c.unit + "'") + ", but " +
                              c.left + " is in " + columns[left].unit);
        return [left, comparison = c.comparison, limit = from_si(c.number, unit)](
                   std::span<const double> row) { return holds(comparison, row[left], limit); };
    }
    const std::size_t right = find_column(c.right, columns, where);
    const Unit other = parse_unit(columns[right].unit);
    if (other.dimension != unit.dimension)
        refuse(where,
               "'" + c.text + "' compares " + columns[left].unit + " with " + columns[right].unit);
    const double scale = c.factor * other.factor / unit.factor;
    return [left, right, scale, comparison = c.comparison](std::span<const double> row) {
        return holds(comparison, row[left], scale * row[right]);
    };
}

}  // namespace caravel::inference::population
