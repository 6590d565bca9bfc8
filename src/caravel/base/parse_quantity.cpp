#include "caravel/base/unit.hpp"

#include <charconv>
#include <cmath>

namespace caravel {
namespace {

constexpr std::string_view blanks = " \t\r\n";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

[[noreturn]] void fail(const std::string& message, std::string hint, std::size_t at) {
    throw UnitError(message, std::move(hint), static_cast<int>(at));
}

bool starts_number(std::string_view text) {
    const std::size_t sign = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
    const std::string_view rest = text.substr(sign);
    return !rest.empty() &&
           (is_digit(rest[0]) || (rest[0] == '.' && rest.size() > 1 && is_digit(rest[1])));
}

// Takes the number off the front of `text`, which starts at `start` of the whole.
double take_number(std::string_view& text, std::size_t start) {
    if (!starts_number(text))
        fail("expected a number", "write a number first, as in '6 mg/kg'", start);
    if (text.starts_with('+')) text.remove_prefix(1);
    double value = 0.0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec != std::errc()) fail("the number is out of range", "", start);
    text.remove_prefix(static_cast<std::size_t>(result.ptr - text.data()));
    return value;
}

// What follows a number directly and means that the number went on in another notation.
void check_notation(std::string_view rest, std::size_t at) {
    if (rest.empty()) return;
    if (rest[0] == 'x' || rest[0] == 'X') fail("hexadecimal numbers are not read", "", at);
    if (rest[0] == ',') fail("a number has no commas", "write a point for decimals", at);
    if (rest[0] == '.') fail("the number has two points", "", at);
    if (rest[0] == '*' || rest[0] == '^') {
        fail("a number is missing before the power of ten", "write '1 10*9/L' or '1e9 1/L'", at);
    }
}

// "1 500" would otherwise be read as one time the unit "500".
void check_first_factor(std::string_view unit, std::size_t at) {
    if (!is_digit(unit[0]) || unit.starts_with("10*") || unit.starts_with("10^")) return;
    if (unit == "1" || unit.starts_with("1/") || unit.starts_with("1{")) return;
    fail("expected a unit after the number", "write numbers without blanks", at);
}

std::size_t skip_blanks(std::string_view text, std::size_t from) {
    const std::size_t found = text.find_first_not_of(blanks, from);
    return found == std::string_view::npos ? text.size() : found;
}

}  // namespace

ParsedQuantity parse_quantity(std::string_view text) {
    const std::size_t end = text.find_last_not_of(blanks) + 1;  // npos + 1 is 0: nothing but blanks
    const std::string_view whole = text.substr(0, end);
    const std::size_t start = skip_blanks(whole, 0);
    std::string_view rest = whole.substr(start);
    ParsedQuantity quantity;
    quantity.value = take_number(rest, start);
    check_notation(rest, whole.size() - rest.size());
    const std::size_t unit_at = skip_blanks(whole, whole.size() - rest.size());
    const std::string_view unit = whole.substr(unit_at);
    quantity.has_unit = !unit.empty();
    if (quantity.has_unit) check_first_factor(unit, unit_at);
    try {
        quantity.unit = parse_unit(quantity.has_unit ? unit : "1");
    } catch (const UnitError& error) {
        fail(error.what(), error.hint(), unit_at + static_cast<std::size_t>(error.position()));
    }
    quantity.si = to_si(quantity.value, quantity.unit);
    if (!std::isfinite(quantity.si)) fail("the quantity is out of range", "", start);
    return quantity;
}

namespace {

// Whether `value` in `unit` is `si`, either as parse_quantity computes it or with the rounding of
// a literal ("37 nm" written as 37e-9 in a source).
bool reads_back(double value, double si, const Unit& unit) {
    return to_si(value, unit) == si || value / (1.0 / unit.factor) + unit.offset == si;
}

std::string shortest(double si, const Unit& unit) {
    const double value = from_si(si, unit);
    if (!std::isfinite(value)) return format_number(value);
    for (const int digits : {15, 16}) {
        const std::string text = format_number(value, digits);
        double rounded = 0.0;
        std::from_chars(text.data(), text.data() + text.size(), rounded);
        if (reads_back(rounded, si, unit)) return format_number(rounded);
    }
    return format_number(value);
}

}  // namespace

std::string format_quantity(double si, std::string_view unit) {
    const Unit parsed = parse_unit(unit);
    const std::string number = shortest(si, parsed);
    return parsed.text == "1" ? number : number + " " + parsed.text;
}

}  // namespace caravel
