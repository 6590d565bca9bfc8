#include "caravel/study/measured_data.hpp"

#include "caravel/base/suggest.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/input/csv.hpp"

#include <algorithm>

namespace caravel::study {
namespace {

/// Throws InputError where the text is no unit.
Unit read_unit(const std::string& text, const Location& where) {
    try {
        return parse_unit(text);
    } catch (const UnitError& error) {
        throw InputError(Diagnostic{where, error.what(), "a unit such as ug/mL", error.hint()});
    }
}

/// Misspelt columns would be left out in silence.
void check_columns(const input::CsvTable& table) {
    static constexpr std::string_view known[] = {"value",  "unit",   "observable",
                                                 "spread", "source", "limit"};
    std::vector<Diagnostic> mistakes;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const std::string& column = table.columns[i];
        if (column.rfind("time [", 0) == 0) continue;
        if (std::find(std::begin(known), std::end(known), column) == std::end(known))
            mistakes.push_back({{table.name, 0, 0},
                                "unknown column '" + column + "'",
                                "time [unit], value, unit, observable, spread, source or limit",
                                did_you_mean(column, known)});
    }
    if (!mistakes.empty()) throw InputError(std::move(mistakes));
}

bool read_limit(const std::string& word, const Location& where) {
    if (word.empty() || word == "below") return !word.empty();
    throw InputError(Diagnostic{where, "limit is '" + word + "'", "'below' or nothing", ""});
}

/// The column that begins with `name [` and the unit in its brackets.
struct UnitColumn {
    std::size_t index = 0;
    Unit unit;
};

UnitColumn find_unit_column(const input::CsvTable& table, const std::string& name) {
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const std::string& column = table.columns[i];
        if (column.rfind(name + " [", 0) != 0 || column.back() != ']') continue;
        const std::size_t begin = name.size() + 2;
        return {i, read_unit(column.substr(begin, column.size() - begin - 1), {table.name, 0, 0})};
    }
    throw InputError(Diagnostic{
        {table.name, 0, 0}, "no column '" + name + " [unit]'", "for example 'time [h]'", ""});
}

void read_file(const Data& data, const std::filesystem::path& folder,
               std::vector<Measurement>& result) {
    const input::CsvTable table = input::read_csv(folder / data.file);
    check_columns(table);
    const UnitColumn time = find_unit_column(table, "time");
    const std::size_t value = table.column("value");
    const std::size_t unit = table.column("unit");
    const auto optional_text = [&](std::size_t row, const char* column) {
        return table.has_column(column) ? table.rows[row][table.column(column)] : std::string();
    };
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        Measurement m;
        m.observable = data.observable.empty() ? optional_text(row, "observable") : data.observable;
        m.where = table.where(row, 0);
        m.unit = table.rows[row][unit];
        m.point.time = to_si(table.number(row, time.index), time.unit);
        m.point.value = table.number(row, value);
        if (!optional_text(row, "spread").empty())
            m.point.spread = table.number(row, table.column("spread"));
        m.point.below_limit = read_limit(optional_text(row, "limit"), m.where);
        m.point.source = optional_text(row, "source");
        m.point.group = data.name.empty() ? data.file : data.name;
        result.push_back(std::move(m));
    }
}

}  // namespace

std::vector<Measurement> read_measurements(const StudyInput& study,
                                           const std::filesystem::path& folder) {
    std::vector<Measurement> result;
    for (const auto& data : study.data) read_file(data, folder, result);
    return result;
}

void attach_measurements(std::vector<report::Series>& series,
                         const std::vector<Measurement>& measurements) {
    std::vector<std::string_view> names;
    for (const auto& s : series) names.push_back(s.name);
    std::vector<Diagnostic> mistakes;
    for (const auto& m : measurements) {
        report::Series* target = nullptr;
        for (auto& s : series)
            if (s.name == m.observable) target = &s;
        if (!target) {
            mistakes.push_back({m.where, "no observable is named '" + m.observable + "'",
                                "a name from 'caravel list observables'",
                                did_you_mean(m.observable, names)});
            continue;
        }
        const Unit from = read_unit(m.unit, m.where);
        const Unit to = parse_unit(target->unit);
        if (from.dimension != to.dimension) {
            mistakes.push_back({m.where, "'" + m.unit + "' is no unit of " + m.observable,
                                "a unit such as " + target->unit, ""});
            continue;
        }
        report::MeasuredPoint point = m.point;
        point.value = from_si(to_si(point.value, from), to);
        if (point.spread) point.spread = *point.spread * from.factor / to.factor;
        target->measured.push_back(std::move(point));
    }
    if (!mistakes.empty()) throw InputError(std::move(mistakes));
}

}  // namespace caravel::study
