// Numbers, units and times as text: exact for machines, readable for people; XML escaping.
#pragma once

#include "caravel/report/record.hpp"

#include <string>
#include <string_view>

namespace caravel::report {

/// A whole number in raised digits: -4 gives "⁻⁴".
std::string superscript(int number);

/// Shortest text that reads back to the same double; "nan", "inf", "-inf".
std::string exact_text(double value);

/// `value` to `digits` significant digits for people: "0.0123", "54 300", "1.2×10⁻⁷", "∞", "–"
/// (NaN).
std::string readable_text(double value, int digits = 3);

/// UCUM as people write it: "%{ID}/g" -> "%ID/g", "mm3" -> "mm³", "ug/mL" -> "µg/mL", "1" -> "".
std::string unit_text(std::string_view ucum);

/// "1.2 %ID": readable value and unit.
std::string readable_quantity(double value, std::string_view ucum, int digits = 3);

/// A name for people: "liver.injected_dose_fraction[x]" -> "Liver, injected dose fraction (x)".
std::string name_text(std::string_view name);

/// The label of a series or quantity, else its name for people.
template <class Named>
std::string label_of(const Named& named) {
    return named.label.empty() ? name_text(named.name) : named.label;
}

/// A time (s) in the unit people would choose: "90 s", "30 min", "24 h", "14 d".
std::string time_text(double seconds);

/// "input", "calibrated" or "predicted".
std::string_view status_text(Status status);

/// Text safe inside XML and HTML elements and quoted attributes; bytes that are no UTF-8 and
/// control characters become U+FFFD.
std::string xml_escape(std::string_view text);

/// Cell of a CSV table: in quotes where it holds a comma, a quote or a line end (RFC 4180).
std::string csv_cell(std::string_view text);

/// Base64 (RFC 4648) with padding.
std::string base64(std::string_view bytes);

}  // namespace caravel::report
