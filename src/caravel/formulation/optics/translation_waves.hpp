// Vector spherical waves: the alphabet in which clusters of spheres talk to each other.
#pragma once

#include "caravel/formulation/optics/vector3.hpp"

#include <complex>
#include <span>
#include <vector>

namespace caravel::formulation::optics {

/// Coefficients of vector spherical waves up to `order`: element 2 mode_index(l, m) belongs to the
/// magnetic wave M_lm, the next to the electric wave N_lm. With the orthonormal Y_lm
/// (Condon-Shortley phase), X_lm = -i r x grad Y_lm / sqrt(l(l+1)):
/// M_lm = z_l(kr) X_lm, N_lm = curl M_lm / k; z = j regular, z = h1 outgoing (exp(-i omega t)).
using WaveCoefficients = std::vector<std::complex<double>>;

enum class WaveKind { regular, outgoing };

/// Position of order l >= 1, degree |m| <= l among the modes.
constexpr int mode_index(int l, int m) { return l * l + l + m - 1; }

/// Number of modes (l, m) up to an order; a WaveCoefficients has twice as many elements.
constexpr int mode_count(int order) { return order * (order + 2); }

/// Spherical Bessel functions z_0(x) .. z_order(x): j_l by downward ratios for `regular` (x >= 0),
/// h1_l for `outgoing` (x > 0). Throws InputError where h1 would overflow.
std::vector<std::complex<double>> spherical_bessel(WaveKind kind, int order, double x);

/// Field (in units of the incident one) of a sum of waves up to `order` at `position` (m) relative
/// to their centre; `wave_number` in 1/m.
ComplexVector3 wave_field(WaveKind kind, std::span<const std::complex<double>> coefficients,
                          int order, double wave_number, const Vector3& position);

/// Regular waves about the origin that make up the plane wave `polarisation` exp(i k direction.r);
/// `direction` is a unit vector, `polarisation` perpendicular to it.
WaveCoefficients plane_wave(int order, const Vector3& direction,
                            const ComplexVector3& polarisation);

}  // namespace caravel::formulation::optics
