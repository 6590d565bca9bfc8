// Voxels side by side, one per lane of a vector: how their numbers come into a block and back, and
// the step of VoxelSolver, for the instruction sets of the machine. A lane holds the same bits for
// any width.
#pragma once

#include "caravel/base/view.hpp"
#include "caravel/kinetics/voxel_block.hpp"
#include "caravel/kinetics/voxel_solver.hpp"

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace caravel::kinetics {

inline double value_at(const VoxelCoefficient& coefficient, index_t voxel) {
    return coefficient.values != nullptr ? coefficient.values[voxel] : coefficient.uniform;
}

/// Where the numbers of the voxels of one call stand, and which of them differ between voxels.
struct VoxelFields {
    /// An entry of the matrix of the first-order reactions: 0 less the terms begin to end - 1.
    struct LinearTarget {
        std::size_t value = 0;
        std::size_t begin = 0;
        std::size_t end = 0;
    };
    struct LinearTerm {
        double weight = 0.0;
        VoxelCoefficient coefficient{};
    };
    /// An entry of a block that is a coefficient.
    struct Copy {
        std::size_t entry = 0;
        VoxelCoefficient coefficient{};
    };

    VoxelFields(const BatchProgram& program, std::span<double* const> species,
                std::span<const VoxelCoefficient> coefficients);

    std::vector<double*> y;                      // in elimination order
    std::vector<VoxelCoefficient> coefficients;  // in model order
    std::vector<LinearTerm> linear_terms;
    // of the entries with a coefficient of each voxel
    std::vector<LinearTarget> linear;
    std::vector<Copy> reactions;
    std::vector<Copy> uptakes;
    // of the other entries, which all voxels share
    std::vector<LinearTarget> shared_linear;
    std::vector<Copy> shared_reactions;
    std::vector<Copy> shared_uptakes;

  private:
    void sort_linear(const BatchProgram& program);
};

/// What voxels share and a block begins with, in elimination order.
struct VoxelLimits {
    std::vector<double> absolute{};  // tolerances
    std::vector<double> least{};     // the smallest value of a species
};

/// The work on a block of voxels.
struct VoxelKernels {
    std::string_view name;
    std::size_t lanes = 0;  // of a block
    /// Amounts and coefficients of the voxels first to first + lanes - 1.
    void (*load)(VoxelBlock&, const VoxelFields&, const VoxelLimits&, index_t first) = nullptr;
    /// result, squares, below and flaw of a step from y
    void (*step)(VoxelBlock&) = nullptr;
    /// The results of all lanes into the fields, from voxel `first` on.
    void (*store)(const VoxelBlock&, const VoxelFields&, index_t first) = nullptr;
    /// y = result in the accepted lanes
    void (*commit)(VoxelBlock&) = nullptr;
};

/// The kernels this machine can run, widest last; the first is plain C++.
std::span<const VoxelKernels> usable_voxel_kernels();

/// Stages and order of the method, and the share of its error estimate that counts.
int voxel_stages();
int voxel_order();

/// A block whose lanes rest: a state of 0 and the numbers that all voxels share.
void prepare(VoxelBlock& block, const VoxelFields& fields, const VoxelLimits& limits);
/// Amounts and coefficients of one voxel.
void load_lane(VoxelBlock& block, const VoxelFields& fields, const VoxelLimits& limits,
               std::size_t lane, index_t voxel);

}  // namespace caravel::kinetics
