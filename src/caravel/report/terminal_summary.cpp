#include "caravel/report/terminal_summary.hpp"

#include "caravel/report/delivery_forecasts.hpp"
#include "caravel/report/fold_error.hpp"
#include "caravel/report/text.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

#include <fmt/format.h>

namespace caravel::report {

namespace {

constexpr std::size_t most_numbers = 10;

std::size_t characters(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

/// Names come from files: no control characters may reach the terminal.
std::string printable(std::string text) {
    std::replace_if(
        text.begin(), text.end(),
        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, '?');
    return text;
}

std::string padded(std::string text, std::size_t width) {
    const std::size_t length = characters(text);
    if (length < width) text.append(width - length, ' ');
    return text;
}

std::vector<const QuantityResult*> chosen(const RunRecord& record) {
    std::vector<const QuantityResult*> numbers;
    for (const bool key : {true, false}) {
        const bool enough = !key && !numbers.empty();
        for (const QuantityResult& result : record.quantities) {
            if (enough || result.key != key || numbers.size() >= most_numbers) continue;
            numbers.push_back(&result);
        }
    }
    return numbers;
}

std::string value_text(const QuantityResult& result) {
    std::string text = readable_quantity(result.shown(), result.unit);
    if (result.interval) {
        text += fmt::format(" [{}, {}]", readable_text((*result.interval)[0]),
                            readable_text((*result.interval)[1]));
    }
    if (result.prior_interval) {
        text += fmt::format(", before [{}, {}]", readable_text((*result.prior_interval)[0]),
                            readable_text((*result.prior_interval)[1]));
    }
    if (result.time) text += " at " + time_text(*result.time);
    return text;
}

std::string numbers(const RunRecord& record) {
    const auto rows = chosen(record);
    std::size_t name_width = 0;
    std::size_t value_width = 0;
    for (const QuantityResult* row : rows) {
        name_width = std::max(name_width, characters(printable(label_of(*row))));
        value_width = std::max(value_width, characters(value_text(*row)));
    }
    std::string text;
    for (const QuantityResult* row : rows) {
        text += fmt::format("  {}  {}  {}\n", padded(printable(label_of(*row)), name_width),
                            padded(value_text(*row), value_width), status_text(row->status));
    }
    return text;
}

std::string intervals(const RunRecord& record) {
    std::string text;
    for (const std::string& note : record.notes)
        if (note.rfind("No intervals", 0) == 0) text = printable(note) + "\n";
    if (!record.intervals) return text;
    const IntervalFacts& facts = *record.intervals;
    text += facts.draws > 0
                ? fmt::format("In brackets: 5 % and 95 % of {} draws (see the report)", facts.draws)
                : std::string("In brackets: 5 % and 95 % of delivery forecasts (see the report)");
    if (facts.known_until) {
        text += fmt::format(
            "; values are medians updated by {} measured points up to {}, 'before' without them",
            facts.known_points, time_text(*facts.known_until));
    }
    if (facts.draws > 0 && reports_forecasts(record))
        text += "; of delivered shares median and 90 % of their forecast";
    text += "\n";
    if (!facts.without.empty()) {
        text += fmt::format("Without an interval: {} numbers, among them {} ({})\n",
                            facts.without.size(), printable(facts.without.front().first),
                            printable(facts.without.front().second));
    }
    return text;
}

std::string agreement(const RunRecord& record) {
    const FoldSummary all = summarise_all(compare_with_measurements(record));
    if (all.count == 0) return {};
    return fmt::format(
        "Measured points: {}, median fold error {}, within 2x {:.0f} %, within 3x {:.0f} %\n",
        all.count, readable_text(*all.median), 100.0 * all.within_two, 100.0 * all.within_three);
}

std::string ledger(const RunRecord& record) {
    if (record.ledger.empty()) return {};
    const auto broken =
        std::find_if(record.ledger.begin(), record.ledger.end(),
                     [](const auto& row) { return !(row.relative_residual <= row.limit); });
    if (broken != record.ledger.end()) {
        return fmt::format("Ledger: BROKEN for {}, residual {:.1e} above {:.1e}\n",
                           printable(broken->substance), broken->relative_residual, broken->limit);
    }
    double largest = 0.0;
    for (const LedgerRow& row : record.ledger) largest = std::max(largest, row.relative_residual);
    return fmt::format("Ledger: closed, largest relative residual {:.1e}\n", largest);
}

std::string counts(const RunRecord& record) {
    const auto assumed =
        std::count_if(record.provenance.begin(), record.provenance.end(),
                      [](const Provenance& row) { return row.status == "assumed"; });
    if (assumed == 0 && record.notes.empty()) return {};
    return fmt::format("Assumed values: {}; notes on what is not simulated: {} (see the report)\n",
                       assumed, record.notes.size());
}

}  // namespace

std::string terminal_summary(const RunRecord& record, const std::filesystem::path& folder) {
    std::string text = fmt::format("{}, run {}\n", printable(record.name), record.run_id);
    text +=
        numbers(record) + intervals(record) + agreement(record) + ledger(record) + counts(record);
    text += fmt::format("Report:  {}\n", (folder / "report.html").string());
    text += fmt::format("Results: {}\n", (folder / "results.json").string());
    text += fmt::format("Curves:  {}\n", (folder / "series.csv").string());
    return text;
}

}  // namespace caravel::report
