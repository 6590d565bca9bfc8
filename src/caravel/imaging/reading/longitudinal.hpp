// Readings of one region at several times: has it changed?
#pragma once

#include "caravel/imaging/reading/reading.hpp"

#include <optional>
#include <span>
#include <vector>

namespace caravel::imaging {

struct TimedReading {
    double time = 0.0;  // s
    RegionReading reading{};
};

/// Change of a region's mean since the first reading.
struct ReadingChange {
    double time = 0.0;      // s
    double change = 0.0;    // the reading's unit
    double relative = 0.0;  // of the first mean; 0 when that is 0
    double error = 0.0;     // standard error of the change
    double z_score = 0.0;   // change over its error; 0 without an error
};

/// Changes of all readings after the first, in order of time. Both standard errors of the mean and
/// what two scans of an unchanged object differ by (`repeatability`: coefficient of variation of
/// one scan) count. Throws InputError for readings of several regions, images or units, times that
/// do not ascend, or a negative repeatability.
std::vector<ReadingChange> reading_changes(std::span<const TimedReading> readings,
                                           double repeatability = 0.0);

/// Time (s) of the first change from which on all have at least this z score with one sign; empty
/// when there is none: an early sign of response.
std::optional<double> lasting_change(std::span<const ReadingChange> changes,
                                     double z_score = 1.959963984540054);

}  // namespace caravel::imaging
