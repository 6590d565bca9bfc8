// Complex images of a scan, before anything is read from them.
#pragma once

#include "caravel/imaging/image.hpp"
#include "caravel/imaging/mri/kspace.hpp"
#include "caravel/imaging/mri/sequence_library.hpp"

#include <span>
#include <vector>

namespace caravel::imaging {

/// One image.
struct Frame {
    Exposure exposure{};
    ComplexField image{};             // with noise; an empty imaginary part is zero
    std::vector<double> magnitude{};  // sum of squares of the coils
    std::vector<double> truth{};      // signal, mean over each voxel
    std::string course{};             // of Image
    double after = 0.0;               // s, of Image
};

/// Standard deviation of each channel of the images as reconstructed.
double frame_noise(const MriSettings& mri, const Grid& image);

/// Image of one exposure. `number` tells the frames of a scan apart (their noise differs). More
/// than one entry of `maps` (dynamic scans): the object at even times of the frame, the last one
/// for what is not time-resolved.
Frame take_frame(const ScanContext& context, std::span<const MriMaps> maps, const MriSettings& mri,
                 const Exposure& exposure, const Grid& image, Tier tier, std::uint32_t number);

/// Signal with the phase that it has at the echo's centre.
ComplexField voxel_signal(exec::ThreadTeam& team, const MriMaps& maps, const MriSettings& mri,
                          const Exposure& exposure, bool exact);

/// Mean of a field of the object's cells over the voxels of an image.
std::vector<double> voxel_mean(exec::ThreadTeam& team, const Grid& object,
                               const std::vector<double>& values, const Grid& image);

}  // namespace caravel::imaging
