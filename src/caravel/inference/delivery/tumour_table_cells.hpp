// Cells of measured sets: numbers, what is not told, refusals that name file and line.
#pragma once

#include "caravel/input/csv.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace caravel::inference::delivery {

/// Throws InputError at this cell.
[[noreturn]] void refuse(const input::CsvTable& table, std::size_t row, std::size_t column,
                         const std::string& what, const std::string& expected,
                         const std::string& hint = "");

/// Whether a cell says that its article does not tell: empty, "NA" (also in Greek capitals, a
/// quirk of the source), "N/A".
bool is_not_told(std::string_view cell);

/// The number, empty when not told. Throws InputError for text and for what is not finite.
std::optional<double> optional_number(const input::CsvTable& table, std::size_t row,
                                      std::size_t column);

/// As optional_number; refuses 0 and below.
std::optional<double> optional_positive(const input::CsvTable& table, std::size_t row,
                                        std::size_t column);

/// A number of 0 or more; refuses anything else.
double not_negative(const input::CsvTable& table, std::size_t row, std::size_t column);

/// ASCII letters in lower case.
std::string lower_case(std::string_view text);

}  // namespace caravel::inference::delivery
