#include "caravel/report/series_csv.hpp"

#include "caravel/report/text.hpp"

#include <cstddef>
#include <stdexcept>

#include <fmt/format.h>

namespace caravel::report {

namespace {

std::string quoted(const std::string& field) {
    if (field.find_first_of(",\"\n\r") == std::string::npos) return field;
    std::string text = "\"";
    for (const char c : field) {
        if (c == '"') text += '"';
        text += c;
    }
    return text + '"';
}

}  // namespace

std::string series_csv(const RunRecord& record) {
    std::string csv = "time [h]";
    for (const Series& series : record.series) {
        if (series.values.size() != record.times.size()) {
            throw std::invalid_argument(fmt::format("series '{}' has {} values for {} times",
                                                    series.name, series.values.size(),
                                                    record.times.size()));
        }
        csv += ',' + quoted(fmt::format("{} [{}]", series.name, series.unit));
    }
    csv += '\n';
    for (std::size_t i = 0; i < record.times.size(); ++i) {
        csv += exact_text(record.times[i] / 3600.0);
        for (const Series& series : record.series) csv += ',' + exact_text(series.values[i]);
        csv += '\n';
    }
    return csv;
}

}  // namespace caravel::report
