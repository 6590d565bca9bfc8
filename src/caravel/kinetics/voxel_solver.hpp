// The local kinetics of many voxels: one KineticModel, lanes of voxels, a cheap stiff method.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/kinetics/model.hpp"

#include <cstdint>
#include <memory>
#include <span>

namespace caravel::kinetics {

struct VoxelKernels;  // voxel_lanes.hpp

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

/// RODAS3 (order 3(2), L-stable, stiffly accurate) with own steps for every voxel, the first of
/// which is the whole window; its error in the norm of Solver is at most 1, with absolute tolerance
/// = scale * relative * 1e-3. The sums that the stoichiometry conserves stay to the rounding of
/// what the reactions turn over. A step that would bring an amount that may not be negative below
/// minus its absolute tolerance (or, where it starts lower, below that) is refused and halved;
/// below dt / 1024 two linearly implicit Euler steps of half the size take its place, if they hold
/// the bound and the tolerance. Nothing is clipped. Exponents and powers of the factors are those
/// of voxel_math.hpp: within a few rounding errors of factor.hpp, except that exp is held at
/// exp(+-700). A voxel's result does not depend on its neighbours, the lanes or the number of
/// threads.
class VoxelSolver {
  public:
    /// The model must outlive the solver. Throws std::invalid_argument for a tolerance that is not
    /// positive and finite, for less than one step and for models with expressions.
    explicit VoxelSolver(const CompiledModel& model, VoxelOptions options = {});
    /// The same with kernels from usable_voxel_kernels(); the results have the same bits.
    VoxelSolver(const CompiledModel& model, VoxelOptions options, const VoxelKernels& kernels);
    ~VoxelSolver();
    VoxelSolver(VoxelSolver&&) noexcept;
    VoxelSolver& operator=(VoxelSolver&&) noexcept;

    /// Advances every voxel by `dt` (s) in place. `y[s]` points to the amounts of species s (model
    /// order), `coefficients` stand in model order and are constant over the step. `active` (one
    /// per voxel, empty: all) marks the voxels to advance; the others are neither read nor written.
    /// Throws NumericalError naming the first voxel that cannot be solved, and why: it keeps its
    /// amounts, others may have been advanced. Throws std::invalid_argument where the sizes do not
    /// fit the model or dt is negative or not finite; dt = 0 changes nothing.
    VoxelStatistics advance(exec::ThreadTeam& team, index_t voxels, std::span<double* const> y,
                            std::span<const VoxelCoefficient> coefficients, double dt,
                            std::span<const unsigned char> active = {}) const;

  private:
    struct Work;
    std::unique_ptr<Work> work_;
};

}  // namespace caravel::kinetics
