// What can be said against the protocol of a phantom before anything is computed.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/input/reader.hpp"
#include "caravel/study/phantom_input.hpp"

namespace caravel::study {

/// Names that stand twice, controls of nothing, events after the end, sources that do not reach the
/// block, probes and thermometers outside of it, heat without heat = true.
void check_protocol(const PhantomStudy& study, const Grid& grid, input::Diagnostics& mistakes);

}  // namespace caravel::study
