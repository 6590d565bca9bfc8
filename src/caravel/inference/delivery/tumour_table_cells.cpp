#include "caravel/inference/delivery/tumour_table_cells.hpp"

#include <fmt/format.h>

namespace caravel::inference::delivery {

void refuse(const input::CsvTable& table, std::size_t row, std::size_t column,
            const std::string& what, const std::string& expected, const std::string& hint) {
    throw InputError(Diagnostic{table.where(row, column), what, expected, hint});
}

bool is_not_told(std::string_view cell) {
    return cell.empty() || cell == "NA" || cell == "N/A" || cell == "\u039D\u0391";
}

std::optional<double> optional_number(const input::CsvTable& table, std::size_t row,
                                      std::size_t column) {
    if (is_not_told(table.rows.at(row).at(column))) return std::nullopt;
    return table.number(row, column);
}

std::optional<double> optional_positive(const input::CsvTable& table, std::size_t row,
                                        std::size_t column) {
    const auto value = optional_number(table, row, column);
    if (value && !(*value > 0.0))
        refuse(table, row, column, fmt::format("{} is {}", table.columns.at(column), *value),
               "a number above 0", "leave the cell empty where the article does not tell");
    return value;
}

double not_negative(const input::CsvTable& table, std::size_t row, std::size_t column) {
    const double value = table.number(row, column);
    if (value < 0.0)
        refuse(table, row, column, fmt::format("{} is {}", table.columns.at(column), value),
               "0 or more");
    return value;
}

}  // namespace caravel::inference::delivery
