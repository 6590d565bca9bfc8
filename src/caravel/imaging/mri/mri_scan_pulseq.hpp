// Scan by a sequence file: every voxel is a spin.
#pragma once

#include "caravel/imaging/image.hpp"
#include "caravel/imaging/mri/mri_maps.hpp"
#include "caravel/imaging/mri/mri_settings.hpp"

namespace caravel::imaging {

/// Adds the image of a Pulseq file: slice by slice `spins_in_plane` spins or more per image point
/// along x and y, evenly spaced within the object's cells, go through the sequence, so that phases
/// within a voxel spread as gradients and neighbouring cells make them. Through the slice
/// `spins_through_slice`; with one (in the middle) gradients along z do nothing. Samples are
/// gridded by their place in k space with the density compensation of gridding.hpp. Throws
/// InputError for a file without samples or one that does not parse.
void add_pulseq_image(const ScanContext& context, const MriMaps& maps, const MriSettings& mri,
                      const Grid& image, ScanResult& result);

/// Duration of the file's sequence (s).
double pulseq_duration(const MriSettings& mri);

/// What a scan by the file has to do, known before it: spins of an object that is full of water.
struct PulseqWork {
    double spins = 0.0;    // of one slice
    double slices = 0.0;   // of the image
    double samples = 0.0;  // of the sequence
    double pulses = 0.0;   // pieces of pulses
    double windows = 0.0;  // stretches in which the receiver is on
};
/// Reads the file; throws InputError as add_pulseq_image().
PulseqWork pulseq_work(const Grid& object, const MriSettings& mri, const Grid& image);

}  // namespace caravel::imaging
