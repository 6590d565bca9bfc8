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
    /// What follows from the window: inflow (amount per exchange), release, triggers, oxygen.
    void follow_window(const Scene& scene, std::span<const double> inflow,
                       std::span<const double> signals, std::span<const double> oxygen,
                       double start, double end);

    std::span<const kinetics::VoxelCoefficient> values() const { return values_; }

  private:
    std::vector<double>& map_of(int coefficient);
    void set_wall(const VaryingCoefficient& c, const SceneBuilder& builder, const Scene& scene,
                  const GridTransport& transport);

    const GridPlan& plan_;
    std::vector<kinetics::VoxelCoefficient> values_;  // in the order of the local model
    std::vector<std::vector<double>> maps_;           // of those that vary in space
};

}  // namespace caravel::tissue
