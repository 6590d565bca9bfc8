// Oxygen of a gridded tumour in balance between blood, diffusion and consumption.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/tissue/fields/elliptic_solver.hpp"
#include "caravel/tissue/grid/scene.hpp"

#include <span>
#include <vector>

namespace caravel::tissue {

/// Share (0 to 1) of the rate of growth in plenty that cells keep at an oxygen pressure (Pa).
double proliferation_share(const CellBiology& biology, double oxygen);

/// Exchange coefficient (1/s) between blood and tissue, on the difference of arterial and tissue
/// pressure: wall, diffusion to the tissue between capillaries (Krogh cylinder of the mean spacing)
/// and the oxygen that blood can give up in passing, in series.
double oxygen_exchange(const OxygenConstants& constants, double surface_density, double perfusion);

class GridOxygen {
  public:
    explicit GridOxygen(const GridPlan& plan);

    /// Solves for the pressure (Pa) of the cells as they are in `fields`, from the pressure as it
    /// is.
    void balance(exec::ThreadTeam& team, const SceneBuilder& builder,
                 std::span<const double> fields, std::span<const double> perfusion,
                 const Scene& scene, std::span<double> oxygen);
    /// The same for the cells of the scene.
    void balance(exec::ThreadTeam& team, const Scene& scene, std::span<double> oxygen);

  private:
    const GridPlan& plan_;
    EllipticSolver solver_;
    bool ready_ = false;
    Scene cells_;
    std::vector<double> consumption_;
    std::vector<double> exchange_;
    std::vector<double> vessel_;
};

}  // namespace caravel::tissue
