// Coefficients of the local kinetics that differ from voxel to voxel or from window to window.
#pragma once

#include "caravel/kinetics/voxel_solver.hpp"
#include "caravel/tissue/grid/scene.hpp"

#include <span>
#include <vector>

namespace caravel::tissue {

class GridTransport;

class GridCoefficients {
  public:
    explicit GridCoefficients(const GridPlan& plan);

    /// What follows from vessels, fluid and cells.
    void follow_scene(const SceneBuilder& builder, const Scene& scene,
                      const GridTransport& transport);
    /// What follows from the window: inflow (amount per exchange), release, triggers, oxygen;
    /// `molecules` holds molecule after molecule.
    void follow_window(const Scene& scene, std::span<const double> inflow,
                       std::span<const double> signals, std::span<const double> oxygen,
                       std::span<const double> molecules, const TreatedTissueFields& treated,
                       double start, double end);

    std::span<const kinetics::VoxelCoefficient> values() const { return values_; }

  private:
    std::vector<double>& map_of(int coefficient);
    const Solute& solute_of(const VaryingCoefficient& c) const {
        return plan_.solutes[static_cast<std::size_t>(c.solute)];
    }
    double value_in(const VaryingCoefficient& c, const SceneBuilder& builder, const Scene& scene,
                    View<const double> space, std::size_t i) const;
    void set_wall(const VaryingCoefficient& c, const SceneBuilder& builder, const Scene& scene,
                  const GridTransport& transport);

    const GridPlan& plan_;
    std::vector<kinetics::VoxelCoefficient> values_;  // in the order of the local model
    std::vector<std::vector<double>> maps_;           // of those that vary in space
};

}  // namespace caravel::tissue
