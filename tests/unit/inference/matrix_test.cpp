#include "caravel/inference/matrix.hpp"

#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace caravel::inference {
namespace {

Matrix matrix(std::size_t rows, std::size_t columns, std::vector<double> values) {
    Matrix m(rows, columns);
    m.values = std::move(values);
    return m;
}

std::string refusal(const Matrix& m) {
    try {
        require_cholesky(m, "the covariance");
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

TEST(Cholesky, GivesTheFactorOfAKnownMatrix) {
    const Matrix lower =
        require_cholesky(matrix(3, 3, {4, 12, -16, 12, 37, -43, -16, -43, 98}), "a");
    EXPECT_EQ(lower.values, (std::vector<double>{2, 0, 0, 6, 1, 0, -8, 5, 3}));
    const std::vector<double> x = solve_cholesky(lower, std::vector<double>{0, 6, 39});
    // A (1, 1, 1) = (0, 6, 39).
    for (const double value : x) EXPECT_NEAR(value, 1.0, 1e-12);
}

TEST(Cholesky, RefusesAnIndefiniteMatrixNamingPivotAndEigenvalue) {
    const std::string text = refusal(matrix(2, 2, {1, 2, 2, 1}));  // eigenvalues -1 and 3
    EXPECT_NE(text.find("the covariance is not positive definite"), std::string::npos) << text;
    EXPECT_NE(text.find("pivot 1 is -3"), std::string::npos) << text;
    EXPECT_NE(text.find("smallest eigenvalue -1"), std::string::npos) << text;
}

TEST(Cholesky, RefusesWhatIsNoSymmetricMatrixOfNumbers) {
    EXPECT_NE(refusal(matrix(2, 2, {1, 0.5, 0.4, 1})).find("0.4 at (1, 0) and 0.5 opposite"),
              std::string::npos);
    EXPECT_NE(refusal(matrix(1, 2, {1, 0})).find("square"), std::string::npos);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    EXPECT_NE(refusal(matrix(2, 2, {1, nan, nan, 1})).find("entry 1 is nan"), std::string::npos);
}

TEST(Cholesky, InverseIsThatOfTheMatrixAndSymmetric) {
    const Matrix inverse = inverse_cholesky(*try_cholesky(matrix(2, 2, {4, 2, 2, 3})));
    EXPECT_NEAR(inverse(0, 0), 3.0 / 8.0, 1e-15);
    EXPECT_NEAR(inverse(0, 1), -2.0 / 8.0, 1e-15);
    EXPECT_NEAR(inverse(1, 1), 4.0 / 8.0, 1e-15);
    EXPECT_EQ(inverse(0, 1), inverse(1, 0));
}

TEST(LeastSquaresSolution, IsThatOfTheNormalEquations) {
    // Line through (0, 6), (1, 0), (2, 0): 5 - 3 t.
    const auto x = solve_least_squares(matrix(3, 2, {1, 0, 1, 1, 1, 2}), {6, 0, 0});
    ASSERT_TRUE(x);
    EXPECT_NEAR((*x)[0], 5.0, 1e-14);
    EXPECT_NEAR((*x)[1], -3.0, 1e-14);
}

TEST(LeastSquaresSolution, KeepsDigitsThatTheNormalEquationsLose) {
    // Lauchli's matrix: eps^2 vanishes in A^T A.
    const double eps = 1e-9;
    const auto x = solve_least_squares(matrix(3, 2, {1, 1, eps, 0, 0, eps}), {2, eps, eps});
    ASSERT_TRUE(x);
    EXPECT_NEAR((*x)[0], 1.0, 1e-6);
    EXPECT_NEAR((*x)[1], 1.0, 1e-6);
    EXPECT_FALSE(try_cholesky(gram(matrix(3, 2, {1, 1, eps, 0, 0, eps}))));
}

TEST(LeastSquaresSolution, IsEmptyWhenAColumnDependsOnOthers) {
    EXPECT_FALSE(solve_least_squares(matrix(3, 2, {1, 2, 2, 4, 3, 6}), {1, 1, 1}));
    EXPECT_FALSE(solve_least_squares(matrix(2, 1, {0, 0}), {1, 1}));
}

TEST(SymmetricEigen, GivesKnownValuesAndVectorsThatRebuildTheMatrix) {
    // Second difference matrix: 2 - 2 cos(k pi / (n + 1)).
    constexpr std::size_t n = 9;
    Matrix a(n, n);
    for (std::size_t i = 0; i < n; ++i) {
        a(i, i) = 2.0;
        if (i > 0) a(i, i - 1) = a(i - 1, i) = -1.0;
    }
    const SymmetricEigen eigen = eigen_symmetric(a);
    for (std::size_t k = 0; k < n; ++k) {
        const double pi = std::acos(-1.0);
        EXPECT_NEAR(eigen.values[k],
                    2.0 - 2.0 * std::cos(static_cast<double>(k + 1) * pi / (n + 1.0)), 1e-14);
    }
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) {
            double sum = 0.0;
            for (std::size_t k = 0; k < n; ++k) {
                sum += eigen.vectors(i, k) * eigen.values[k] * eigen.vectors(j, k);
            }
            EXPECT_NEAR(sum, a(i, j), 1e-14);
        }
    }
}

TEST(SymmetricEigen, FindsTheSmallValueOfAGradedMatrix) {
    // Exact: det = 1e-12, so the small one is 1e-12 / (1 + ...) = 1e-12 (1 - 1e-12).
    const SymmetricEigen eigen = eigen_symmetric(matrix(2, 2, {1.0, 1e-6, 1e-6, 2e-12}));
    EXPECT_NEAR(eigen.values[0] / 1e-12, 1.0, 1e-9);
    EXPECT_THROW(eigen_symmetric(matrix(1, 1, {std::nan("")})), NumericalError);
}

}  // namespace
}  // namespace caravel::inference
