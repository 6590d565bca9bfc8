// Raw data of one image, with decay and dephasing while they are read, and the image from them.
#pragma once

#include "caravel/imaging/image.hpp"
#include "caravel/imaging/mri/coils.hpp"
#include "caravel/imaging/mri/kspace.hpp"
#include "caravel/imaging/mri/sequence_library.hpp"

#include <cstdint>
#include <vector>

namespace caravel::imaging {

/// Which lines (numbers along y) are read with which signal: all with one, or some per echo of a
/// train or per time of a dynamic scan.
struct Shot {
    std::vector<double> amplitude{};  // signal at the echo's centre, per voxel, signed
    std::vector<index_t> lines{};
};

/// Lines of a matrix of `points` for echo 1 ... `count` of a train, so that the middle of k space
/// is read at echo `effective`.
std::vector<std::vector<index_t>> train_lines(index_t points, std::int64_t count,
                                              std::int64_t effective);

/// Raw data [kx, ky, kz or slice] of a Cartesian scan through one coil, without noise. While a line
/// is read each voxel turns with its frequency and decays: after a gradient echo with R2*, around a
/// spin echo with R2 and the refocused part R2* - R2. Every sample has its own time; no
/// segmentation.
ComplexField acquire_cartesian(const ScanContext& context, const MriMaps& maps,
                               const MriSettings& mri, const Exposure& exposure,
                               const std::vector<Shot>& shots, const Grid& image,
                               const ComplexField& coil);

/// Raw data of a single-shot echo-planar scan: line n of ky at TE + k echo_spacing, its samples at
/// the time of the line's middle.
ComplexField acquire_planar(const ScanContext& context, const MriMaps& maps, const MriSettings& mri,
                            const Exposure& exposure, const Shot& shot, const Grid& image,
                            const ComplexField& coil);

/// Image from raw data: window and discrete Fourier transform along x, y and, for a volume, z.
ComplexField reconstruct_cartesian(exec::ThreadTeam& team, const MriSettings& mri, ComplexField raw,
                                   const Grid& image);

/// Noise of one channel of raw data for noise `sigma` of the unfiltered image.
double raw_noise(const MriSettings& mri, const Grid& image, double sigma);

/// What the filter makes of the noise of an image (1).
double filter_noise(const MriSettings& mri, const Grid& image);

/// Adds noise to both channels; `entity` tells images and coils apart.
void add_raw_noise(const ScanContext& context, ComplexField& raw, double sigma,
                   std::uint32_t entity);

}  // namespace caravel::imaging
