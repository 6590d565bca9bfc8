// What expectation maximisation does to signal and noise, linearised around its mean.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/exec/threads.hpp"
#include "caravel/imaging/nuclear/positron_range.hpp"

#include <optional>
#include <span>
#include <vector>

namespace caravel::imaging {

/// An emission tomograph of parallel projections and its reconstruction by `updates` updates of
/// expectation maximisation (iterations times subsets), in the spatial frequencies around a place:
/// the information of frequency k per voxel is F = kappa^2 V h^2 / p sum_m L c(|k + m/h| L) B^2 b^2
/// with views V, voxel edge h, bin p, blur B of the model, basis b of the image at the repetitions
/// m/h of its spectrum, and coverage c of waves along chords L (coverage_of_views(); L c is
/// 1/(pi |k|) but for long waves). An update removes the share lambda = x F / s of an error (H. H.
/// Barrett, D. W. Wilson, B. M. W. Tsui, Phys. Med. Biol. 39:833, 1994), so signal passes by
/// T = 1 - (1 - lambda)^n and noise has the spectrum T^2 / F, times what the order of the subsets
/// adds (SubsetCycle).
struct LinearReconstruction {
    Grid grid{};               // voxels of the image
    double updates = 64.0;     // 1
    double views = 96.0;       // over half a turn
    index_t subsets = 1;       // of the views
    double bin = 1e-3;         // m
    double chord = 0.0;        // m, mean length of the lines in the activity; 0: unknown, no effect
    double true_share = 1.0;   // of all counts
    Vector3 true_blur{};       // m, FWHM of the scanner
    Vector3 model_blur{};      // m, FWHM within the reconstruction; 0: none
    double post_filter = 0.0;  // m, FWHM
    std::optional<RangeKernel> positrons{};
    double nearest_blur = 0.0;  // m, FWHM of the plane nearest to a turning camera
    bool rotated = false;  // images are rotated by bilinear interpolation, data come from voxels
    bool from_voxels = false;  // not rotated, but the data come from the image's own voxels
};

/// Filters a volume, and noise beside it, with the spectrum (ReconstructionSpectrum) at one
/// information x kappa^2 / (mean sensitivity of the bins) (1/m); noise is scaled to keep its
/// variance 1 when it comes in white with variance 1. The border is padded by
/// zeros of `margin` (m). Same bits for any number of threads.
void filter_volume(exec::ThreadTeam& team, const LinearReconstruction& reconstruction,
                   double information, double margin, std::span<double> signal,
                   std::span<double> noise);

/// Standard deviation of every voxel (the unit of `mean`): `weight` kappa^2 and `gain` the mean
/// counts of the model per line integral, per voxel. `typical` is an information in the middle of
/// what occurs.
std::vector<double> voxel_deviation(exec::ThreadTeam& team,
                                    const LinearReconstruction& reconstruction, double typical,
                                    std::span<const double> mean, std::span<const double> weight,
                                    std::span<const double> gain);

/// Convolves a volume with positron range and normal blur (FWHM, m), padded likewise.
void blur_emission(exec::ThreadTeam& team, const Grid& grid,
                   const std::optional<RangeKernel>& positrons, const Vector3& fwhm,
                   std::span<double> volume);

}  // namespace caravel::imaging
