// What can be said against the light, fields and probes of a protocol before anything is computed.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/input/reader.hpp"
#include "caravel/stimulus/stimuli.hpp"
#include "caravel/tissue/domain/domain.hpp"

namespace caravel::study {

/// Names that stand twice, controls of nothing, starts after `end` (s), sources that do not reach
/// the box of the grid, antennas, probes and thermometers outside of it.
void check_stimuli(const stimulus::Stimuli& stimuli, const Grid& grid, double end,
                   input::Diagnostics& mistakes);

/// Puts what has no position of its own into the middle of the domain, mirror images included.
void place_in_middle(stimulus::Stimuli& stimuli, const tissue::Domain& domain);

/// Whether a ray from a place along a direction meets the box of a grid (inside counts).
bool meets_box(const Grid& grid, const Vector3& place, const Vector3& direction);

}  // namespace caravel::study
