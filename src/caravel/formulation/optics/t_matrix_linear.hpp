// Square complex matrices of a T-matrix and their linear systems.
#pragma once

#include <complex>
#include <cstddef>
#include <vector>

namespace caravel::formulation::optics {

/// A square complex matrix by rows.
struct ComplexMatrix {
    ComplexMatrix() = default;
    explicit ComplexMatrix(std::size_t n) : size(n), values(n * n) {}
    std::complex<double>& operator()(std::size_t row, std::size_t column) {
        return values[row * size + column];
    }
    const std::complex<double>& operator()(std::size_t row, std::size_t column) const {
        return values[row * size + column];
    }

    std::size_t size = 0;
    std::vector<std::complex<double>> values;
};

/// The leading square of `size` rows and columns.
ComplexMatrix leading_block(const ComplexMatrix& matrix, std::size_t size);

/// X with X a = b, by ComplexLu after scaling rows and columns of `a` to order one.
/// `NumericalError` where `a` is singular or not finite.
ComplexMatrix solve_from_right(const ComplexMatrix& a, const ComplexMatrix& b);

/// x with a x = b, in the same way.
std::vector<std::complex<double>> solve_system(const ComplexMatrix& a,
                                               std::vector<std::complex<double>> b);

}  // namespace caravel::formulation::optics
