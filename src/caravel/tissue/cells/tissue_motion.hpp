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
    const FaceField& velocity(exec::ThreadTeam& team, View<const double> growth);

  private:
    Grid grid_;
    EllipticSolver solver_;
    std::vector<double> potential_;
    FaceField velocity_;
};

}  // namespace caravel::tissue
