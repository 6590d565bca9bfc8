// Small pieces of HTML from which the report is put together. All text arguments are escaped.
#pragma once

#include "caravel/report/record.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace caravel::report::html {

/// Escaped text of at most 2000 characters; the rest becomes an ellipsis.
std::string text(std::string_view content);

/// Coloured word "input", "calibrated", "predicted".
std::string badge(Status status);

/// `<section>` with a heading; empty when the body is (bodies are finished HTML).
std::string section(std::string_view id, std::string_view title, std::string_view body,
                    std::string_view introduction = {});

/// A table; cells are finished HTML. Column classes: "" (text) or "number".
class Table {
  public:
    struct Column {
        std::string title;
        std::string css_class;
    };
    Table(std::vector<Column> columns, std::size_t row_limit);

    void add(const std::vector<std::string>& cells, std::string_view row_class = {});
    bool empty() const { return count_ == 0; }
    /// The table, and below it how many rows were left out.
    std::string str() const;

  private:
    std::vector<Column> columns_;
    std::size_t row_limit_;
    std::size_t count_ = 0;
    std::string rows_;
};

/// The style sheet of the report, screen and print.
std::string_view style();

}  // namespace caravel::report::html
