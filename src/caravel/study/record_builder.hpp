// From amounts over time to the record that the report shows.
#pragma once

#include "caravel/report/record.hpp"
#include "caravel/study/measured_data.hpp"
#include "caravel/study/observables.hpp"
#include "caravel/study/runner.hpp"

namespace caravel::study {

/// Series of all observables at the record's times, with measured points.
std::vector<report::Series> make_series(const BuiltModel& built, const StudyInput& study,
                                        const AmountRecord& record,
                                        const std::vector<Measurement>& measurements);

/// Balance of every substance: the largest |content + eliminated - given| over the run, relative to
/// what was given. Throws NumericalError above 1e-9.
std::vector<report::LedgerRow> make_ledger(const BuiltModel& built, const AmountRecord& record);

/// Key numbers: pharmacokinetic metrics, delivery, tumour response, toxicity.
std::vector<report::QuantityResult> make_quantities(const BuiltModel& built,
                                                    const StudyInput& study,
                                                    const std::vector<double>& times,
                                                    const std::vector<report::Series>& series,
                                                    const std::vector<double>& untreated_volumes);

}  // namespace caravel::study
