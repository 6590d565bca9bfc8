// What a tumour in space cannot do, found before anything is built.
#pragma once

#include "caravel/study/study_input.hpp"

#include <cstddef>

namespace caravel::study {

/// Throws InputError for injections into tumour t, keys of its cells that have no effect, kills at
/// a site it does not have, and fields after the end of the study.
void check_grid_input(const StudyInput& study, std::size_t t);

/// A segmentation keeps its own volume (m3), and blood flow follows the one that is given. Throws
/// InputError when they differ by more than 2 %.
void check_volume(const Tumour& tumour, double there);

}  // namespace caravel::study
