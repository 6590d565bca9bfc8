// Nodes and weights of Gauss quadrature.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace caravel {

/// A quadrature rule: the integral of f is sum weight[i] f(node[i]). Nodes ascend.
struct QuadratureRule {
    std::vector<double> node;
    std::vector<double> weight;
    std::size_t size() const { return node.size(); }
};

/// Gauss-Legendre rule with `points` nodes on [-1, 1], exact for polynomials of degree
/// 2 points - 1. Nodes come in pairs of equal size by Halley's method on the Legendre recurrence.
/// Throws InputError outside of 1 to 100000 points.
QuadratureRule gauss_legendre(int points);

/// The same on [low, high].
QuadratureRule gauss_legendre(int points, double low, double high);

/// Gauss-Hermite rule for the standard normal distribution: the mean of polynomials of degree
/// 2 points - 1, weights adding up to 1. Newton's method on the orthonormal Hermite recurrence with
/// the roots found divided out. Throws InputError outside of 1 to 200 points.
QuadratureRule gauss_normal(int points);

/// Gauss rule of the measure, of total weight 1, whose orthonormal polynomials have the Jacobi
/// matrix with this diagonal and its neighbours (one fewer; more are not read): eigenvalues and
/// squared first components of the eigenvectors by implicit QL (G. H. Golub, J. H. Welsch, Math
/// Comp 23 (1969) 221). Throws InputError when there is no diagonal or too few neighbours,
/// NumericalError should the iteration not end.
QuadratureRule gauss_from_recurrence(std::span<const double> diagonal,
                                     std::span<const double> off_diagonal);

}  // namespace caravel
