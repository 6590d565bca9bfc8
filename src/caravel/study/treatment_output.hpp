// What a treatment of a tumour in space adds to the report.
#pragma once

#include "caravel/report/record.hpp"
#include "caravel/response/treatment/tumour_treatment.hpp"
#include "caravel/stimulus/stimuli.hpp"

#include <string>
#include <utility>
#include <vector>

namespace caravel::study {

/// Lesion, margins, energies and light at a time (s).
std::vector<report::QuantityResult> treatment_quantities(const response::TumourTreatment& treatment,
                                                         std::span<const double> memory,
                                                         double time);

/// What the run itself shows to be outside of the model.
std::vector<std::string> treatment_notes(const response::TumourTreatment& treatment,
                                         std::span<const double> memory);

/// Start (s) and one line for people of every light, coil, antenna and probe.
std::vector<std::pair<double, std::string>> treatment_events(const stimulus::Stimuli& stimuli);

}  // namespace caravel::study
