// Light scattering by a sphere of any number of concentric layers (Mie theory).
#pragma once

#include "caravel/formulation/optics/cross_sections.hpp"

#include <complex>
#include <span>
#include <vector>

namespace caravel::formulation::optics {

/// Scattering coefficients a_n, b_n (Bohren and Huffman 1983, eq. 4.53, time factor exp(-i omega
/// t)); element [n - 1] is order n.
struct MieCoefficients {
    std::vector<std::complex<double>> a;  // electric
    std::vector<std::complex<double>> b;  // magnetic
    /// Re a - |a|^2 + Re b - |b|^2, computed from the flux into the sphere without that difference.
    std::vector<double> absorbed;
};

/// Efficiencies of a sphere: cross-section over pi r^2 with the outer radius r.
struct SphereResult {
    double extinction = 0.0;  // from sum (2n+1) Re(a+b)
    double scattering = 0.0;  // from sum (2n+1) (|a|^2+|b|^2)
    double absorption = 0.0;  // from the flux into the sphere, order by order
    double backscattering =
        0.0;                  // |sum (2n+1) (-1)^n (a-b)|^2 / x^2 (4 pi times the differential one)
    double anisotropy = 0.0;  // mean cosine of the scattering angle
    int orders = 0;           // orders summed
};

/// Amplitudes S1, S2 of the scattered far field (Bohren and Huffman 1983, eq. 4.74).
struct ScatteringAmplitudes {
    std::complex<double> s1;  // perpendicular to the scattering plane
    std::complex<double> s2;  // in the scattering plane
};

/// A layer index that stands for a perfect electric conductor; it may be only the innermost layer.
std::complex<double> perfect_conductor();

/// Orders that a sphere of outer size parameter x needs: x + 6 x^(1/3) + 1, at least 3. Leaves less
/// than 1e-14 of the extinction out; Wiscombe's (1980) x + 4.05 x^(1/3) + 2 leaves up to 2e-10, and
/// 1e-7 of the backscattering.
int mie_orders(double size_parameter);

/// Orders for fields and amplitudes, which converge half as fast: x + 11 x^(1/3) + 6, where x
/// belongs to the larger of the sphere and the distance of the point.
int mie_field_orders(double size_parameter);

/// Mie coefficients. `size_parameters` = k r of the outer surface of each layer from the inside
/// out, k the wave number in the (lossless) medium; `relative_indices` = layer index over the
/// medium's, imaginary part >= 0 for absorption. `orders` = 0 takes mie_orders(). Throws InputError
/// for sizes that do not increase or are outside 1e-12 to 1e5, negative imaginary parts.
MieCoefficients mie_coefficients(std::span<const double> size_parameters,
                                 std::span<const std::complex<double>> relative_indices,
                                 int orders = 0);

/// Efficiencies; arguments and errors as mie_coefficients().
SphereResult layered_sphere(std::span<const double> size_parameters,
                            std::span<const std::complex<double>> relative_indices);

/// Efficiencies from given coefficients of a sphere with the outer size parameter x.
SphereResult efficiencies(const MieCoefficients& coefficients, double size_parameter);

/// S1 and S2 at the given cosines of the scattering angle.
std::vector<ScatteringAmplitudes> scattering_amplitudes(const MieCoefficients& coefficients,
                                                        std::span<const double> cosines);

/// Cross-sections (m2) of a sphere: outer radii (m) of the layers from the inside out, their
/// absolute indices, the index of the (lossless) medium, wavelength in vacuum (m).
CrossSections sphere_cross_sections(std::span<const double> outer_radii,
                                    std::span<const std::complex<double>> indices,
                                    double medium_index, double vacuum_wavelength);

}  // namespace caravel::formulation::optics
