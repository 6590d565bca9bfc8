// Light scattering of a spheroid by the T-matrix.
#pragma once

#include "caravel/formulation/optics/t_matrix.hpp"

#include <complex>

namespace caravel::formulation::optics {

/// Numerical choices; zero means automatic.
struct SpheroidOptions {
    double tolerance = 1e-10;   // of extinction and scattering, all orientations, relative
    int order = 0;              // highest degree of the vector spherical waves
    int quadrature_points = 0;  // of the full polar range, even
};

/// Cross-sections of a spheroid and how well they converged.
struct SpheroidResult {
    CrossSections average;            // random orientation
    CrossSections along_axis;         // light along the axis
    CrossSections field_along_axis;   // light across the axis, field along it
    CrossSections field_across_axis;  // light and field across the axis
    int order = 0;                    // highest degree used
    int quadrature_points = 0;        // polar nodes used (full range)
    double error = 0.0;               // estimated relative error, worst of all
    double size_parameter = 0.0;      // k times the largest semi-axis
    double aspect_ratio = 1.0;        // polar over equatorial
};

/// Largest k times semi-axis and smallest and largest aspect ratio (polar over equatorial, or its
/// inverse) that are tried at all.
inline constexpr double spheroid_largest_size = 30.0;
inline constexpr double spheroid_smallest_size = 1e-3;
inline constexpr double spheroid_largest_aspect = 50.0;
inline constexpr int spheroid_largest_order = 80;

/// T, with the order and the nodes that it took.
struct SpheroidSolution {
    TMatrix t;
    int quadrature_points = 0;  // polar nodes used (full range)
    double error = 0.0;         // as in SpheroidResult
};

/// T of a spheroid with the given semi-axes (m) in a medium of wavenumber `medium_wavenumber` (1/m,
/// real); `relative_index` = index of the particle over that of the medium, Im >= 0 absorbs. By the
/// extended boundary condition method with the integrals of Somerville, Auguie and Le Ru (2013)
/// that do not cancel. `InputError` names size parameter and aspect ratio where the order needed
/// for `options.tolerance` is not reached.
SpheroidSolution solve_spheroid(double equatorial_radius, double polar_radius,
                                double medium_wavenumber, std::complex<double> relative_index,
                                const SpheroidOptions& options = {});

/// Cross-sections (m2) of the same spheroid.
SpheroidResult spheroid_cross_sections(double equatorial_radius, double polar_radius,
                                       double medium_wavenumber,
                                       std::complex<double> relative_index,
                                       const SpheroidOptions& options = {});

/// Semi-axes (m).
struct SpheroidAxes {
    double equatorial = 0.0;
    double polar = 0.0;
};

/// The spheroid that stands for a rod with hemispherical caps: equal volume and equal ratio of
/// length to diameter. An approximation, good to a few per cent of the resonance wavelength.
/// `InputError` for a length below the diameter.
SpheroidAxes spheroid_for_capped_rod(double diameter, double length);

}  // namespace caravel::formulation::optics
