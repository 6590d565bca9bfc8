// Molecules of the surroundings of cells - acid, enzymes, peroxide, glutathione - in balance
// between production, diffusion, decay and blood; triggers see them voxel by voxel.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/tissue/fields/elliptic_solver.hpp"
#include "caravel/tissue/grid/scene.hpp"

#include <memory>
#include <span>
#include <vector>

namespace caravel::tissue {

/// What a trigger sees of a molecule's concentration (mol/m3): itself, or for signal "pH" the pH of
/// an excess of acid, blood_ph - excess/buffer_capacity.
double signal_of(const MoleculeInput& molecule, double concentration);

/// Rate of production (mol/m3/s) by these volumes of cells per tissue volume; `oxygen` in Pa. Cells
/// are hypoxic to the share 1/(1 + P/(10 mmHg)) (assumed).
double production(const MoleculeInput& molecule, double viable, double dead, double oxygen);

/// 0 = D lap c - (ln 2/half-life + P S) c + production + P S c_blood, one solver for all.
class GridMolecules {
  public:
    explicit GridMolecules(const GridPlan& plan);

    /// Solves for every molecule of the plan, from the concentrations as they are; `fields` holds
    /// molecule after molecule. Throws NumericalError.
    void balance(exec::ThreadTeam& team, const Scene& scene, std::span<const double> oxygen,
                 std::span<double> fields);

  private:
    const GridPlan& plan_;
    std::vector<EllipticSolver> solvers_;
    std::vector<double> loss_;
    std::vector<double> source_;
};

}  // namespace caravel::tissue
