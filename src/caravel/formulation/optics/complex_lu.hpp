// Dense complex linear systems, solved in blocks.
#pragma once

#include <complex>
#include <cstddef>
#include <vector>

namespace caravel::formulation::optics {

/// Rows of complex numbers with real and imaginary parts apart, each row padded to whole packs.
struct ComplexRows {
    ComplexRows(std::size_t row_count, std::size_t column_count);
    std::size_t rows;
    std::size_t columns;
    std::size_t stride;
    std::vector<double> real, imaginary;

    std::complex<double> operator()(std::size_t i, std::size_t j) const {
        return {real[i * stride + j], imaginary[i * stride + j]};
    }
    void set(std::size_t i, std::size_t j, const std::complex<double>& value) {
        real[i * stride + j] = value.real();
        imaginary[i * stride + j] = value.imag();
    }
};

/// LU factors with partial pivoting of a square matrix; 8/3 n^3 operations, blocked. The order of
/// every sum is fixed, so the result does not depend on the number of threads.
class ComplexLu {
  public:
    /// Throws NumericalError when a pivot is zero or not finite.
    ComplexLu(ComplexRows matrix, int threads);
    /// Replaces the right-hand sides (columns of `x`) by the solutions.
    void solve(ComplexRows& x) const;

  private:
    void factor_panel(std::size_t first, std::size_t last);
    ComplexRows lu_;
    std::vector<std::size_t> pivots_;
    int threads_;
};

}  // namespace caravel::formulation::optics
