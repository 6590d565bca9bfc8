// A whole-body particle model of a mouse for tests and benchmarks of the kinetics folder.
#pragma once

#include "caravel/kinetics/model.hpp"

#include <vector>

namespace caravel::test {

/// 31 species (ug of particles in a 20 g mouse after 6 mg/kg in the venous blood): arterial and
/// venous blood, nine organs with vascular, tissue and phagocyte parts and saturating uptake, urine
/// and bile. Spleen and gut drain through the liver; flows close at every node.
kinetics::KineticModel mouse_model();

/// The 12 output times of the benchmark, 5 min to 168 h (s).
std::vector<double> mouse_output_times();

}  // namespace caravel::test
