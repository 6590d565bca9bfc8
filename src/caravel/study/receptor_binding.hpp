// How a formulation's ligands bind to the receptors of a tumour.
#pragma once

#include "caravel/study/model_builder.hpp"

#include <optional>

namespace caravel::study {

/// Binding of formulation f's first ligand whose receptor the cells of tumour t carry; none when
/// there is no such pair. Adds the assumption about avidity to `built`.
std::optional<tissue::Binding> receptor_binding(BuiltModel& built, const StudyInput& study,
                                                matter::Library& library, std::size_t f,
                                                std::size_t t);

}  // namespace caravel::study
