// What a tumour in space exchanges with the blood of the body's model.
#pragma once

#include "caravel/study/model_builder.hpp"

#include <string_view>

namespace caravel::study {

/// Place of a coefficient in a model; -1: none of this name.
int coefficient_index(const kinetics::KineticModel& model, std::string_view name);

/// Species that hold the blood flow (m3/s) of a gridded tumour and of the muscle around it.
struct GridFlow {
    kinetics::SpeciesId tumour;
    kinetics::SpeciesId margin;
};
GridFlow add_grid_flow(kinetics::KineticModel& model, const tissue::TumourParameters& tumour);

/// Adds to the body's model, for every species of `plan.local` that blood brings, the pool that
/// gathers it, its counter, and the ways back by vein and lymph; says so in plan.exchanges,
/// plan.returns and plan.species. `local`: the block in plan.local, which is complete by then, as
/// is plan.species; `blood_flow` (m3/s): of the tumour at the start.
void add_grid_exchanges(BuiltModel& built, tissue::GridPlan& plan,
                        const tissue::LumpedTumour& local, double blood_flow);

}  // namespace caravel::study
