// A finished run made up for tests of the report: plausible shapes, no simulation behind them.
#pragma once

#include "caravel/report/record.hpp"

namespace caravel::testing {

/// Liposomal doxorubicin in a mouse, three doses, with curves in every panel, measured points
/// (hits, misses, one below the limit), ledger, sources, assumptions, notes and changes.
report::RunRecord example_record();

}  // namespace caravel::testing
