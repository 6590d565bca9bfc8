#include "caravel/imaging/reading/longitudinal.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"

#include <fmt/format.h>

#include <cmath>

namespace caravel::imaging {
namespace {

[[noreturn]] void refuse(std::string what, std::string expected) {
    throw InputError(Diagnostic{{}, std::move(what), std::move(expected), ""});
}

void demand_series(std::span<const TimedReading> readings, double repeatability) {
    if (!(repeatability >= 0.0) || !std::isfinite(repeatability))
        refuse(fmt::format("a repeatability of {}", format_number(repeatability)),
               "a coefficient of variation of 0 or more");
    for (std::size_t n = 1; n < readings.size(); ++n) {
        const RegionReading& a = readings[n - 1].reading;
        const RegionReading& b = readings[n].reading;
        if (a.region != b.region || a.image != b.image || a.unit != b.unit)
            refuse(fmt::format("readings of '{}' in '{}' [{}] and of '{}' in '{}' [{}]", a.region,
                               a.image, a.unit, b.region, b.image, b.unit),
                   "one region, image and unit");
        if (!(readings[n].time > readings[n - 1].time))
            refuse(
                fmt::format("readings at {} s and then at {} s",
                            format_number(readings[n - 1].time), format_number(readings[n].time)),
                "times that ascend");
    }
}

double variance(const RegionReading& reading, double repeatability) {
    const double scan = repeatability * reading.mean;
    return reading.mean_error * reading.mean_error + scan * scan;
}

}  // namespace

std::vector<ReadingChange> reading_changes(std::span<const TimedReading> readings,
                                           double repeatability) {
    demand_series(readings, repeatability);
    std::vector<ReadingChange> changes;
    for (std::size_t n = 1; n < readings.size(); ++n) {
        const RegionReading& first = readings.front().reading;
        const RegionReading& now = readings[n].reading;
        ReadingChange c;
        c.time = readings[n].time;
        c.change = now.mean - first.mean;
        c.relative = first.mean != 0.0 ? c.change / std::abs(first.mean) : 0.0;
        c.error = std::sqrt(variance(first, repeatability) + variance(now, repeatability));
        c.z_score = c.error > 0.0 ? c.change / c.error : 0.0;
        changes.push_back(c);
    }
    return changes;
}

std::optional<double> lasting_change(std::span<const ReadingChange> changes, double z_score) {
    std::optional<double> since;
    double sign = 0.0;
    for (const ReadingChange& change : changes) {
        const double now = change.z_score < 0.0 ? -1.0 : 1.0;
        if (std::abs(change.z_score) < z_score) {
            since.reset();
        } else if (!since || now != sign) {
            since = change.time;
            sign = now;
        }
    }
    return since;
}

}  // namespace caravel::imaging
