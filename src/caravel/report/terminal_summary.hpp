// What the terminal shows when a run has ended.
#pragma once

#include "caravel/report/record.hpp"

#include <filesystem>
#include <string>

namespace caravel::report {

/// At most 20 lines: key numbers with interval and status, agreement with measurements, ledger,
/// warnings, paths of the results in `folder`.
std::string terminal_summary(const RunRecord& record, const std::filesystem::path& folder);

}  // namespace caravel::report
