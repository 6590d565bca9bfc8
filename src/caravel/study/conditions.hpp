// Local conditions that triggers see where no process computes them.
#pragma once

#include "caravel/study/model_builder.hpp"

#include <string>

namespace caravel::study {

/// Name of the slot that holds a signal in an environment: external fields and temperature belong
/// to a tumour as a whole, chemistry to each of its compartments.
std::string condition_slot(const std::string& environment, const std::string& signal);

/// Value (SI) of a signal in an environment: the study's own, else of the tumour line, else of the
/// species, else of "any"; 0 for what reaches the body only from outside. Throws InputError when
/// none is known.
double condition_value(matter::Library& library, const BuiltModel& built,
                       const std::vector<ConditionInput>& own, const std::string& environment,
                       const std::string& signal);

/// Adds the condition that a signal in an environment needs to the model's constant ones, unless it
/// is there. Throws as condition_value.
void add_condition(BuiltModel& built, matter::Library& library,
                   const std::vector<ConditionInput>& own, const std::string& environment,
                   const std::string& signal);

}  // namespace caravel::study
