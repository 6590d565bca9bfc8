// Quasi-static response of one particle to every wavelength and material at once.
#pragma once

#include "caravel/base/quadrature.hpp"
#include "caravel/exec/threads.hpp"
#include "caravel/formulation/optics/cross_sections.hpp"
#include "caravel/formulation/optics/dipole_shape.hpp"

#include <complex>
#include <span>

namespace caravel::formulation::optics {

/// Lanczos coefficients of the depolarisation operator 1/3 - G/(4 pi), started from the uniform
/// field along one axis; their continued fraction is the polarisability.
struct AxisResponse {
    std::vector<double> diagonal;
    std::vector<double> off_diagonal;  // the last one leads to the step not taken
    double retardation = 0.0;          // uniform mode's <G2>/(4 pi), in spacing^2 of k^2
};

/// The depolarisation factors a particle answers with (nodes, 0 to 1 up to the lattice's own error)
/// and how strongly (weights, sum 1), from the eigenvectors of the tridiagonal matrix; without
/// re-orthogonalisation copies of one eigenvalue share its weight. Errors as gauss_from_recurrence.
QuadratureRule depolarisation_rule(const AxisResponse& axis);

struct QuasiStaticOptions {
    int most_steps = 600;
    double tolerance = 1e-4;  // of the polarisability at the targets
    /// Relative permittivities the response shall serve; the run stops when it does. None: all
    /// steps are made.
    std::vector<std::complex<double>> targets;
    bool reorthogonalise = false;  // keeps all vectors; not needed for the polarisability
};

/// Whether the polarisability at all targets changed by at most the tolerance over the last tenth
/// of the steps; false without targets.
bool serves(const AxisResponse& axis, const QuasiStaticOptions& options);

/// Polarisability of a particle of one material, far smaller than the wavelength, as a function of
/// its permittivity over the medium's.
struct SpectralResponse {
    std::array<AxisResponse, 3> axes;
    double volume = 0.0;       // m3
    double spacing = 0.0;      // m
    double half_extent = 0.0;  // m, half the longest side of the box
    int runs = 0;              // axes that symmetry left to compute

    /// alpha (m3) of one axis, p = eps0 eps_medium alpha E; complex with positive imaginary part
    /// for absorption. Throws InputError for a real permittivity <= 0 (resonances without loss) or
    /// a negative imaginary part.
    std::complex<double> polarisability(int axis, std::complex<double> eps_rel) const;

    /// The same with radiation damping and dynamic depolarisation: 1/alpha - k^2 D - i k^3/(6 pi)
    /// (modified long-wavelength approximation, M. Meier and A. Wokaun 1983, Opt Lett 8:581), D
    /// from the double integral of the retarded field over the uniformly polarised particle.
    std::complex<double> radiating_polarisability(int axis, std::complex<double> eps_rel,
                                                  double wavenumber) const;

    /// Relative change of the polarisability over the last tenth of the steps, largest of the axes:
    /// bounds the error where the series converges.
    double convergence(std::complex<double> eps_rel) const;

    /// Cross-sections for a field along one axis, `wavenumber` (1/m) in the medium. Absorption is
    /// never negative; a dipole has no mean cosine.
    CrossSections cross_sections(int axis, std::complex<double> eps_rel, double wavenumber) const;

    /// The mean over all orientations: that of the three axes, which is exact for a dipole.
    CrossSections cross_sections(std::complex<double> eps_rel, double wavenumber) const;

    /// k times half the largest extent; see largest_quasi_static_size.
    double size_parameter(double wavenumber) const { return wavenumber * half_extent; }
};

/// Size parameter up to which the corrected response is taken as valid: a gold sphere of 60 nm in
/// water (0.48 at 520 nm) stays within 0.8 % of Mie, the lattice's own error left out.
inline constexpr double largest_quasi_static_size = 0.5;

/// One Lanczos run for each axis that differs by symmetry. `spacing` in m. Throws InputError for a
/// bad shape, NotAvailable for several materials. Bits do not depend on the number of threads.
SpectralResponse quasi_static_response(const DipoleShape& shape, double spacing,
                                       const QuasiStaticOptions& options, exec::ThreadTeam& team);

}  // namespace caravel::formulation::optics
