#include "caravel/input/csv.hpp"

#include "caravel/base/suggest.hpp"
#include "caravel/input/text_file.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace caravel::input {
namespace {

std::string_view trim(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

/// Cuts text into rows of cells after RFC 4180.
class CsvScanner {
  public:
    CsvScanner(std::string_view text, const std::string& name, std::size_t most_cells,
               char separator)
        : text_(text), name_(name), most_cells_(most_cells), separator_(separator) {
        if (text_.substr(0, 3) == "\xEF\xBB\xBF") text_.remove_prefix(3);
    }

    /// Reads the next row; false at the end. Blank lines and lines that start with # are passed
    /// over.
    bool next(std::vector<std::string>& cells) {
        while (i_ < text_.size()) {
            const std::string_view rest = line_text();
            if (rest.empty() || rest.front() != '#') {
                if (!trim(rest).empty()) break;
            }
            i_ += rest.size() + 1;
            ++line_;
        }
        if (i_ >= text_.size()) return false;
        cells.clear();
        row_line_ = line_;
        while (true) {
            if (cells.size() >= most_cells_)
                fail(row_line_, fmt::format("more than {} columns", most_cells_));
            cells.push_back(read_cell(cells.size() + 1));
            if (i_ >= text_.size()) return true;
            if (text_[i_++] == separator_) continue;
            ++line_;
            return true;
        }
    }

    /// Line of the row last read.
    int line() const { return row_line_; }

  private:
    [[noreturn]] void fail(int line, std::string what, int column = 0) const {
        throw InputError(Diagnostic{{name_, line, column}, std::move(what), "", ""});
    }

    std::string_view line_text() const {
        return text_.substr(i_, std::min(text_.find('\n', i_), text_.size()) - i_);
    }

    /// One cell; stops at its comma, its line feed, or the end.
    std::string read_cell(std::size_t number) {
        if (i_ < text_.size() && text_[i_] == '"') return read_quoted(static_cast<int>(number));
        const std::size_t end = end_of_cell();
        std::string_view cell = text_.substr(i_, end - i_);
        i_ = end;
        if (ends_line() && !cell.empty() && cell.back() == '\r') cell.remove_suffix(1);
        return std::string(cell);
    }

    std::string read_quoted(int number) {
        const int start = line_;
        std::string cell;
        for (++i_;; ++i_) {
            if (i_ >= text_.size()) fail(start, "a quoted cell has no closing quote", number);
            if (text_[i_] == '\n') ++line_;
            if (text_[i_] != '"') {
                cell += text_[i_];
            } else if (i_ + 1 < text_.size() && text_[i_ + 1] == '"') {
                cell += text_[i_++];
            } else {
                break;
            }
        }
        ++i_;
        const std::size_t end = end_of_cell();
        if (!trim(text_.substr(i_, end - i_)).empty())
            fail(line_, "text after the closing quote of a cell", number);
        i_ = end;
        return cell;
    }

    /// Where the text up to the next separator or line feed ends.
    std::size_t end_of_cell() const {
        const std::array<char, 2> ends{separator_, '\n'};
        return std::min(text_.find_first_of(std::string_view(ends.data(), 2), i_), text_.size());
    }
    bool ends_line() const { return i_ >= text_.size() || text_[i_] == '\n'; }

    std::string_view text_;
    const std::string& name_;
    std::size_t most_cells_;
    char separator_;
    std::size_t i_ = 0;
    int line_ = 1;
    int row_line_ = 0;
};

void check_header(const CsvTable& table, int line) {
    std::vector<std::string_view> names(table.columns.begin(), table.columns.end());
    std::sort(names.begin(), names.end());
    for (std::size_t i = 1; i < names.size(); ++i) {
        if (names[i].empty() || names[i] != names[i - 1]) continue;
        throw InputError(Diagnostic{
            {table.name, line, 0}, fmt::format("column '{}' is given twice", names[i]), "", ""});
    }
}

}  // namespace

bool CsvTable::has_column(std::string_view wanted) const {
    return std::find(columns.begin(), columns.end(), wanted) != columns.end();
}

std::size_t CsvTable::column(std::string_view wanted) const {
    const auto it = std::find(columns.begin(), columns.end(), wanted);
    if (it != columns.end()) return static_cast<std::size_t>(it - columns.begin());
    const std::vector<std::string_view> known(columns.begin(), columns.end());
    throw InputError(
        Diagnostic{{name},
                   fmt::format("there is no column '{}'", wanted),
                   known.size() <= 12 ? fmt::format("one of {}", fmt::join(known, ", ")) : "",
                   did_you_mean(wanted, known)});
}

double CsvTable::number(std::size_t row, std::size_t column) const {
    const std::string& cell = rows.at(row).at(column);
    std::string_view text = trim(cell);
    if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
    double value = 0.0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc() && end == text.data() + text.size() && std::isfinite(value))
        return value;
    throw InputError(Diagnostic{where(row, column),
                                cell.empty() ? fmt::format("{} is empty", columns.at(column))
                                             : fmt::format("{} is \"{}\"", columns.at(column),
                                                           std::string_view(cell).substr(0, 60)),
                                "a finite number", ""});
}

Location CsvTable::where(std::size_t row, std::size_t column) const {
    return {name, lines.at(row), static_cast<int>(column) + 1};
}

CsvTable parse_csv(std::string_view text, const std::string& name, CsvLimits limits,
                   CsvDialect dialect) {
    check_text(text, name, limits.bytes);
    CsvTable table;
    table.name = name;
    CsvScanner scanner(text, name, limits.columns, dialect.separator);
    std::vector<std::string> cells;
    if (!scanner.next(cells)) throw InputError(Diagnostic{{name}, "the file is empty", "", ""});
    for (const std::string& cell : cells) table.columns.emplace_back(trim(cell));
    check_header(table, scanner.line());
    while (scanner.next(cells)) {
        const Location where{name, scanner.line(), 0};
        if (dialect.may_end_early && cells.size() < table.columns.size())
            cells.resize(table.columns.size());
        if (cells.size() != table.columns.size())
            throw InputError(Diagnostic{
                where,
                fmt::format("this row has {} cell{}", cells.size(), cells.size() == 1 ? "" : "s"),
                fmt::format("{} as in the header", table.columns.size()), ""});
        if (table.rows.size() >= limits.rows)
            throw InputError(
                Diagnostic{where, fmt::format("more than {} rows", limits.rows), "", ""});
        table.rows.push_back(std::move(cells));
        table.lines.push_back(scanner.line());
    }
    return table;
}

CsvTable read_csv(const std::filesystem::path& path, CsvLimits limits, CsvDialect dialect) {
    return parse_csv(read_text_file(path, limits.bytes), path.string(), limits, dialect);
}

}  // namespace caravel::input
