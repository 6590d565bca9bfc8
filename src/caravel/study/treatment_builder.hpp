// From a study to the plan of the light, heat and cold that act on a tumour in space.
#pragma once

#include "caravel/study/model_builder.hpp"

#include <string>

namespace caravel::study {

/// Whether light, a field, a probe or an antenna is directed at this tumour.
bool is_treated(const StudyInput& study, const std::string& tumour);

/// Adds the species in which the body's model records a treated tumour's temperatures (K) and
/// survival.
void add_treatment_record(kinetics::KineticModel& model, const std::string& tumour);

/// Adds the plans of all treated tumours to `built`, and what is unsafe or without effect to its
/// warnings. Throws InputError for stimuli on tumours that are not in space, for names that are
/// not there, and for whatever a treatment refuses.
void build_treatments(BuiltModel& built, const StudyInput& study, matter::Library& library);

}  // namespace caravel::study
