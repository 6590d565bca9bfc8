// Small symmetric systems of equations, as least squares give them.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace caravel::imaging {

/// Solves A x = b in place of `b` for a symmetric matrix without negative eigenvalues (`a` row by
/// row, its lower triangle is read) by Cholesky's factors. A row whose pivot is no more than
/// `least` of its diagonal depends on the rows before: its unknown is set to 0 and the others are
/// solved without it. Returns how many unknowns were solved for; all of them where A is regular.
std::size_t solve_symmetric(std::vector<double> a, std::span<double> b, double least = 1e-12);

}  // namespace caravel::imaging
