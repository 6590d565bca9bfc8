// The refractive index of a material as a formulation names it.
#pragma once

#include "caravel/formulation/formulation.hpp"
#include "caravel/matter/refractive_index.hpp"
#include "caravel/matter/table.hpp"

#include <string_view>

namespace caravel::formulation {

/// The index of a material: given in the formulation's [[material]] (constant, table file or named
/// table), else the shipped one. Throws InputError with "did you mean".
matter::RefractiveIndex refractive_index(const Formulation& formulation,
                                         const matter::Library& library, std::string_view material);

/// The real index of the surrounding medium: the stated constant, else the medium's material
/// (absorption of the medium is neglected).
matter::RefractiveIndex medium_refractive_index(const Formulation& formulation,
                                                const matter::Library& library);

}  // namespace caravel::formulation
