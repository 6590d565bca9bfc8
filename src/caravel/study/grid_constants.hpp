// Constants of the tissue of a tumour in space, from the tables and the subject.
#pragma once

#include "caravel/body/physiology.hpp"
#include "caravel/tissue/grid/grid_plan.hpp"
#include "caravel/tissue/lumped_tumour.hpp"

namespace caravel::study {

/// Fills plan.tumour, plan.normal (muscle of the subject), plan.oxygen, plan.biology and the
/// osmotic pressure of plasma. Throws InputError.
void set_tissue_constants(tissue::GridPlan& plan, const tissue::TumourParameters& tumour,
                          const body::Physiology& body, matter::Library& library,
                          const Location& where);

}  // namespace caravel::study
