// Full-wave cross-sections averaged over the orientations of the particle.
#pragma once

#include "caravel/formulation/optics/dipoles.hpp"

namespace caravel::formulation::optics {

/// Incident directions in the frame of the particle: Lebedev's rules of 6, 14 and 26 points, exact
/// for spherical harmonics up to degree 3, 5 and 7 (V. Lebedev 1976, USSR Comput Math Math Phys
/// 16(2):10). Six are exact for a dipole.
enum class OrientationRule { axes, axes_and_corners, axes_corners_and_edges };

/// One wave and its share of the average.
struct WeightedWave {
    PlaneWave wave;
    double weight = 0.0;
};

/// Waves of a rule, two polarisations each, without those that a symmetry of the shape makes
/// superfluous. Weights sum to 1.
std::vector<WeightedWave> orientation_waves(const DipoleShape& shape, OrientationRule rule);

struct OrientationAverage {
    CrossSections cross_sections;
    int solves = 0;
    int steps = 0;                       // Krylov steps of all solves
    double optical_theorem_error = 0.0;  // largest
    double residual = 0.0;               // largest
    std::vector<SplitVector> moments;    // of each wave: starts for the neighbour wavelength
};

/// Averages over `waves`. `starts` is empty or holds the moments of a neighbouring average over the
/// same waves; options.start is not read. Errors as FullWaveSolver::solve.
OrientationAverage orientation_average(FullWaveSolver& solver,
                                       std::span<const std::complex<double>> relative_indices,
                                       std::span<const WeightedWave> waves,
                                       const FullWaveOptions& options,
                                       std::span<const SplitVector> starts);

}  // namespace caravel::formulation::optics
