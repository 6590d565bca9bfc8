// Coefficients of the local kinetics that differ from voxel to voxel or from window to window.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/kinetics/voxel_solver.hpp"
#include "caravel/tissue/grid/scene.hpp"

#include <span>
#include <vector>

namespace caravel::tissue {

class GridCoefficients {
  public:
    explicit GridCoefficients(const GridPlan& plan);

    /// What follows from vessels, fluid and cells.
    void follow_scene(exec::ThreadTeam& team, const SceneBuilder& builder, const Scene& scene);
    /// What follows from the window: inflow (amount per exchange), release, triggers, oxygen;
    /// `molecules` holds molecule after molecule.
    void follow_window(exec::ThreadTeam& team, const Scene& scene, std::span<const double> inflow,
                       std::span<const double> signals, std::span<const double> oxygen,
                       std::span<const double> molecules, const TreatedTissueFields& treated,
                       double start, double end);

    /// What needles bring in a window of this duration (s): amount per plan.injected.
    void follow_injection(std::span<const double> injected, double duration);

    std::span<const kinetics::VoxelCoefficient> values() const { return values_; }

  private:
    std::vector<double>& map_of(int coefficient);
    const Solute& solute_of(const VaryingCoefficient& c) const {
        return plan_.solutes[static_cast<std::size_t>(c.solute)];
    }
    double value_in(const VaryingCoefficient& c, const SceneBuilder& builder, const Scene& scene,
                    std::size_t i) const;
    double wall_in(const VaryingCoefficient& c, const SceneBuilder& builder, const Scene& scene,
                   std::size_t i) const;
    const std::vector<SoluteSplit>& splits_of(int solute) const {
        return splits_[static_cast<std::size_t>(solute)];
    }
    /// Release and change of carriers in a window with these signals; signal(source, voxel).
    template <class Signal>
    void follow_releases(exec::ThreadTeam& team, const Signal& signal, double middle);
    bool exists(std::size_t i) const { return is_perfused(plan_.domain.region[i]); }

    const GridPlan& plan_;
    std::vector<kinetics::VoxelCoefficient> values_;  // in the order of the local model
    std::vector<std::vector<double>> maps_;           // of those that vary in space
    std::vector<std::vector<SoluteSplit>> splits_;    // per solute, in the last scene
};

}  // namespace caravel::tissue
