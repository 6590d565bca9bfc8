// Measured points that a study draws over its predictions.
#pragma once

#include "caravel/report/record.hpp"
#include "caravel/study/observables.hpp"
#include "caravel/study/study_input.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace caravel::study {

/// A measured point with the observable it belongs to.
struct Measurement {
    std::string observable;
    report::MeasuredPoint point;  // value in `unit`
    std::string unit;
    Location where;
};

/// Reads the tables of all [[data]] entries: columns `time [unit]`, `value`, `unit`, and optionally
/// `observable`, `spread`, `source`, `limit`. Throws InputError for unknown columns or units.
std::vector<Measurement> read_measurements(const StudyInput& study,
                                           const std::filesystem::path& study_folder);

/// Puts each point on its series in the series' unit. Throws InputError for observables that do not
/// exist ("did you mean") and units of another dimension.
void attach_measurements(std::vector<report::Series>& series,
                         const std::vector<Measurement>& measurements);

}  // namespace caravel::study
