// What a tumour in space cannot do, found before anything is built.
#pragma once

#include "caravel/study/study_input.hpp"
#include "caravel/tissue/grid/grid_plan.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace caravel::study {

/// Throws InputError for injections into tumour t, keys of its cells that have no effect, kills at
/// a site it does not have, and fields after the end of the study.
void check_grid_input(const StudyInput& study, std::size_t t);

/// Sentences about tumours in space that may grow to the end of their box before the end of the
/// study, as their law lets them without drugs and with all cells alive, with the margin they need.
std::vector<std::string> growth_warnings(const StudyInput& study,
                                         const std::vector<tissue::GridPlan>& grids);

/// A segmentation keeps its own volume (m3), and blood flow follows the one that is given. Throws
/// InputError when they differ by more than 2 %.
void check_volume(const Tumour& tumour, double there);

}  // namespace caravel::study
