// The matrices P and Q of the extended boundary condition method for a spheroid.
#pragma once

#include "caravel/formulation/optics/spheroid_radial.hpp"
#include "caravel/formulation/optics/t_matrix_linear.hpp"

#include <array>
#include <complex>
#include <vector>

namespace caravel::formulation::optics {

/// Surface of a spheroid in units of the wavelength outside: half of the Gauss-Legendre nodes in
/// the cosine u > 0 of the polar angle (the other half by symmetry).
struct SpheroidSurface {
    /// `x_equator` = k a, `x_pole` = k c; `points` even.
    SpheroidSurface(double x_equator, double x_pole, int points);

    std::vector<double> cosine;
    std::vector<double> weight;  // of both halves together
    std::vector<double> x;       // k r
    std::vector<double> slope;   // (dx/dtheta) / sin(theta)
};

/// Gauss-Legendre points (even) for integrals up to `order` with a relative error below a tenth of
/// `tolerance`. The error falls as rate^-points with rate = (l + s)/(l - s) of the larger and
/// smaller semi-axis, from the pole of r^2 in the complex plane of the cosine; the offset was
/// measured.
int spheroid_quadrature_points(double x_equator, double x_pole, int order, double tolerance);

/// P and Q of one azimuthal number and one parity. Waves are sorted by degree; in parity 0 odd
/// degrees belong to type M and even ones to type N, in parity 1 the other way round.
struct SpheroidBlock {
    std::vector<int> degree;
    std::vector<bool> magnetic;  // type M
    ComplexMatrix p, q;          // incident = -i Q internal, outgoing = i P internal
};

/// The integrals of one spheroid up to one order, shared by all azimuthal numbers.
class SpheroidIntegrals {
  public:
    SpheroidIntegrals(const SpheroidSurface& surface, std::complex<double> relative_index,
                      int order);

    std::array<SpheroidBlock, 2> blocks(int m) const;  // by parity
    double worst_error() const { return radial_.worst_error; }

  private:
    struct Entry {
        std::complex<double> p, q;
    };
    void derive_diagonal(int n);
    struct Angular;  // angular functions of one m with the weights
    SpheroidBlock block(const Angular& f, int parity) const;
    Entry same_type(const Angular& f, int n, int k, bool magnetic) const;
    Entry mixed_type(const Angular& f, int n, int k, bool row_magnetic) const;
    Entry diagonal(const Angular& f, int n, bool magnetic) const;

    const SpheroidSurface& surface_;
    std::complex<double> s_;
    int order_;
    SpheroidRadial radial_;
    // n + k even: chi' psi' + k(k+1) chi psi/(s x^2), and with n(n+1), times x; odd: chi psi' and
    // chi' psi, times x; n = k: what the diagonal of types M and N needs
    PairTable regular_first_, regular_second_, irregular_first_, irregular_second_;
};

}  // namespace caravel::formulation::optics
