#include "caravel/report/results_json.hpp"

#include "caravel/report/json_value.hpp"
#include "caravel/report/text.hpp"

#include <algorithm>

namespace caravel::report {

namespace {

using input::Array;
using input::Table;

Table forecast(const DeliveryForecast& forecast) {
    Table table;
    put(table, "median", forecast.median);
    put(table, "interval", Array{json(forecast.interval[0]), json(forecast.interval[1])});
    if (forecast.before)
        put(table, "prior_interval",
            Array{json((*forecast.before)[0]), json((*forecast.before)[1])});
    put(table, "reported", forecast.is_reported);
    return table;
}

Table quantity(const QuantityResult& result) {
    Table table;
    put(table, "name", result.name);
    put(table, "value", result.value);
    put(table, "unit", result.unit);
    if (result.time) {
        Table time;
        put(time, "value", *result.time / 3600.0);
        put(time, "unit", "h");
        put(table, "time", std::move(time));
    }
    put(table, "status", status_text(result.status));
    if (result.status == Status::calibrated) {
        put(table, "calibrated_with", result.calibrated_with);
    }
    if (result.interval) {
        put(table, "interval", Array{json((*result.interval)[0]), json((*result.interval)[1])});
    }
    if (result.updated) put(table, "updated_median", *result.updated);
    if (result.prior_interval) {
        put(table, "prior_interval",
            Array{json((*result.prior_interval)[0]), json((*result.prior_interval)[1])});
    }
    if (result.forecast) put(table, "forecast", forecast(*result.forecast));
    if (!result.label.empty()) put(table, "label", result.label);
    return table;
}

Table ledger_row(const LedgerRow& row) {
    Table table;
    put(table, "substance", row.substance);
    put(table, "unit", row.unit);
    put(table, "initial", row.initial);
    put(table, "sources", row.sources);
    put(table, "content", row.content);
    put(table, "eliminated", row.eliminated);
    put(table, "relative_residual", row.relative_residual);
    put(table, "limit", row.limit);
    return table;
}

Table source_row(const Provenance& row) {
    Table table;
    put(table, "what", row.what);
    put(table, "value", row.value);
    put(table, "status", row.status);
    put(table, "source", row.source);
    return table;
}

template <class Rows, class Convert>
Array array_of(const Rows& rows, Convert convert) {
    Array items;
    for (const auto& row : rows) items.push_back(json(convert(row)));
    return items;
}

Array texts(const std::vector<std::string>& lines) {
    return array_of(lines, [](const std::string& line) { return line; });
}

Table band(const Series& series) {
    Table table;
    Array times;
    Array low;
    Array high;
    Array median;
    const bool is_forecast = std::any_of(series.band.begin(), series.band.end(),
                                         [](const BandPoint& p) { return p.median.has_value(); });
    for (const BandPoint& point : series.band) {
        if (is_forecast && !point.median) continue;  // before the dose
        if (is_forecast) median.push_back(json(*point.median));
        times.push_back(json(point.time / 3600.0));
        low.push_back(json(point.low));
        high.push_back(json(point.high));
    }
    put(table, "name", series.name);
    put(table, "unit", series.unit);
    put(table, "time_unit", "h");
    put(table, "time", std::move(times));
    put(table, "low", std::move(low));
    put(table, "high", std::move(high));
    if (is_forecast) put(table, "forecast_median", std::move(median));
    return table;
}

Table intervals(const RunRecord& record) {
    const IntervalFacts& facts = *record.intervals;
    Table table;
    put(table, "probability", 0.9);
    put(table, "draws", static_cast<double>(facts.draws));
    put(table, "seed", static_cast<double>(facts.seed));
    put(table, "method", texts(facts.sentences));
    if (facts.known_until) {
        put(table, "known_until_h", *facts.known_until / 3600.0);
        put(table, "known_points", static_cast<double>(facts.known_points));
        put(table, "reweighted_size", facts.reweighted_size);
        put(table, "effective_size", facts.effective_size);
    }
    Array without;
    for (const auto& [name, reason] : facts.without) {
        Table row;
        put(row, "name", name);
        put(row, "reason", reason);
        without.push_back(json(std::move(row)));
    }
    put(table, "without", std::move(without));
    Array bands;
    for (const Series& series : record.series)
        if (!series.band.empty()) bands.push_back(json(band(series)));
    put(table, "bands", std::move(bands));
    return table;
}

}  // namespace

std::string results_json(const RunRecord& record) {
    Table root;
    put(root, "schema", "caravel.results/1");
    put(root, "study", record.name);
    put(root, "run", record.run_id);
    if (!record.parent.empty()) put(root, "parent", record.parent);
    put(root, "quantities", array_of(record.quantities, quantity));
    if (record.intervals) put(root, "intervals", intervals(record));
    put(root, "ledger", array_of(record.ledger, ledger_row));
    put(root, "assumptions", texts(record.assumptions));
    put(root, "notes", texts(record.notes));
    put(root, "provenance", array_of(record.provenance, source_row));
    put(root, "timings", table_of(record.timings));
    return input::to_json(json(std::move(root)), true);
}

}  // namespace caravel::report
