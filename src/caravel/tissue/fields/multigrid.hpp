// A symmetric multigrid cycle in single precision: the preconditioner of the elliptic solver.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/tissue/fields/multigrid_level.hpp"

namespace caravel::tissue {

/// Cell-centred V-cycle: linear interpolation, its transpose as restriction, couplings averaged
/// along and across faces, two Chebyshev-Jacobi steps before and after, a factorised operator on
/// the coarsest level. One cycle is a symmetric positive definite map up to rounding.
class Multigrid {
  public:
    /// Hierarchy for cells of these widths (m). `condition` are those of the box's faces.
    Multigrid(std::array<index_t, 3> size, std::array<double, 3> spacing,
              const Boundaries& condition);

    /// Level of the finest grid: fill coupling and wall, then call couplings_changed.
    MultigridLevel& finest() { return levels_.front(); }
    void couplings_changed();
    /// After finest().loss was filled.
    void loss_changed(exec::ThreadTeam& team);

    /// finest().u = cycle of finest().f. Same bits for any number of threads.
    void cycle(exec::ThreadTeam& team);

    std::size_t memory() const;

  private:
    void descend(exec::ThreadTeam& team, std::size_t level);
    void factorise();
    void solve_coarsest();

    Boundaries condition_;
    StencilWidth width_;
    std::vector<MultigridLevel> levels_;
    std::vector<double> factor_;  // of the coarsest operator, L D L^T, row after row
    std::vector<double> right_;
};

}  // namespace caravel::tissue
