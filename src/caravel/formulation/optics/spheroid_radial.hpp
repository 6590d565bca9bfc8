// Products of Riccati-Bessel functions on the surface of a spheroid.
#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace caravel::formulation::optics {

/// psi_n(z) = z j_n(z) for n = 0 .. order, z != 0, relative error about 1e-15 where |psi_n| is not
/// at a zero; downward recurrence normalised to psi_0 or psi_1.
std::vector<std::complex<double>> riccati_psi(int order, std::complex<double> z);

/// chi_n(x) = x y_n(x) for n = 0 .. order, x > 0, upward recurrence.
std::vector<double> riccati_chi(int order, double x);

/// A table of complex functions of the quadrature node for pairs (n, k), real and imaginary parts
/// in arrays of their own.
class PairTable {
  public:
    PairTable(int order, std::size_t points);
    double* real(int n, int k) { return real_.data() + place(n, k); }
    double* imag(int n, int k) { return imag_.data() + place(n, k); }
    const double* real(int n, int k) const { return real_.data() + place(n, k); }
    const double* imag(int n, int k) const { return imag_.data() + place(n, k); }

  private:
    std::size_t place(int n, int k) const {
        return (static_cast<std::size_t>(n) * side_ + static_cast<std::size_t>(k)) * points_;
    }
    std::size_t side_;
    std::size_t points_;
    std::vector<double> real_, imag_;
};

/// x psi_n(x) psi_k(s x) (`regular`) and the part of x chi_n(x) psi_k(s x) with powers >= 0
/// (`irregular`) for 0 <= n, k <= order + 1 with n + k even, at every x, and the diagonal functions
/// themselves.
struct SpheroidRadial {
    SpheroidRadial(int order, std::span<const double> x, std::complex<double> s);

    PairTable regular;
    PairTable irregular;
    std::vector<std::vector<std::complex<double>>> psi;         // [node][n], argument x
    std::vector<std::vector<double>> chi;                       // [node][n]
    std::vector<std::vector<std::complex<double>>> psi_inside;  // [node][k], argument s x
    double worst_error = 0.0;  // estimated relative error of the worst entry
};

}  // namespace caravel::formulation::optics
