// Concentrations from the received orders.
#pragma once

#include "caravel/imaging/mpi/system_matrix.hpp"

#include <span>
#include <vector>

namespace caravel::imaging {

struct SolverRun {
    double regularisation = 1e-3;  // in units of the middle voxel's energy
    std::int64_t iterations = 60;
};

/// Concentrations that minimise |S c - d|^2 + lambda |c|^2, lambda = regularisation times the
/// middle voxel's energy, by Kaczmarz' method on the extended system (Dax 1993, SIAM J Sci Comput
/// 14:570): row after row, `iterations` sweeps. Throws Interrupted.
std::vector<double> solve_kaczmarz(const ScanContext& context, const SystemMatrix& matrix,
                                   std::span<const double> data, const SolverRun& run);

/// The same minimum by conjugate gradients on the normal equations; stops earlier when the residual
/// has fallen by 1e-8. Same bits for any number of threads. Throws Interrupted.
std::vector<double> solve_conjugate_gradient(const ScanContext& context, const SystemMatrix& matrix,
                                             std::span<const double> data, const SolverRun& run);

}  // namespace caravel::imaging
