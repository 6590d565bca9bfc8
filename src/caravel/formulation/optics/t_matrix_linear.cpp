#include "caravel/formulation/optics/t_matrix_linear.hpp"

#include "caravel/base/error.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace caravel::formulation::optics {
namespace {

using Complex = std::complex<double>;

/// a - b c without the checks for infinities that std::complex asks for.
inline Complex minus_product(const Complex& a, const Complex& b, const Complex& c) {
    return {a.real() - (b.real() * c.real() - b.imag() * c.imag()),
            a.imag() - (b.real() * c.imag() + b.imag() * c.real())};
}

double size_of(const Complex& z) { return std::abs(z.real()) + std::abs(z.imag()); }

double power_of_two_below(double value) {
    return std::isfinite(value) && value > 0.0 ? std::exp2(std::floor(std::log2(value))) : 1.0;
}

/// LU factors of `a` with its columns, then its rows, scaled by powers of two.
class ScaledFactors {
  public:
    explicit ScaledFactors(ComplexMatrix a)
        : lu_(std::move(a)),
          row_(lu_.size, 0.0),
          column_(lu_.size, 0.0),
          pivot_inverse_(lu_.size),
          order_(lu_.size) {
        const std::size_t n = lu_.size;
        for (std::size_t j = 0; j < n; ++j) {
            for (std::size_t i = 0; i < n; ++i)
                column_[j] = std::max(column_[j], size_of(lu_(i, j)));
            column_[j] = 1.0 / power_of_two_below(column_[j]);
            for (std::size_t i = 0; i < n; ++i) lu_(i, j) *= column_[j];
        }
        for (std::size_t i = 0; i < n; ++i) {
            order_[i] = i;
            for (std::size_t j = 0; j < n; ++j) row_[i] = std::max(row_[i], size_of(lu_(i, j)));
            row_[i] = 1.0 / power_of_two_below(row_[i]);
            for (std::size_t j = 0; j < n; ++j) lu_(i, j) *= row_[i];
        }
        for (std::size_t k = 0; k < n; ++k) eliminate(k);
    }

    void solve(std::vector<Complex>& b) const {
        const std::size_t n = lu_.size;
        std::vector<Complex> y(n);
        for (std::size_t i = 0; i < n; ++i) {
            Complex value = b[order_[i]] * row_[order_[i]];
            for (std::size_t j = 0; j < i; ++j) value = minus_product(value, lu_(i, j), y[j]);
            y[i] = value;
        }
        for (std::size_t i = n; i-- > 0;) {
            Complex value = y[i];
            for (std::size_t j = i + 1; j < n; ++j) value = minus_product(value, lu_(i, j), y[j]);
            y[i] = value * pivot_inverse_[i];
        }
        for (std::size_t i = 0; i < n; ++i) b[i] = y[i] * column_[i];
    }

  private:
    void eliminate(std::size_t k) {
        const std::size_t n = lu_.size;
        std::size_t pivot = k;
        for (std::size_t i = k + 1; i < n; ++i)
            if (size_of(lu_(i, k)) > size_of(lu_(pivot, k))) pivot = i;
        const double size = size_of(lu_(pivot, k));
        if (!(size > 0.0) || !std::isfinite(size))
            throw NumericalError({"T-matrix", "Q matrix", "", 0.0, 0.0, "is singular or not finite",
                                  "lower the order of expansion"});
        if (pivot != k) {
            std::swap(order_[k], order_[pivot]);
            for (std::size_t j = 0; j < n; ++j) std::swap(lu_(k, j), lu_(pivot, j));
        }
        const Complex inverse = 1.0 / lu_(k, k);
        pivot_inverse_[k] = inverse;
        for (std::size_t i = k + 1; i < n; ++i) {
            const Complex factor = lu_(i, k) * inverse;
            lu_(i, k) = factor;
            for (std::size_t j = k + 1; j < n; ++j)
                lu_(i, j) = minus_product(lu_(i, j), factor, lu_(k, j));
        }
    }

    ComplexMatrix lu_;
    std::vector<double> row_, column_;
    std::vector<Complex> pivot_inverse_;
    std::vector<std::size_t> order_;
};

ComplexMatrix transpose(const ComplexMatrix& a) {
    ComplexMatrix result(a.size);
    for (std::size_t i = 0; i < a.size; ++i)
        for (std::size_t j = 0; j < a.size; ++j) result(j, i) = a(i, j);
    return result;
}

}  // namespace

ComplexMatrix leading_block(const ComplexMatrix& matrix, std::size_t size) {
    ComplexMatrix result(size);
    for (std::size_t i = 0; i < size; ++i)
        for (std::size_t j = 0; j < size; ++j) result(i, j) = matrix(i, j);
    return result;
}

ComplexMatrix solve_from_right(const ComplexMatrix& a, const ComplexMatrix& b) {
    const ScaledFactors factors(transpose(a));
    ComplexMatrix result(a.size);
    std::vector<Complex> row(a.size);
    for (std::size_t i = 0; i < a.size; ++i) {
        for (std::size_t j = 0; j < a.size; ++j) row[j] = b(i, j);
        factors.solve(row);
        for (std::size_t j = 0; j < a.size; ++j) result(i, j) = row[j];
    }
    return result;
}

std::vector<Complex> solve_system(const ComplexMatrix& a, std::vector<Complex> b) {
    const ScaledFactors factors(a);
    factors.solve(b);
    return b;
}

}  // namespace caravel::formulation::optics
