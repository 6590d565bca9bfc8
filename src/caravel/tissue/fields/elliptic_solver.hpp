// Fields in balance: conjugate gradients with a multigrid cycle as preconditioner, warm-started.
#pragma once

#include "caravel/tissue/fields/variable_diffusion.hpp"

#include <functional>
#include <memory>

namespace caravel::tissue {

struct EllipticResult {
    int iterations = 0;     // of the conjugate gradients
    double residual = 0.0;  // 2-norm against that of the right-hand side
    int newton_steps = 0;   // of solve_saturable
};

struct SaturableBalance;

/// Solves  0 = div(conductivity grad u) - loss u + source  on the box.
class EllipticSolver {
  public:
    EllipticSolver(const Grid& grid, const Boundaries& boundaries);
    ~EllipticSolver();
    EllipticSolver(EllipticSolver&&) noexcept;
    EllipticSolver& operator=(EllipticSolver&&) noexcept;

    /// Conductivity of every cell (unit of conductivity, not negative): conductances() of it. Cells
    /// with none and without loss take no part: they keep their value.
    void set_conductivity(exec::ThreadTeam& team, View<const double> conductivity);
    /// Conductivity over distance on every face (unit of conductivity per m), e.g. of a line of
    /// shells or of a box with an immersed surface. Faces of the box lead to the conditions'
    /// values.
    void set_conductances(exec::ThreadTeam& team, FaceField conductances);
    const FaceField& conductances() const;

    /// From `u` as first guess to a relative residual of `tolerance`. Without loss and with closed
    /// faces alone the mean of u is kept (the source must then add to zero). Same bits for any
    /// number of threads. Throws NumericalError when it does not get there in 200 iterations.
    EllipticResult solve(exec::ThreadTeam& team, View<double> u, const CellTerms& terms,
                         double tolerance = 1e-10);

    /// Bytes kept beside the field.
    std::size_t memory() const;

    struct Work;

  private:
    friend EllipticResult solve_saturable(exec::ThreadTeam& team, EllipticSolver& solver,
                                          View<double> u, const SaturableBalance& balance,
                                          double tolerance);
    std::unique_ptr<Work> work_;
};

/// Consumption that saturates, v_max u/(u + half), and exchange with vessels, k (u_v - u).
struct SaturableBalance {
    View<const double> consumption{};   // v_max: unit of u per s
    double half = 0.0;                  // unit of u; 0: zero order, stopped where u is 0
    View<const double> exchange{};      // k: 1/s; empty: none
    View<const double> vessel_value{};  // u_v: unit of u
    double decay = 0.0;                 // 1/s
};

/// Solves 0 = div(D grad u) - v_max u/(u+half) + k (u_v - u) - decay u by Newton steps on the warm
/// start; u ends without negative values and without clipping (docs/models). Throws
/// std::invalid_argument for negative terms, NumericalError without convergence.
EllipticResult solve_saturable(exec::ThreadTeam& team, EllipticSolver& solver, View<double> u,
                               const SaturableBalance& balance, double tolerance = 1e-8);

}  // namespace caravel::tissue
