// Dense matrices of the size of a parameter vector and the factorisations that inference needs.
#pragma once

#include "caravel/base/expects.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace caravel::inference {

/// Values row by row.
struct Matrix {
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::vector<double> values;

    Matrix() = default;
    Matrix(std::size_t row_count, std::size_t column_count, double value = 0.0)
        : rows(row_count), columns(column_count), values(row_count * column_count, value) {}

    double& operator()(std::size_t i, std::size_t j) { return values[i * columns + j]; }
    double operator()(std::size_t i, std::size_t j) const { return values[i * columns + j]; }
    std::span<const double> row(std::size_t i) const {
        return std::span(values).subspan(i * columns, columns);
    }
};

/// The unit matrix.
Matrix identity(std::size_t size);

/// A^T A, exactly symmetric.
Matrix gram(const Matrix& a);

/// A x and A^T x. Throw std::logic_error when the lengths do not match.
std::vector<double> multiply(const Matrix& a, std::span<const double> x);
std::vector<double> multiply_transposed(const Matrix& a, std::span<const double> x);

double dot(std::span<const double> a, std::span<const double> b);

/// Lower triangle L with A = L L^T of a symmetric matrix (its lower triangle is read); empty when a
/// pivot is not above 0.
std::optional<Matrix> try_cholesky(const Matrix& a);

/// x with L L^T x = b.
std::vector<double> solve_cholesky(const Matrix& lower, std::span<const double> b);

/// The same for every column of b, to the same bits.
Matrix solve_cholesky(const Matrix& lower, Matrix b);

/// Inverse of L L^T, exactly symmetric.
Matrix inverse_cholesky(const Matrix& lower);

/// As try_cholesky; refuses with InputError a matrix that is not square, symmetric to 1e-12 of its
/// diagonal and positive definite, naming `what`, the pivot and the smallest eigenvalue.
Matrix require_cholesky(const Matrix& a, const std::string& what);

/// x that minimises |A x - b| by Householder reflections, rows >= columns; empty when a column
/// depends on those before it to rounding. Source: G. H. Golub, Numer. Math. 7 (1965) 206.
std::optional<std::vector<double>> solve_least_squares(Matrix a, std::vector<double> b);

/// Eigenvalues in ascending order; column k of `vectors` belongs to value k and has length 1, its
/// largest component positive.
struct SymmetricEigen {
    std::vector<double> values;
    Matrix vectors;
};

/// Cyclic Jacobi rotations; throws NumericalError for a value that is not finite.
/// Source: H. Rutishauser, Numer. Math. 9 (1966) 1.
SymmetricEigen eigen_symmetric(Matrix a);

}  // namespace caravel::inference
