// Conditions on the numbers of an individual: "body_weight > 80 kg", "tumour.volume@21 d < 0.5 *
// tumour.volume@0 d".
#pragma once

#include "caravel/base/error.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace caravel::inference::population {

/// A column of the table of individuals.
struct Column {
    std::string name;
    std::string unit;  // UCUM
};

/// A condition as text, taken apart: left OP [factor *] right, the right side a number with a unit
/// or another column.
struct Condition {
    std::string text;
    std::string left;
    std::string comparison;  // "<", "<=", ">", ">=", "==", "!="
    std::string right;       // name of a column; empty: `number`
    double factor = 1.0;
    double number = 0.0;  // SI
    std::string unit;     // of the number, empty: a pure number
};

/// Throws InputError at `where` for text that is no condition. "sex == female" is understood.
Condition parse_condition(const std::string& text, const Location& where);

/// A condition that looks at one row of the table.
using Test = std::function<bool(std::span<const double> row)>;

/// Binds a condition to columns; names of outputs are compared as outputs (10 d is 240 h). Throws
/// InputError at `where` for an unknown column ("did you mean") or a unit that does not fit.
Test bind_condition(const Condition& condition, std::span<const Column> columns,
                    const Location& where);

/// Index of a column by name; throws InputError with "did you mean".
std::size_t find_column(const std::string& name, std::span<const Column> columns,
                        const Location& where);

}  // namespace caravel::inference::population
