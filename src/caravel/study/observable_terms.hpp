// Pieces that observables are put together from.
#pragma once

#include "caravel/study/model_builder.hpp"

#include <string>
#include <vector>

namespace caravel::study {

inline constexpr double tissue_density = 1000.0;  // kg/m3, assumed for every organ

/// "lymph_node" -> "Lymph node"
std::string title(const std::string& place);

/// Where carriers are in a tumour, changed ones included.
std::vector<std::string> tumour_places(const BuiltModel& built, const std::string& tumour);

/// Whether carriers at this place are on the receptors of a tumour.
bool is_on_receptors(const std::string& place, const std::string& tumour);

/// Whether a tumour is simulated in space: what the body's kinetics were calibrated with says
/// nothing of such a one.
bool is_in_space(const BuiltModel& built, const tissue::LumpedTumour& tumour);

/// Terms times a factor, such as a molar mass.
std::vector<kinetics::Term> weigh(std::vector<kinetics::Term> terms, double factor);

std::vector<kinetics::Term> join(std::vector<kinetics::Term> a,
                                 const std::vector<kinetics::Term>& b);

/// The tumour's volume, as terms with one weight.
std::vector<kinetics::Term> volume_terms(const tissue::LumpedTumour& tumour, double weight);

}  // namespace caravel::study
