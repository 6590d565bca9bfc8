// Banded linear systems of the rotor equations: two bands on either side, partial pivoting.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace caravel::formulation::magnetism {

/// Matrix with two sub- and two superdiagonals; entry (i, j) stands at row i, place j - i + 2.
using PentadiagonalRows = std::vector<std::array<double, 5>>;

/// LU factors with partial pivoting. Works on the same storage for every time step.
class PentadiagonalSolver {
  public:
    /// Factors the matrix. Throws NumericalError when it is singular.
    void factor(const PentadiagonalRows& matrix);
    /// Solves in place for `columns` right-hand sides, stored row by row.
    void solve(std::vector<double>& rhs, std::size_t columns) const;

  private:
    static constexpr std::size_t width = 5;  // diagonal, two superdiagonals, two of fill-in
    std::vector<std::array<double, width>> upper_;
    std::vector<std::array<double, 2>> lower_;
    std::vector<std::size_t> pivot_;
};

}  // namespace caravel::formulation::magnetism
