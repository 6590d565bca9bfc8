// The local kinetics of many voxels: one KineticModel, lanes of voxels, a cheap stiff method.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/kinetics/model.hpp"

#include <memory>
#include <span>

namespace caravel::kinetics {

/// Value of a coefficient: one for all voxels, or one each.
struct VoxelCoefficient {
    double uniform = 0.0;
    const double* values = nullptr;  // one per voxel; nullptr: `uniform`
};

struct VoxelOptions {
    double relative_tolerance = 1e-4;
    int most_steps = 10000;  // of one voxel in one call
};

struct VoxelStatistics {
    std::int64_t accepted = 0;  // steps of voxels
    std::int64_t rejected = 0;
};

/// L-stable, second order or better, own steps for every voxel with an embedded error estimate; the
/// sums that the stoichiometry conserves stay to round-off, and a step that would make an amount
/// negative (beyond its absolute tolerance) is refused and halved. A voxel's result does not depend
/// on its neighbours, the lanes or the number of threads.
class VoxelSolver {
  public:
    /// The model must outlive the solver. Throws std::invalid_argument for tolerances that are not
    /// positive and for models with expressions.
    explicit VoxelSolver(const CompiledModel& model, VoxelOptions options = {});
    ~VoxelSolver();
    VoxelSolver(VoxelSolver&&) noexcept;
    VoxelSolver& operator=(VoxelSolver&&) noexcept;

    /// Advances every voxel by `dt` (s) in place. `y[s]` points to the amounts of species s (model
    /// order), `coefficients` stand in model order and are constant over the step. `active` (one
    /// per voxel, empty: all) marks the voxels to advance. Throws NumericalError naming the voxel
    /// that cannot be solved.
    VoxelStatistics advance(exec::ThreadTeam& team, index_t voxels, std::span<double* const> y,
                            std::span<const VoxelCoefficient> coefficients, double dt,
                            std::span<const unsigned char> active = {}) const;

  private:
    struct Work;
    std::unique_ptr<Work> work_;
};

}  // namespace caravel::kinetics
