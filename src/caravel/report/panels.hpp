// Which curves and bars of a record stand together in which figure.
#pragma once

#include "caravel/report/html_report.hpp"
#include "caravel/report/svg_chart.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace caravel::report {

/// Line charts of the series of `group`, one per unit and at most six curves each. Curves that span
/// more than a factor of 50 stand on a logarithmic axis, except fractions released.
std::vector<LineChart> line_charts(const RunRecord& record, std::string_view group,
                                   const ReportLimits& limits);

/// Bars over the organs for every `place.injected_dose_fraction` and `..._per_gram` and each time
/// they are reported at; else the last values of the series in group "organs".
std::vector<BarChart> organ_bars(const RunRecord& record);

/// Groups of the record in order of appearance.
std::vector<std::string> groups(const RunRecord& record);

}  // namespace caravel::report
