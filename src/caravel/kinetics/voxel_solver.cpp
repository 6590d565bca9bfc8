#include "caravel/kinetics/voxel_solver.hpp"

#include "caravel/kinetics/voxel_tile.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace caravel::kinetics {

namespace {

constexpr index_t tile_size = 4096;  // voxels

std::size_t at(index_t index) { return static_cast<std::size_t>(index); }

// Absolute tolerance = scale * relative * this, as in Solver.
constexpr double absolute_factor = 1e-3;

}  // namespace

struct VoxelSolver::Work {
    Work(const CompiledModel& compiled, const VoxelOptions& chosen, const VoxelKernels& fitting);

    const KineticModel& model;
    VoxelOptions options;
    const VoxelKernels& kernels;
    BatchProgram program;
    SharedFactors shared;
    BoundModel bound;
    VoxelLimits limits;
};

VoxelSolver::Work::Work(const CompiledModel& compiled, const VoxelOptions& chosen,
                        const VoxelKernels& fitting)
    : model(compiled.model()),
      options(chosen),
      kernels(fitting),
      program(compiled, static_cast<std::uint32_t>(fitting.lanes)),
      shared(program.rates()),
      bound(compiled),
      limits{std::vector<double>(program.size()), std::vector<double>(program.size())} {
    if (!(chosen.relative_tolerance > 0.0) || !std::isfinite(chosen.relative_tolerance)) {
        throw std::invalid_argument("the tolerance of a voxel solver must be positive and finite");
    }
    if (chosen.most_steps < 1) {
        throw std::invalid_argument("a voxel solver needs at least one step");
    }
    if (model.has_expressions()) {
        throw std::invalid_argument(
            "voxels cannot hold reactions whose rate is an expression; use Solver");
    }
    const auto& species = model.all_species();
    for (std::size_t i = 0; i < species.size(); ++i) {
        const std::size_t place = at(program.place()[i]);
        limits.absolute[place] = species[i].scale * chosen.relative_tolerance * absolute_factor;
        limits.least[place] = species[i].non_negative ? -limits.absolute[place]
                                                      : -std::numeric_limits<double>::infinity();
    }
}

VoxelSolver::VoxelSolver(const CompiledModel& model, VoxelOptions options)
    : VoxelSolver(model, options, usable_voxel_kernels().back()) {}

VoxelSolver::VoxelSolver(const CompiledModel& model, VoxelOptions options,
                         const VoxelKernels& kernels)
    : work_(std::make_unique<Work>(model, options, kernels)) {}

VoxelSolver::~VoxelSolver() = default;
VoxelSolver::VoxelSolver(VoxelSolver&&) noexcept = default;
VoxelSolver& VoxelSolver::operator=(VoxelSolver&&) noexcept = default;

VoxelStatistics VoxelSolver::advance(exec::ThreadTeam& team, index_t voxels,
                                     std::span<double* const> y,
                                     std::span<const VoxelCoefficient> coefficients, double dt,
                                     std::span<const unsigned char> active) const {
    const Work& work = *work_;
    if (voxels < 0 || y.size() != work.program.size() ||
        coefficients.size() != work.model.coefficients().size() ||
        !(active.empty() || active.size() == at(voxels)) || !(dt >= 0.0) || !std::isfinite(dt)) {
        throw std::invalid_argument(
            "voxels need one array per species, one value per coefficient and voxel, a mark for "
            "all or no voxels and a finite time not below 0");
    }
    if (dt == 0.0 || voxels == 0) {
        return {};
    }
    const VoxelFields fields(work.program, y, coefficients);
    const VoxelJob job{work.program, work.shared, work.bound, work.model, work.kernels,
                       work.options, work.limits, fields,     dt,         active};
    std::vector<VoxelStatistics> parts(at((voxels + tile_size - 1) / tile_size));
    team.run(std::ssize(parts), [&](index_t tile) {
        const index_t begin = tile * tile_size;
        parts[at(tile)] = VoxelTile(job).run(begin, std::min(begin + tile_size, voxels));
    });
    VoxelStatistics all;
    for (const VoxelStatistics& part : parts) {
        all.accepted += part.accepted;
        all.rejected += part.rejected;
    }
    return all;
}

}  // namespace caravel::kinetics
