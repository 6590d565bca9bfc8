// Spirals and radial lines: raw data and image, slice by slice.
#pragma once

#include "caravel/imaging/mri/reconstruction.hpp"

namespace caravel::imaging {

/// Image through one coil, with noise. The object is first brought to slices (its signal as in the
/// Cartesian case, its rates and frequency as means weighted with the signal); while a plane is
/// read, voxels turn and decay in as many steps as keep the phase of a step below 0.3 rad (at most
/// 64).
ComplexField plane_image(const ScanContext& context, const MriMaps& maps, const MriSettings& mri,
                         const Exposure& exposure, const Shot& shot, const Grid& image,
                         const ComplexField& coil, std::uint32_t entity);

/// Noise of the image against a Cartesian one without filter (1).
double plane_noise(const MriSettings& mri, const Grid& image);

}  // namespace caravel::imaging
