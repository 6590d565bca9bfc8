// Rows of a treatment as people look at them.
#pragma once

#include "caravel/response/treatment/treatment.hpp"

#include <span>
#include <string>

namespace caravel::response {

/// A row of damage or photochemistry with its label and unit.
TreatmentField shown_row(const std::string& row, std::span<const double> values);

}  // namespace caravel::response
