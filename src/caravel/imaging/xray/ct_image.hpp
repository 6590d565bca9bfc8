// The two ways to a CT image.
#pragma once

#include "caravel/imaging/image.hpp"
#include "caravel/imaging/xray/ct_model.hpp"

#include <span>
#include <vector>

namespace caravel::imaging {

/// Water-relative attenuation (1: water) of one channel.
struct CtVolume {
    std::vector<double> values{};
    std::vector<double> perfect{};  // mean over the voxel, neither blurred nor noisy
    double noise = 0.0;             // of one voxel, root mean square over the object
};

/// What is done to every channel: the channels' numbers, the last of which may be all together.
using CtChannels = std::vector<std::size_t>;

/// What a perfect scanner would show on a grid: mean over the voxel.
std::vector<double> perfect_volume(exec::ThreadTeam& team, const CtModel& model,
                                   std::size_t channel, const Grid& grid);

/// Line integrals of rays through some places of the image, for noise_map() of every channel.
std::vector<float> noise_rays(exec::ThreadTeam& team, const CtModel& model);

/// Standard deviation of the water-relative attenuation in every image voxel, from the counts of
/// the rays that cross it.
std::vector<double> noise_map(exec::ThreadTeam& team, const CtModel& model,
                              const CtSettings& settings, std::size_t channel,
                              std::span<const float> rays);

/// Root mean square of a map over the voxels that are not air.
double mean_noise(const CtModel& model, std::span<const double> map,
                  std::span<const double> perfect);

/// Tier image.
std::vector<CtVolume> image_volumes(const ScanContext& context, const CtModel& model,
                                    const CtSettings& settings, const CtChannels& channels);

}  // namespace caravel::imaging
