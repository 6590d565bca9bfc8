// Injections into a tumour in space: what a needle puts where.
#pragma once

#include "caravel/study/grid_parts.hpp"

#include <optional>

namespace caravel::study {

/// The tumour in space that a dose is injected into (without a name: the first); none: nullptr.
const Tumour* gridded_target(const StudyInput& study, const Administration& dose);

/// Adds what needles bring to the local kinetics and its counters to the body's model.
void add_injections(GridParts& parts);
/// Where they put it: the fluid fills the space between the cells in a sphere around the tip, as
/// far as there is tissue. Throws InputError when tip or sphere lie outside of the box, or the tip
/// is off a plane of symmetry.
void place_injections(GridParts& parts);

/// Where a dose goes that would enter the interstitium of a tumour in space: the pool from which
/// the tumour takes it, and the counter that says how much came.
struct InjectionTarget {
    kinetics::SpeciesId pool;
    kinetics::SpeciesId counter;
};
/// The target of `species`, an amount in an interstitium; none where the tumour is not in space.
std::optional<InjectionTarget> injection_target(const BuiltModel& built, std::size_t administration,
                                                kinetics::SpeciesId species);

}  // namespace caravel::study
