// Which lengths, counts and densities a description may hold: between atoms and what can be
// injected, wide enough for every particle and narrow enough that every model stays finite.
#pragma once

#include "caravel/input/visitor.hpp"

#include <cstdint>

namespace caravel::formulation {

inline constexpr double smallest_extent = 0.05;  // nm, less than an atom
inline constexpr double largest_extent_nm = 1e6;
inline constexpr std::int64_t most_pieces = 1'000'000'000'000;

/// A size or a thickness: 0.05 nm to 1 mm.
inline input::NumberRule extent() { return {"nm", smallest_extent, largest_extent_nm}; }
/// A distance between surfaces: 0 to 1 mm.
inline input::NumberRule distance() { return {"nm", 0.0, largest_extent_nm}; }
/// Chains or groups on a surface; atoms themselves stand at 20 per nm2.
inline input::NumberRule areal_density() { return {"1/nm2", 1e-9, 1000.0}; }
/// A mean number per particle; a drop of 1 mm holds 2e19 molecules of water.
inline input::NumberRule mean_count() { return {"1", 1e-9, 1e20}; }

}  // namespace caravel::formulation
