// Cells of measured sets: numbers, what is not told, refusals that name file and line.
#pragma once

#include "caravel/base/lower_case.hpp"
#include "caravel/input/csv.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

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

/// A word of a source and the name that cases have for it.
using Word = std::pair<std::string_view, std::string_view>;

/// The name for a word of a source, whatever its case; empty for one that is not in the list.
template <std::size_t n>
std::string translate(const std::array<Word, n>& words, std::string_view given) {
    const std::string wanted = lower_case(given);
    for (const Word& word : words)
        if (word.first == wanted) return std::string(word.second);
    return "";
}

}  // namespace caravel::inference::delivery
