#include "caravel/formulation/magnetism/band_solver.hpp"

#include "caravel/base/error.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace caravel::formulation::magnetism {
namespace {

[[noreturn]] void fail_singular() {
    NumericalFailure failure;
    failure.process = "rotor equations";
    failure.quantity = "the matrix of one step";
    failure.problem = "is singular";
    failure.advice = "take more steps per period.";
    throw NumericalError(std::move(failure));
}

}  // namespace

void PentadiagonalSolver::factor(const PentadiagonalRows& matrix) {
    const std::size_t n = matrix.size();
    // Rows shifted so that place 0 is the column of the current pivot; two rows beyond the end are
    // zero.
    std::vector<std::array<double, width>> rows(n + 2, std::array<double, width>{});
    const auto load = [&](std::size_t i, std::size_t first_column) {
        for (std::size_t b = 0; b < 5; ++b) {
            if (i + b < 2 || i + b - 2 >= n) continue;
            const std::size_t column = i + b - 2;
            if (column >= first_column) rows[i][column - first_column] = matrix[i][b];
        }
    };
    upper_.assign(n, std::array<double, width>{});
    lower_.assign(n, {0.0, 0.0});
    pivot_.assign(n, 0);
    if (n > 0) load(0, 0);
    if (n > 1) load(1, 0);
    for (std::size_t k = 0; k < n; ++k) {
        if (k + 2 < n) load(k + 2, k);
        std::size_t best = k;
        for (std::size_t i = k + 1; i < std::min(k + 3, n); ++i)
            if (std::abs(rows[i][0]) > std::abs(rows[best][0])) best = i;
        if (rows[best][0] == 0.0 || !std::isfinite(rows[best][0])) fail_singular();
        pivot_[k] = best;
        std::swap(rows[k], rows[best]);
        upper_[k] = rows[k];
        for (std::size_t i = k + 1; i < std::min(k + 3, n); ++i) {
            const double ratio = rows[i][0] / rows[k][0];
            lower_[k][i - k - 1] = ratio;
            for (std::size_t c = 1; c < width; ++c)
                rows[i][c - 1] = rows[i][c] - ratio * rows[k][c];
            rows[i][width - 1] = 0.0;
        }
    }
}

void PentadiagonalSolver::solve(std::vector<double>& rhs, std::size_t columns) const {
    const std::size_t n = upper_.size();
    double* const data = rhs.data();
    for (std::size_t k = 0; k < n; ++k) {
        double* const row = data + k * columns;
        if (pivot_[k] != k) std::swap_ranges(row, row + columns, data + pivot_[k] * columns);
        for (std::size_t i = 0; i < 2 && k + 1 + i < n; ++i) {
            double* const target = row + (i + 1) * columns;
            const double ratio = lower_[k][i];
            for (std::size_t c = 0; c < columns; ++c) target[c] -= ratio * row[c];
        }
    }
    for (std::size_t k = n; k-- > 0;) {
        double* const row = data + k * columns;
        for (std::size_t b = 1; b < width && k + b < n; ++b) {
            const double* const known = row + b * columns;
            const double factor = upper_[k][b];
            for (std::size_t c = 0; c < columns; ++c) row[c] -= factor * known[c];
        }
        const double inverse = 1.0 / upper_[k][0];
        for (std::size_t c = 0; c < columns; ++c) row[c] *= inverse;
    }
}

}  // namespace caravel::formulation::magnetism
