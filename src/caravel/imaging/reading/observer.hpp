// Observers that read many noisy images of one lesion: the trial behind a detectability index.
#pragma once

#include "caravel/imaging/reading/detectability.hpp"
#include "caravel/imaging/reading/roc.hpp"

#include "caravel/exec/threads.hpp"

#include <cstdint>
#include <vector>

namespace caravel::imaging {

struct ObserverTrial {
    DetectionTask task{};
    double diameter = 1e-3;      // m
    int images = 200;            // with the lesion, and as many without
    int channels = 6;            // Laguerre-Gauss channels of the channelised observer
    double channel_width = 0.0;  // m; 0: lesion and point spread together
    std::uint64_t seed = 1;
};

struct ObserverResult {
    RocCurve matched{};      // non-prewhitening template: the expected signal
    RocCurve channelised{};  // Hotelling template on channel responses, from the other half of the
                             // images
};

/// Draws the images of a trial: a sphere on the voxel grid (exact share of each voxel to 1/8 of its
/// width), blurred, in normal noise smoothed as the task says, and lets both observers read them.
/// The channelised observer learns from the first half of the images and is tested on the second.
/// The same for any number of threads. Throws InputError for fewer than 8 images or channels
/// outside of 1 to 12. Source of the channels: B. D. Gallas, H. H. Barrett, J Opt Soc Am A 20
/// (2003) 1725.
ObserverResult observer_trial(exec::ThreadTeam& team, const ObserverTrial& trial);

}  // namespace caravel::imaging
