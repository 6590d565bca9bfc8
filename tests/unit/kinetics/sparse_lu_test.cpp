#include "caravel/kinetics/sparse_lu.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace caravel::kinetics {
namespace {

struct Matrix {
    int size;
    std::vector<double> dense;  // row-major
    std::vector<int> starts{0};
    std::vector<int> rows;

    Matrix(int n, std::vector<double> values) : size(n), dense(std::move(values)) {
        for (int column = 0; column < n; ++column) {
            for (int row = 0; row < n; ++row) {
                if (at(row, column) != 0.0) {
                    rows.push_back(row);
                }
            }
            starts.push_back(static_cast<int>(rows.size()));
        }
    }
    double at(int row, int column) const {
        return dense[static_cast<std::size_t>(row * size + column)];
    }
    void fill(SparseLu& lu) const {
        std::fill(lu.values().begin(), lu.values().end(), 0.0);
        for (int column = 0; column < size; ++column) {
            for (int i = starts[static_cast<std::size_t>(column)];
                 i < starts[static_cast<std::size_t>(column) + 1]; ++i) {
                const auto k = static_cast<std::size_t>(i);
                lu.values()[static_cast<std::size_t>(lu.positions()[k])] = at(rows[k], column);
            }
        }
    }
};

TEST(SparseLu, StarIsEliminatedFromTheLeavesWithoutFill) {
    std::vector<double> values(36, 0.0);
    for (std::size_t i = 0; i < 6; ++i) {
        values[i * 6 + i] = 4.0;
        values[i * 6] = values[i] = i == 0 ? 9.0 : -1.0;  // hub is species 0
    }
    const Matrix star(6, values);
    const std::vector<int> order = elimination_order(6, star.starts, star.rows);
    EXPECT_GE(std::find(order.begin(), order.end(), 0) - order.begin(), 4);
    std::vector<double> permuted(36);
    for (std::size_t i = 0; i < 6; ++i) {
        for (std::size_t j = 0; j < 6; ++j) {
            permuted[i * 6 + j] = star.at(order[i], order[j]);
        }
    }
    const Matrix reordered(6, permuted);
    EXPECT_EQ(SparseLu(6, reordered.starts, reordered.rows).fill(), 0);
    EXPECT_GT(SparseLu(6, star.starts, star.rows).fill(), 0);
}

TEST(SparseLu, SolvesAnUnsymmetricSystemWithFill) {
    const Matrix matrix(4, {5, 1, 0, 2, -1, 6, 1, 0, 0, 2, 7, -3, 1, 0, -2, 8});
    SparseLu lu(4, matrix.starts, matrix.rows);
    matrix.fill(lu);
    ASSERT_TRUE(lu.factor());
    const std::vector<double> expected{1.0, -2.0, 3.0, 0.5};
    std::vector<double> x(4, 0.0);
    for (int row = 0; row < 4; ++row) {
        for (int column = 0; column < 4; ++column) {
            x[static_cast<std::size_t>(row)] +=
                matrix.at(row, column) * expected[static_cast<std::size_t>(column)];
        }
    }
    lu.solve(x.data());
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_NEAR(x[i], expected[i], 1e-14);
    }
}

TEST(SparseLu, ReportsAPivotThatVanishes) {
    const Matrix matrix(2, {1, 2, 2, 4});
    SparseLu lu(2, matrix.starts, matrix.rows);
    matrix.fill(lu);
    EXPECT_FALSE(lu.factor());
}

}  // namespace
}  // namespace caravel::kinetics
