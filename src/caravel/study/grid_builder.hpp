// From a study to the plan of a tumour in space: voxels, local kinetics, exchange with the body.
#pragma once

#include "caravel/study/model_builder.hpp"

namespace caravel::study {

/// Plan of tumour t; adds to the body's model the pools through which it exchanges with blood.
/// Throws InputError for what a tumour in space cannot do.
tissue::GridPlan build_grid(BuiltModel& built, const StudyInput& study, matter::Library& library,
                            std::size_t t);

}  // namespace caravel::study
