// A small dense linear system.
#pragma once

#include <cstddef>
#include <vector>

namespace caravel::formulation::magnetism {

/// Solution of the dense system of `n` rows, the right-hand side in the last of n + 1 columns, by
/// elimination with partial pivoting.
std::vector<double> solve_dense(std::vector<double> system, std::size_t n);

}  // namespace caravel::formulation::magnetism
