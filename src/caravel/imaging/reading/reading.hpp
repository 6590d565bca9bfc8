// What a reader would report of an image, beside the truth.
#pragma once

#include "caravel/imaging/image.hpp"
#include "caravel/imaging/object.hpp"

#include <string>
#include <vector>

namespace caravel::imaging {

/// One region in one image; values in the image's unit.
struct RegionReading {
    std::string image{};
    std::string unit{};
    std::string region{};
    double voxels = 0.0;  // whole voxels of the image within the region
    double mean = 0.0;
    double deviation = 0.0;   // standard deviation over the voxels
    double truth = 0.0;       // mean of the image's truth there; NaN without one
    double background = 0.0;  // mean of the background
    double background_deviation = 0.0;
    double contrast = 0.0;           // mean - background
    double contrast_to_noise = 0.0;  // contrast over the background's deviation
    double signal_to_noise = 0.0;    // mean over the noise
    double recovery = 0.0;           // contrast over true contrast; NaN without a truth
    double detectability = 0.0;      // d' of a non-prewhitening observer who knows place, size and
                                     // what the place shows without agent; 0 without noise
    double area_under_curve = 0.0;   // of that observer's ROC: Phi(d'/sqrt 2)
    double mean_error = 0.0;         // standard error of the mean, the noise's correlation included
};

/// Readings of every region but the background ones, in the object's order; regions outside of the
/// image are left out, and voxels without a value (Image::missing). Regions are laid on the image's
/// grid voxel by voxel (more than half of the voxel within). A region without a whole voxel is read
/// in the voxels it touches, weighted by their share. An image of one layer is read as a projection
/// (RegionMap). The background is read two voxels away from all else where a tenth of it, and 27
/// voxels, are left. d' has the region's shares as template, the measured contrast less that of
/// Image::without and less what noise adds to its square, and the covariance of the background.
/// Throws InputError without a background region or when none of it is in the image.
std::vector<RegionReading> read_regions(exec::ThreadTeam& team, const Image& image,
                                        const ImagedObject& object);

}  // namespace caravel::imaging
