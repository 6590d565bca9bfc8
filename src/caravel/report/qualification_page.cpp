#include "caravel/report/qualification_page.hpp"

#include "caravel/report/html.hpp"

#include <fmt/format.h>

#include <utility>

namespace caravel::report {
namespace {

constexpr std::size_t most_rows = 5000;

std::string table_text(const QualificationTable& content) {
    std::vector<html::Table::Column> columns;
    for (const auto& column : content.columns)
        columns.push_back({column.title, column.is_number ? "number" : ""});
    html::Table table(std::move(columns), most_rows);
    for (const auto& row : content.rows) {
        std::vector<std::string> cells;
        for (const std::string& cell : row) cells.push_back(html::text(cell));
        table.add(cells);
    }
    const std::string heading =
        content.title.empty() ? "" : fmt::format("<h3>{}</h3>\n", html::text(content.title));
    return table.empty() ? "" : heading + table.str();
}

std::string figure(const Drawing& drawing, const std::string& caption) {
    return fmt::format("<figure>{}<figcaption>{}{}</figcaption></figure>\n", drawing.svg,
                       html::text(caption),
                       drawing.note.empty() ? "" : " " + html::text(drawing.note));
}

std::string section_text(const QualificationSection& section) {
    std::string body;
    for (const auto& table : section.tables) body += table_text(table);
    for (const auto& chart : section.bars) body += figure(draw(chart), chart.title);
    for (const auto& chart : section.charts) body += figure(draw(chart), chart.title);
    return html::section(section.id, section.title, body, section.introduction);
}

}  // namespace

std::string qualification_page(const QualificationPage& page) {
    std::string body;
    for (const auto& section : page.sections) body += section_text(section);
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"/>"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>"
        "<title>{0} – Caravel</title><style>{1}</style></head>\n"
        "<body><div class=\"page\">\n<header><p class=\"kind\">Caravel qualification</p>"
        "<h1>{0}</h1><p class=\"lead\">{2}</p><p class=\"research\">For research use only.</p>"
        "</header>\n{3}</div></body>\n</html>\n",
        html::text(page.title), html::style(), html::text(page.lead), body);
}

}  // namespace caravel::report
