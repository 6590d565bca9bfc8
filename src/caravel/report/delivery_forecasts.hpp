// Which numbers of a record are delivery forecasts.
#pragma once

#include "caravel/report/record.hpp"

#include <algorithm>

namespace caravel::report {

/// Whether any number's reported value and interval are those of a delivery forecast.
inline bool reports_forecasts(const RunRecord& record) {
    return std::any_of(
        record.quantities.begin(), record.quantities.end(),
        [](const QuantityResult& q) { return q.forecast && q.forecast->is_reported; });
}

}  // namespace caravel::report
