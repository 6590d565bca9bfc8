// Numbers of a run at a time, as tests ask for them.
#pragma once

#include "caravel/study/record_builder.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace caravel::test {

/// A curve's value at an output time.
inline double value(const report::RunRecord& record, const std::string& series, double hours) {
    for (const auto& s : record.series) {
        if (s.name != series) continue;
        const auto found = std::find_if(record.times.begin(), record.times.end(), [&](double t) {
            return std::abs(t - hours * 3600.0) < 1e-3;
        });
        if (found == record.times.end()) throw std::invalid_argument("no output at that time");
        return s.values[static_cast<std::size_t>(found - record.times.begin())];
    }
    throw std::invalid_argument("no series " + series);
}

/// Amount of a species (SI) at the output time next to that given.
inline double amount(const study::BuiltModel& built, const study::AmountRecord& record,
                     const std::string& species, double hours) {
    const auto& times = record.times();
    const auto at = std::min_element(times.begin(), times.end(), [&](double a, double b) {
        return std::abs(a - hours * 3600.0) < std::abs(b - hours * 3600.0);
    });
    const auto s = static_cast<std::size_t>(built.model.species(species).index);
    return record.row(static_cast<std::size_t>(at - times.begin()))[s];
}

}  // namespace caravel::test
