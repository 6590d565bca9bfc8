// CSV tables with units in the header, notes (# ...) and located errors.
#pragma once

#include "caravel/base/error.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace caravel::input {

struct CsvLimits {
    std::size_t bytes = 64u << 20;
    std::size_t columns = 1000;
    std::size_t rows = 2'000'000;
};

/// How cells and rows are written.
struct CsvDialect {
    char separator = ',';
    bool may_end_early = false;  // a row may leave out empty cells at its end
};
inline constexpr CsvDialect tab_separated{'\t', true};

/// A table of texts; every row has as many cells as there are columns.
struct CsvTable {
    std::string name;                  // file as named by the user
    std::vector<std::string> columns;  // header cells, trimmed
    std::vector<std::vector<std::string>> rows;
    std::vector<int> lines;  // line number of each row

    /// Index of a column; throws InputError with "did you mean" when absent.
    std::size_t column(std::string_view name) const;
    bool has_column(std::string_view name) const;
    /// Cell as a finite number; throws InputError at file:line:column.
    double number(std::size_t row, std::size_t column) const;
    Location where(std::size_t row, std::size_t column) const;  // column counts cells from 1
};

/// RFC 4180 quoting; lines starting with # and blank lines are skipped; throws InputError for
/// ragged rows (naming the line, cells found and expected), text that is not UTF-8, unclosed
/// quotes, limits.
CsvTable parse_csv(std::string_view text, const std::string& name, CsvLimits limits = {},
                   CsvDialect dialect = {});
CsvTable read_csv(const std::filesystem::path& path, CsvLimits limits = {},
                  CsvDialect dialect = {});

}  // namespace caravel::input
