// From a study to the plan of a tumour in space: voxels, local kinetics, exchange with the body.
#pragma once

#include "caravel/study/model_builder.hpp"

namespace caravel::study {

/// Wall permeability times surface (1/s, per tumour volume) for a carrier: the tumour's own value,
/// else the formulation's, else that of the particle's size.
double tumour_wall(const tissue::TumourParameters& tumour, const body::CarrierKinetics& carrier);

/// The response that changes a carrier's size in the tumour; none: nullptr.
const formulation::Response* size_switch(const formulation::Formulation& formulation);

/// Species that hold the blood flow (m3/s) of a gridded tumour and of the muscle around it.
struct GridFlow {
    kinetics::SpeciesId tumour;
    kinetics::SpeciesId margin;
};
GridFlow add_grid_flow(kinetics::KineticModel& model, const tissue::TumourParameters& tumour);

/// Plan of tumour t; adds to the body's model the pools through which it exchanges with blood.
/// Throws InputError for what a tumour in space cannot do.
tissue::GridPlan build_grid(BuiltModel& built, const StudyInput& study, matter::Library& library,
                            std::size_t t);

}  // namespace caravel::study
