// Where the constants of a run come from.
#pragma once

#include "caravel/matter/table.hpp"
#include "caravel/report/record.hpp"

#include <vector>

namespace caravel::study {

/// Adds the facts that a run looked up to its record, each once.
void add_provenance(const std::vector<matter::Fact>& facts, report::RunRecord& record);

}  // namespace caravel::study
