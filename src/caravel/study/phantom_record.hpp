// From what a phantom's run gave to the record that the report shows.
#pragma once

#include "caravel/report/record.hpp"
#include "caravel/study/phantom_runner.hpp"

#include <string>
#include <vector>

namespace caravel::study {

/// Series over time; none for light alone.
std::vector<report::Series> phantom_series(const PhantomOutcome& outcome);

/// Key numbers: light, heat, lesion, doses, photochemistry.
std::vector<report::QuantityResult> phantom_quantities(const PhantomStudy& study,
                                                       const BuiltPhantom& phantom,
                                                       const PhantomOutcome& outcome);

/// Books of light (shares of the launched) and heat (J).
std::vector<report::LedgerRow> phantom_ledger(const PhantomOutcome& outcome);

/// What happens when, for the marks of the curves.
std::vector<std::pair<double, std::string>> phantom_events(const PhantomStudy& study);

}  // namespace caravel::study
