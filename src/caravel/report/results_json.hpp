// results.json: every reported number with unit, time, status and interval, for machines.
#pragma once

#include "caravel/report/record.hpp"

#include <string>

namespace caravel::report {

/// The record as JSON text of schema "caravel.results/1". Times are in h, timings in s, doubles in
/// shortest exact form; numbers that are not finite become null.
std::string results_json(const RunRecord& record);

}  // namespace caravel::report
