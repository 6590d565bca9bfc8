// GMRES for the coupled multipoles of clusters too large for a dense matrix.
#pragma once

#include <complex>
#include <functional>
#include <span>
#include <vector>

namespace caravel::formulation::optics {

/// out = A in; `out` comes zeroed.
using LinearOperator =
    std::function<void(std::span<const std::complex<double>>, std::span<std::complex<double>>)>;

struct GmresResult {
    std::vector<std::complex<double>> solution;
    int iterations = 0;
    double residual = 0.0;  // |b - A x| / |b|, recomputed
};

/// Solves A x = b by GMRES with restart (Saad and Schultz 1986), modified Gram-Schmidt and Givens
/// rotations, until the relative residual is below `tolerance` or `limit` products are done (the
/// caller judges the residual). The restart length is `restart`.
GmresResult solve_gmres(const LinearOperator& a, std::span<const std::complex<double>> b,
                        double tolerance, int limit, int restart = 150);

}  // namespace caravel::formulation::optics
