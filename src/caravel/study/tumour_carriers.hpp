// What carriers of a study meet in a tumour, lumped or in space.
#pragma once

#include "caravel/study/model_builder.hpp"

namespace caravel::study {

/// Wall permeability times surface (1/s, per tumour volume) for a carrier: the tumour's own value,
/// else the formulation's, else that of the particle's size.
double tumour_wall(const tissue::TumourParameters& tumour, const body::CarrierKinetics& carrier);

/// The response that changes a carrier's size in the tumour; none: nullptr.
const formulation::Response* size_switch(const formulation::Formulation& formulation);

}  // namespace caravel::study
