#include "caravel/input/rule_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace caravel::input {
namespace {

/// `value` rounded to `digits` significant decimal digits.
double rounded(double value, int digits) {
    const std::string text = fmt::format("{:.{}g}", value, digits);
    double result = 0.0;
    std::from_chars(text.data(), text.data() + text.size(), result);
    return result;
}

/// Shortest decimal in `unit` for exactly `si`, "" when there is none near the quotient.
std::string exact_number(double si, const Unit& unit) {
    const double value = from_si(si, unit);
    for (int digits = 1; digits <= 17; ++digits) {
        const double shorter = rounded(value, digits);
        if (to_si(shorter, unit) == si) return format_number(shorter);
    }
    double below = value;
    double above = value;
    for (int step = 0; step < 4; ++step) {
        below = std::nextafter(below, -infinity);
        above = std::nextafter(above, infinity);
        for (const double neighbour : {below, above})
            if (to_si(neighbour, unit) == si) return format_number(neighbour);
    }
    return "";
}

}  // namespace

std::string with_article(const Dimension& dimension) {
    const std::string name = describe(dimension);
    if (name.rfind("a ", 0) == 0) return name;
    if (name.substr(0, name.find(' ')).find_first_of("0123456789/.") != std::string::npos)
        return "a quantity of dimension " + name;
    const bool vowel = std::string_view("aeiou").find(name.front()) != std::string_view::npos;
    return (vowel ? "an " : "a ") + name;
}

std::string expected_kind(const std::vector<NumberRule>& rules) {
    std::string text;
    for (const NumberRule& rule : rules) {
        if (!text.empty()) text += " or ";
        text += with_article(parse_unit(rule.unit).dimension);
        if (!is_plain(rule)) text += " such as " + std::string(rule.unit);
    }
    return text;
}

std::string in_unit(double value, std::string_view unit) {
    std::string text = format_number(value, 12);
    if (unit != "1") text += " " + std::string(unit);
    return text;
}

std::string range_text(const NumberRule& rule) {
    const bool below = std::isfinite(rule.minimum);
    const bool above = std::isfinite(rule.maximum);
    if (below && above)
        return fmt::format("between {}{} and {}{}", format_number(rule.minimum, 12),
                           rule.minimum_excluded ? " (excluded)" : "",
                           in_unit(rule.maximum, rule.unit),
                           rule.maximum_excluded ? " (excluded)" : "");
    if (below) return (rule.minimum_excluded ? "> " : ">= ") + in_unit(rule.minimum, rule.unit);
    if (above) return (rule.maximum_excluded ? "< " : "<= ") + in_unit(rule.maximum, rule.unit);
    return "";
}

std::string join(const std::vector<std::string_view>& words) {
    std::string text;
    for (const std::string_view word : words) {
        if (!text.empty()) text += ", ";
        text += word;
    }
    return text;
}

std::string base_unit_text(const Dimension& d) {
    const std::pair<std::string_view, int> factors[] = {
        {"m", d.length},      {"kg", d.mass},    {"s", d.time},       {"A", d.current},
        {"K", d.temperature}, {"mol", d.amount}, {"cd", d.luminosity}};
    std::string text;
    for (const auto& [symbol, exponent] : factors) {
        if (exponent == 0) continue;
        if (!text.empty()) text += '.';
        text += symbol;
        if (exponent != 1) text += std::to_string(exponent);
    }
    return text.empty() ? "1" : text;
}

std::string exact_quantity(double si, std::string_view unit_text) {
    const Unit unit = parse_unit(unit_text);
    if (const std::string number = exact_number(si, unit); !number.empty())
        return number + " " + std::string(unit_text);
    return format_number(si) + " " + base_unit_text(unit.dimension);
}

}  // namespace caravel::input
