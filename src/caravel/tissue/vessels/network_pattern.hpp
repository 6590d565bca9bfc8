// Vessels of a tumour from an explicit network.
#pragma once

#include "caravel/tissue/vessels/network.hpp"
#include "caravel/tissue/vessels/vascular_map.hpp"

namespace caravel::tissue {

/// The network that `pattern.network` names: krogh, krogh_hexagonal, tree, or a graph file beside
/// the study. Vessel radius and spacing that the pattern leaves open follow from the means:
/// r = 2 blood fraction/surface density, length per volume = surface density/(2 pi r). Throws
/// InputError for graph files that cannot be, vessels too narrow, networks too large; IoError.
VesselNetwork make_network(const Domain& domain, const VesselPatternInput& pattern,
                           const VascularMeans& means);

/// Most of a voxel that vessels of a scaled network fill; what is above goes to other voxels.
inline constexpr double most_blood_fraction = 0.5;

/// What the network gives the tumour's part of every voxel, scaled to the means and shifted to
/// their pressure. Blood fractions are kept below most_blood_fraction. Throws InputError also when
/// no vessel lies in the tumour or no blood flows there.
VascularMap network_pattern(const Domain& domain, const VesselPatternInput& pattern,
                            const VascularMeans& means);

}  // namespace caravel::tissue
