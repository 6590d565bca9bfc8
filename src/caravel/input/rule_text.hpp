// Words for number rules, shared by messages, schema and manual.
#pragma once

#include "caravel/input/visitor.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace caravel::input {

/// Whether a bare number is accepted.
inline bool is_plain(const NumberRule& rule) { return rule.unit == "1"; }

/// "a length", "an area", "a plain number", "a quantity of dimension m.kg/s2".
std::string with_article(const Dimension& dimension);

/// `a length such as nm`, `a plain number`; several rules joined by " or ".
std::string expected_kind(const std::vector<NumberRule>& rules);

/// "> 0 nm", "between 0 and 1", "" when every number is valid.
std::string range_text(const NumberRule& rule);

/// A bound or value in the rule's unit: "37 nm", "0.5".
std::string in_unit(double value, std::string_view unit);

/// "a, b, c".
std::string join(const std::vector<std::string_view>& words);

/// Shortest text "value unit" in `unit` that reads back to exactly `si`; in SI base units where no
/// number in `unit` does.
std::string exact_quantity(double si, std::string_view unit);

/// An SI unit product such as "m2.kg.s-3" whose factor is 1.
std::string base_unit_text(const Dimension& dimension);

}  // namespace caravel::input
