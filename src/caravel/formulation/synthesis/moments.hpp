// Moments of a size distribution and the Gauss nodes that carry them.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace caravel::formulation::synthesis {

/// A measure of point masses: sum of weights[i] at nodes[i].
struct Quadrature {
    std::vector<double> nodes;
    std::vector<double> weights;
    std::size_t size() const { return nodes.size(); }
};

/// Three-term recurrence of the monic orthogonal polynomials of a measure:
/// P(n+1) = (x - a[n]) P(n) - b[n] P(n-1), b[0] the total mass. Equal lengths.
struct Recurrence {
    std::vector<double> a;
    std::vector<double> b;
    std::size_t size() const { return a.size(); }
};

/// Moment of order k (need not be an integer), sum of weight node^k.
double moment(const Quadrature& measure, double k);

/// The first `count` integer moments m_0 .. m_(count-1).
std::vector<double> moments(const Quadrature& measure, int count);

/// Recurrence of at most size/2 coefficients from moments m_0 .. m_(2N-1) on the positive half-line
/// by Wheeler's form of the Chebyshev algorithm, on sizes scaled by the mean; it stops where the
/// moments are those of fewer points. Condition grows like (mean/spread)^(2N): N <= 6 in doubles.
/// Throws NumericalError naming the moment from which the set cannot be realised.
Recurrence recurrence_from_moments(std::span<const double> moments);

/// Recurrence of at most `count` coefficients of a measure of point masses by Gragg and Harrod's
/// rotations (Numer Math 1984, 44:317): well conditioned, and realisable by construction.
Recurrence recurrence_from_measure(const Quadrature& measure, std::size_t count);

/// Gauss nodes and weights of a recurrence (Golub and Welsch 1969), nodes ascending.
Quadrature gauss_nodes(const Recurrence& recurrence);

/// Continued-fraction coefficients zeta_1 .. zeta_(2N-1) on the positive half-line: all positive
/// when the moments are realisable there and belong to no fewer than N points.
std::vector<double> half_line_coefficients(const Recurrence& recurrence);

/// Canonical moments p_1 .. p_(2N-1) on [0, upper]: all within (0, 1) when realisable there.
std::vector<double> canonical_moments(const Recurrence& recurrence, double upper);

/// Recurrence back from zeta_1 .. zeta_(2N-1) and the total mass.
Recurrence recurrence_from_half_line(std::span<const double> zeta, double mass);

}  // namespace caravel::formulation::synthesis
