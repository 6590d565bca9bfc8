// The part of x chi_n(x) psi_k(s x) that survives integration over a spheroid.
#pragma once

#include <complex>
#include <span>

namespace caravel::formulation::optics {

/// What is left of x chi_n(x) psi_k(s x) for n >= k + 4, n + k even, where psi_n(x) = x j_n and
/// chi_n(x) = x y_n are Riccati-Bessel functions, when the negative powers of its Laurent series in
/// x are taken away. These are orthogonal to the angular functions on a spheroid (Somerville,
/// Auguie and Le Ru 2012) but exceed the rest by any number of digits. `real` and `imag` hold the
/// product at every `x` and receive the rest. The series is summed in double where it does not
/// cancel, else in twofold precision; where that is not enough, the negative powers are subtracted.
/// Returns the estimated relative error of the worst entry.
double keep_positive_powers(int n, int k, std::complex<double> s, std::span<const double> x,
                            double* real, double* imag);

}  // namespace caravel::formulation::optics
