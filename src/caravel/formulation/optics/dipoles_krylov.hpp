// Iterative solvers for complex symmetric systems, with vectors split into real and imaginary part.
#pragma once

#include "caravel/exec/threads.hpp"

#include <complex>
#include <functional>
#include <vector>

namespace caravel::formulation::optics {

/// Complex vector, real and imaginary parts apart.
struct SplitVector {
    SplitVector() = default;
    explicit SplitVector(std::size_t n) : re(n), im(n) {}
    std::size_t size() const { return re.size(); }

    std::vector<double> re;
    std::vector<double> im;
};

/// sum conj(a_i) b_i; the order of the sum depends on the size only.
std::complex<double> inner_product(exec::ThreadTeam& team, const SplitVector& a,
                                   const SplitVector& b);

/// y = A x.
using SplitOperator = std::function<void(const SplitVector& x, SplitVector& y)>;

struct KrylovOptions {
    double residual = 1e-5;  // |b - A x| / |b| to stop at
    int most_steps = 10000;
};

struct KrylovResult {
    bool converged = false;
    std::vector<double> residuals;  // relative, of the start and after every step
};

/// Quasi-minimal residuals for A = A^T without look-ahead (R. Freund 1992, SIAM J Sci Stat Comput
/// 13:425), one product per step. `x` holds the start and then the solution. Not converged also
/// when the recurrence breaks down.
KrylovResult solve_qmr(exec::ThreadTeam& team, const SplitOperator& multiply, const SplitVector& b,
                       SplitVector& x, const KrylovOptions& options);

/// Stabilised biconjugate gradients (H. van der Vorst 1992, SIAM J Sci Stat Comput 13:631), two
/// products per step; otherwise as solve_qmr.
KrylovResult solve_bicgstab(exec::ThreadTeam& team, const SplitOperator& multiply,
                            const SplitVector& b, SplitVector& x, const KrylovOptions& options);

}  // namespace caravel::formulation::optics
