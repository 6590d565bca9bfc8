// UCUM (case-sensitive) units: parser, printer, conversion to and from SI.
#pragma once

#include "caravel/base/dimension.hpp"

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace caravel {

/// A parsed unit: si = value * factor + offset (offset only for Cel and [degF]).
struct Unit {
    double factor = 1.0;
    double offset = 0.0;
    Dimension dimension;
    std::string text;  // as written, annotations kept: "%{ID}/g"
};

/// A unit text that cannot be understood; `position` counts characters from 0.
class UnitError : public std::runtime_error {
  public:
    UnitError(const std::string& message, std::string hint, int position)
        : std::runtime_error(message), hint_(std::move(hint)), position_(position) {}
    const std::string& hint() const { return hint_; }  // may be empty
    int position() const { return position_; }

  private:
    std::string hint_;
    int position_;
};

/// Parses a UCUM unit such as `mg/kg`, `1/h`, `nm`, `%{ID}/g`, `10*9/L`; throws UnitError. The text
/// has at most 256 bytes, 16 nested parentheses and exponents up to 12 (of ten: 30); Cel and [degF]
/// stand alone. The factor is the double nearest to the true one for products of decimal units.
Unit parse_unit(std::string_view text);

inline double to_si(double value, const Unit& unit) { return value * unit.factor + unit.offset; }
inline double from_si(double si, const Unit& unit) { return (si - unit.offset) / unit.factor; }

/// Converts an SI value into the named unit (throws UnitError when the text is no unit).
double from_si(double si, std::string_view unit);

/// A number and a unit read from text such as "37 nm", "6 mg/kg", "0.125" (unit one).
struct ParsedQuantity {
    double si = 0.0;
    double value = 0.0;  // as written
    Unit unit;
    bool has_unit = false;
};

/// Parses "number unit"; throws UnitError (position relative to the text's start).
ParsedQuantity parse_quantity(std::string_view text);

/// Shortest text that reads back to the same double ("0.1", "1e-09").
std::string format_number(double value);

/// `value` rounded to `digits` significant digits for people ("6.02e+23", "37").
std::string format_number(double value, int digits);

/// "37 nm": an SI value in a unit, shortest exact form after conversion.
std::string format_quantity(double si, std::string_view unit);

}  // namespace caravel
