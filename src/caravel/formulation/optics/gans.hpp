// Quasi-static light scattering of an ellipsoid.
#pragma once

#include "caravel/formulation/optics/cross_sections.hpp"

#include <array>
#include <complex>

namespace caravel::formulation::optics {

/// Depolarisation factors (1, sum 1) along the three semi-axes (any unit, above 0):
/// L_i = abc/2 int_0^inf dt / ((t + a_i^2) sqrt((t+a^2)(t+b^2)(t+c^2))), by Carlson's R_D.
std::array<double, 3> depolarisation_factors(const std::array<double, 3>& semi_axes);

/// Whether a finite size is allowed for.
enum class GansModel {
    quasi_static,              // Gans 1912
    modified_long_wavelength,  // with dynamic depolarisation and radiation damping
};

/// Cross-sections of an ellipsoid as one electric dipole.
struct GansResult {
    std::array<CrossSections, 3> along;                    // field along each axis
    CrossSections average;                                 // random orientation
    std::array<std::complex<double>, 3> polarisability{};  // m3, induced dipole over eps0 eps_m E
    double size_parameter = 0.0;                           // k times the largest semi-axis
};

/// Largest k times semi-axis that is accepted; beyond, the dipole is no guide.
inline constexpr double gans_largest_size = 1.0;

/// Cross-sections (m2) of an ellipsoid with the semi-axes (m) in a medium of wavenumber
/// `wavenumber` (1/m) by alpha_i = V (eps - 1)/(1 + L_i (eps - 1)), over 1 - k^2 alpha_i/(4 pi a_i)
/// - i k^3 alpha_i/(6 pi) in the modified model; absorption k Im(alpha) (less scattering in the
/// modified model), scattering k^4 |alpha|^2/(6 pi), eps = relative_index^2. A cheap check: at k a
/// = 0.64 the quasi-static extinction of a gold rod is 13 % too high. `InputError` above
/// `gans_largest_size`.
GansResult gans_cross_sections(const std::array<double, 3>& semi_axes, double wavenumber,
                               std::complex<double> relative_index,
                               GansModel model = GansModel::quasi_static);

}  // namespace caravel::formulation::optics
