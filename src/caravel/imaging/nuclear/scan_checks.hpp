// What scans of activity ask of their caller: to go on, and sizes that fit into a memory.
#pragma once

#include "caravel/imaging/image.hpp"

#include <string_view>

namespace caravel::imaging {

/// Throws Interrupted when the caller wants to stop. To be called from the thread of the scan only.
void check_interrupted(const ScanContext& context, std::string_view what);

/// Throws InputError when an image over `object` would have more than 2e8 voxels of edge
/// `resolution` (m).
void check_voxels(const Grid& object, double resolution, std::string_view scanner);

/// Throws InputError when a scan would count in more than 2e8 bins: `views` of `columns` of width
/// `bin` (m) by `rows`.
void check_bins(double views, double columns, double rows, double bin, std::string_view scanner);

}  // namespace caravel::imaging
