// What a treatment achieved: lesion, margin, dose-volume histograms, harm to normal tissue.
#pragma once

#include "caravel/tissue/domain/domain.hpp"

#include <span>
#include <string>
#include <vector>

namespace caravel::response {

/// Volumes in m3, copies of a symmetric domain included.
struct Lesion {
    double volume = 0.0;          // where fewer cells than `limit` live
    double tumour_covered = 0.0;  // share of the tumour's volume
    double normal_harmed = 0.0;   // m3 of normal tissue within the lesion
    double least_margin = 0.0;    // m, of the lesion beyond the tumour's surface (below 0: short)
    double hottest_tumour = 0.0;  // whatever field `peak` was: its largest value in the tumour
    double hottest_normal = 0.0;
};
/// `survival` 0 to 1 per voxel; `peak` a field whose largest values are wanted (may be empty).
Lesion lesion_of(const tissue::Domain& domain, std::span<const double> survival,
                 std::span<const double> peak, double limit = 0.01);

/// Share of a region's volume with at least the value x, at ascending x.
struct DoseVolume {
    std::vector<double> x{};
    std::vector<double> share{};
};
DoseVolume dose_volume(const tissue::Domain& domain, std::span<const double> values,
                       tissue::Region region, std::size_t points = 60);
/// Largest value that `share` of a region's volume has at least (D90: share 0.9); exact, for doses
/// that spread over many decades. Throws InputError for a share outside (0, 1] or a region without
/// volume.
double dose_at_volume(const tissue::Domain& domain, std::span<const double> values,
                      tissue::Region region, double share);
/// Volume (m3) of a region at or above a value: isoeffect volume.
double isoeffect_volume(const tissue::Domain& domain, std::span<const double> values,
                        tissue::Region region, double value);

}  // namespace caravel::response
