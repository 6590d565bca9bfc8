// Growing and shrinking tissue pushes its neighbours: velocity of the tissue and what it carries.
#pragma once

#include "caravel/tissue/domain/domain.hpp"
#include "caravel/tissue/fields/convection.hpp"
#include "caravel/tissue/fields/elliptic_solver.hpp"

namespace caravel::tissue {

/// Face velocity (m/s) of the tissue from the growth of volume in every voxel (1/s, per volume of
/// tissue): div v = growth, v = -grad of a potential, free outflow on faces that are not mirrored.
class TissueMotion {
  public:
    explicit TissueMotion(const Domain& domain);
    TissueMotion(const Grid& grid, const std::array<bool, 6>& mirrored);

    /// The potential starts from the last one. Throws std::invalid_argument for another number of
    /// values, NumericalError when a box of mirrored faces alone is to grow.
    const FaceField& velocity(exec::ThreadTeam& team, View<const double> growth);

    /// Forgets the last potential: the next velocity does not depend on what came before.
    void forget();

    /// Greatest |div v - growth| of the last solution (1/s).
    double divergence_error(exec::ThreadTeam& team, View<const double> growth) const;

  private:
    Grid grid_;
    EllipticSolver solver_;
    FaceField conductances_;         // 1/m
    std::vector<double> loss_;       // 1/m2, through open faces
    std::vector<double> potential_;  // m2/s
    FaceField velocity_;
    bool ready_ = false;
};

/// Adds to `growth` (1/s) what brings the filling (share of a voxel's volume that cells take) back
/// to 1 within about two steps of dt (s): overfull voxels push out; voxels within the tissue, whose
/// neighbours are all nearly full, also draw in. Errors of splitting thus do not add up.
void add_repacking(const Grid& grid, View<const double> filling, double dt, View<double> growth);

}  // namespace caravel::tissue
