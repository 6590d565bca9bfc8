#include "caravel/report/html.hpp"

#include "caravel/report/text.hpp"

#include <fmt/format.h>

namespace caravel::report::html {

namespace {

constexpr std::size_t longest_text = 2000;

}  // namespace

std::string text(std::string_view content) {
    if (content.size() <= longest_text) return xml_escape(content);
    std::size_t end = longest_text;
    while (end > 0 && (static_cast<unsigned char>(content[end]) & 0xC0) == 0x80) --end;
    return xml_escape(content.substr(0, end)) + "…";
}

std::string badge(Status status) {
    return fmt::format("<span class=\"badge {0}\">{0}</span>", status_text(status));
}

std::string section(std::string_view id, std::string_view title, std::string_view body,
                    std::string_view introduction) {
    if (body.empty()) return {};
    std::string intro;
    if (!introduction.empty()) intro = fmt::format("<p class=\"intro\">{}</p>", introduction);
    return fmt::format("<section id=\"{}\"><h2>{}</h2>{}{}</section>\n", id, xml_escape(title),
                       intro, body);
}

Table::Table(std::vector<Column> columns, std::size_t row_limit)
    : columns_(std::move(columns)), row_limit_(row_limit) {}

void Table::add(const std::vector<std::string>& cells, std::string_view row_class) {
    ++count_;
    if (count_ > row_limit_) return;
    rows_ += row_class.empty() ? "<tr>" : fmt::format("<tr class=\"{}\">", row_class);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::string& css_class = columns_.at(i).css_class;
        rows_ += css_class.empty() ? "<td>" : fmt::format("<td class=\"{}\">", css_class);
        rows_ += cells[i] + "</td>";
    }
    rows_ += "</tr>\n";
}

std::string Table::str() const {
    std::string html = "<div class=\"scroll\"><table><thead><tr>";
    for (const Column& column : columns_) {
        html +=
            column.css_class.empty() ? "<th>" : fmt::format("<th class=\"{}\">", column.css_class);
        html += xml_escape(column.title) + "</th>";
    }
    html += "</tr></thead><tbody>\n" + rows_ + "</tbody></table></div>";
    if (count_ > row_limit_) {
        html += fmt::format(
            "<p class=\"note\">{} of {} rows are shown; the files beside this report hold all.</p>",
            row_limit_, count_);
    }
    return html;
}

}  // namespace caravel::report::html
