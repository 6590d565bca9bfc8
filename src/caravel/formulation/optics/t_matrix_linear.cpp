#include "caravel/formulation/optics/t_matrix_linear.hpp"

#include "caravel/formulation/optics/complex_lu.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace caravel::formulation::optics {
namespace {

using Complex = std::complex<double>;

double size_of(const Complex& z) { return std::abs(z.real()) + std::abs(z.imag()); }

double power_of_two_below(double value) {
    return std::isfinite(value) && value > 0.0 ? std::exp2(std::floor(std::log2(value))) : 1.0;
}

/// Scales first the columns, then the rows of `a` to order one by powers of two, which round
/// nothing, and the same rows of the right-hand sides `x`; solves and scales back.
void solve_scaled(ComplexRows a, ComplexRows& x) {
    const std::size_t n = a.rows;
    std::vector<double> column(n, 0.0);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) column[j] = std::max(column[j], size_of(a(i, j)));
    for (double& scale : column) scale = 1.0 / power_of_two_below(scale);
    for (std::size_t i = 0; i < n; ++i) {
        double largest = 0.0;
        for (std::size_t j = 0; j < n; ++j) {
            a.set(i, j, a(i, j) * column[j]);
            largest = std::max(largest, size_of(a(i, j)));
        }
        const double row = 1.0 / power_of_two_below(largest);
        for (std::size_t j = 0; j < n; ++j) a.set(i, j, a(i, j) * row);
        for (std::size_t j = 0; j < x.columns; ++j) x.set(i, j, x(i, j) * row);
    }
    ComplexLu(std::move(a), 1).solve(x);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < x.columns; ++j) x.set(i, j, x(i, j) * column[i]);
}

/// Rows of `a`, or of its transpose.
ComplexRows rows_of(const ComplexMatrix& a, bool transposed) {
    ComplexRows rows(a.size, a.size);
    for (std::size_t i = 0; i < a.size; ++i)
        for (std::size_t j = 0; j < a.size; ++j) rows.set(i, j, transposed ? a(j, i) : a(i, j));
    return rows;
}

}  // namespace

ComplexMatrix leading_block(const ComplexMatrix& matrix, std::size_t size) {
    ComplexMatrix result(size);
    for (std::size_t i = 0; i < size; ++i)
        for (std::size_t j = 0; j < size; ++j) result(i, j) = matrix(i, j);
    return result;
}

ComplexMatrix solve_from_right(const ComplexMatrix& a, const ComplexMatrix& b) {
    ComplexRows x = rows_of(b, true);
    solve_scaled(rows_of(a, true), x);
    ComplexMatrix result(a.size);
    for (std::size_t i = 0; i < a.size; ++i)
        for (std::size_t j = 0; j < a.size; ++j) result(i, j) = x(j, i);
    return result;
}

std::vector<Complex> solve_system(const ComplexMatrix& a, std::vector<Complex> b) {
    ComplexRows x(a.size, 1);
    for (std::size_t i = 0; i < a.size; ++i) x.set(i, 0, b[i]);
    solve_scaled(rows_of(a, false), x);
    for (std::size_t i = 0; i < a.size; ++i) b[i] = x(i, 0);
    return b;
}

}  // namespace caravel::formulation::optics
