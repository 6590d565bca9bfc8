// series.csv: every observable at every recorded time.
#pragma once

#include "caravel/report/record.hpp"

#include <string>

namespace caravel::report {

/// CSV text (RFC 4180 quoting, newline ends): header `time [h],name [unit],...`, then one line per
/// time with shortest exact numbers; missing values are `nan`.
/// Throws std::invalid_argument when a series has not one value per time.
std::string series_csv(const RunRecord& record);

}  // namespace caravel::report
