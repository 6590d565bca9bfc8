// CT from projections: counts, noise, correction, reconstruction.
#pragma once

#include "caravel/imaging/xray/ct_image.hpp"

#include <vector>

namespace caravel::imaging {

struct CtAcquired {
    std::vector<CtVolume> volumes{};               // of the channels asked for
    std::vector<std::vector<double>> densities{};  // kg/m3 per material of a decomposition in the
                                                   // projections
    double scatter_to_primary = 0.0;               // behind the object's middle
};

/// Tier acquisition. `channels` as in image_volumes(); with `materials` (line integrals in kg/m2)
/// every ray's counts are decomposed.
CtAcquired acquire(const ScanContext& context, const CtModel& model, const CtSettings& settings,
                   const CtChannels& channels, const Polychromatic* materials = nullptr);

/// Subsets of sart: the largest divisor of the views up to 12, so that all are alike.
int ct_subsets(index_t views);

}  // namespace caravel::imaging
