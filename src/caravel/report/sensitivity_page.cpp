#include "caravel/report/sensitivity_page.hpp"

#include "caravel/report/html.hpp"
#include "caravel/report/text.hpp"

#include <fmt/format.h>

namespace caravel::report {
namespace {

constexpr std::size_t most_bars = 20;
constexpr std::size_t most_charts = 40;

std::string tornado(const Tornado& output, std::size_t number) {
    BarChart chart;
    chart.id = fmt::format("tornado-{}", number);
    chart.title = "What moves " + name_text(output.name);
    chart.x_label = output.x_label;
    chart.bars = output.bars;
    if (chart.bars.size() > most_bars) chart.bars.resize(most_bars);
    std::string figure;
    if (!chart.bars.empty() && number < most_charts) {
        const Drawing drawing = draw(chart);
        figure = fmt::format(
            "<div class=\"charts\"><figure><figcaption>{}</figcaption>{}{}</figure></div>\n",
            html::text(chart.title), drawing.svg,
            drawing.note.empty() ? "" : fmt::format("<p class=\"note\">{}</p>", drawing.note));
    }
    const std::string constant =
        output.bars.empty() ? "<p class=\"note\">Nothing that varies moves this number.</p>" : "";
    return html::section(fmt::format("output-{}", number), name_text(output.name),
                         figure + constant + page_table(output.table));
}

}  // namespace

std::string sensitivity_html(const SensitivityPage& page) {
    std::string body;
    for (std::size_t i = 0; i < page.outputs.size(); ++i) body += tornado(page.outputs[i], i);
    body += html::section("parameters", "What varies", page_table(page.parameters));
    return framed_page(page.frame, body);
}

}  // namespace caravel::report
