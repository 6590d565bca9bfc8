#include "caravel/inference/sobol.hpp"

#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <stdexcept>

namespace caravel::inference {
namespace {

std::vector<double> point_of(const SobolSequence& sequence, std::uint64_t i) {
    std::vector<double> point(static_cast<std::size_t>(sequence.dimensions()));
    sequence.point(i, point);
    return point;
}

// The first ten points that the generator of Joe and Kuo prints for three dimensions. It visits
// them in Gray code order.
TEST(Sobol, GivesThePublishedFirstPoints) {
    const double expected[10][3] = {{0, 0, 0},
                                    {0.5, 0.5, 0.5},
                                    {0.75, 0.25, 0.25},
                                    {0.25, 0.75, 0.75},
                                    {0.375, 0.375, 0.625},
                                    {0.875, 0.875, 0.125},
                                    {0.625, 0.125, 0.875},
                                    {0.125, 0.625, 0.375},
                                    {0.1875, 0.3125, 0.9375},
                                    {0.6875, 0.8125, 0.4375}};
    const SobolSequence sequence(3, Scrambling::none);
    for (std::uint64_t i = 0; i < 10; ++i) {
        const std::vector<double> point = point_of(sequence, i ^ (i >> 1U));
        for (std::size_t d = 0; d < 3; ++d) EXPECT_EQ(point[d], expected[i][d]) << i << ' ' << d;
    }
}

TEST(Sobol, StartsFromOddNumbersAndPrimitivePolynomialsInAscendingOrder) {
    std::uint32_t last = 0;
    for (int d = 1; d < sobol_dimensions; ++d) {
        const SobolStart start = sobol_start(d);
        for (int k = 0; k < start.degree; ++k) {
            const std::uint32_t m = start.m[static_cast<std::size_t>(k)];
            EXPECT_TRUE(m % 2 == 1 && m < (2U << k)) << d;
        }
        const std::uint32_t polynomial = (1U << start.degree) | (start.polynomial << 1U) | 1U;
        EXPECT_GT(polynomial, last);
        last = polynomial;
        // x has the full order 2^degree - 1 modulo the polynomial.
        std::uint32_t power = 1;
        std::uint32_t order = 0;
        do {
            power <<= 1U;
            if ((power >> start.degree) != 0) power ^= polynomial;
            ++order;
        } while (power != 1);
        EXPECT_EQ(order, (1U << start.degree) - 1) << d;
    }
}

// Property A of Sobol: 2^d points fall one into each half-by-half cell. It holds when the leading
// bits of the directions are linearly independent, and would not survive a slip in the table.
TEST(Sobol, HasPropertyAInAllDimensions) {
    constexpr std::size_t n = sobol_dimensions;
    std::vector<std::vector<bool>> bit(n, std::vector<bool>(n, false));
    bit[0][0] = true;
    for (std::size_t d = 1; d < n; ++d) {
        const SobolStart start = sobol_start(static_cast<int>(d));
        const auto s = static_cast<std::size_t>(start.degree);
        for (std::size_t k = 0; k < n; ++k) {
            if (k < s) {
                bit[d][k] = ((start.m[k] >> k) & 1U) != 0;
                continue;
            }
            bool b = bit[d][k - s];
            for (std::size_t j = 1; j < s; ++j) {
                if (((start.polynomial >> (s - 1 - j)) & 1U) != 0) b = b != bit[d][k - j];
            }
            bit[d][k] = b;
        }
    }
    for (const std::size_t size : {2U, 3U, 10U, 37U, 64U, 127U, 128U}) {
        auto rows = bit;
        std::size_t rank = 0;
        for (std::size_t c = 0; c < size; ++c) {
            std::size_t pivot = rank;
            while (pivot < size && !rows[pivot][c]) ++pivot;
            if (pivot == size) continue;
            std::swap(rows[rank], rows[pivot]);
            for (std::size_t r = 0; r < size; ++r) {
                if (r == rank || !rows[r][c]) continue;
                for (std::size_t k = 0; k < size; ++k) rows[r][k] = rows[r][k] != rows[rank][k];
            }
            ++rank;
        }
        EXPECT_EQ(rank, size);
    }
}

class Scrambled : public ::testing::TestWithParam<Scrambling> {};

TEST_P(Scrambled, PutsOnePointIntoEachSliceOfEveryCoordinate) {
    const SobolSequence sequence(sobol_dimensions, GetParam(), 7);
    constexpr std::uint64_t count = 64;
    std::vector<std::set<int>> slices(sobol_dimensions);
    for (std::uint64_t i = 3 * count; i < 4 * count; ++i) {
        const std::vector<double> point = point_of(sequence, i);
        for (std::size_t d = 0; d < slices.size(); ++d) {
            slices[d].insert(static_cast<int>(point[d] * count));
        }
    }
    for (const auto& slice : slices) EXPECT_EQ(slice.size(), count);
}

TEST_P(Scrambled, KeepsTheFirstTwoCoordinatesANet) {
    const SobolSequence sequence(2, GetParam(), 11);
    for (int x_bits = 0; x_bits <= 6; ++x_bits) {
        std::set<std::pair<int, int>> cells;
        for (std::uint64_t i = 0; i < 64; ++i) {
            const std::vector<double> point = point_of(sequence, i);
            cells.emplace(static_cast<int>(std::ldexp(point[0], x_bits)),
                          static_cast<int>(std::ldexp(point[1], 6 - x_bits)));
        }
        EXPECT_EQ(cells.size(), 64U) << x_bits;
    }
}

TEST_P(Scrambled, DependsOnTheSeedOnlyWhenRandom) {
    const SobolSequence one(5, GetParam(), 1);
    const SobolSequence two(5, GetParam(), 2);
    const bool is_equal = point_of(one, 12345) == point_of(two, 12345);
    EXPECT_EQ(is_equal, GetParam() == Scrambling::none);
    EXPECT_EQ(point_of(one, 12345), point_of(SobolSequence(5, GetParam(), 1), 12345));
}

INSTANTIATE_TEST_SUITE_P(Kinds, Scrambled,
                         ::testing::Values(Scrambling::none, Scrambling::digital_shift,
                                           Scrambling::linear, Scrambling::nested));

TEST(Sobol, NeverLiesOnAnEdgeWhenScrambled) {
    const SobolSequence sequence(1, Scrambling::nested, 3);
    for (std::uint64_t i = 0; i < 4096; ++i) {
        const double u = point_of(sequence, i)[0];
        EXPECT_TRUE(u > 0.0 && u < 1.0);
    }
}

TEST(Sobol, RefusesTooManyDimensionsAndPlacesBeyondItsDigits) {
    EXPECT_THROW(SobolSequence(0), InputError);
    EXPECT_THROW(SobolSequence(129), InputError);
    std::vector<double> point(1);
    EXPECT_THROW(SobolSequence(1).point(std::uint64_t{1} << 32U, point), std::logic_error);
}

// Mean of the product of |4 x - 2| over ten coordinates is 1. Nested scrambling integrates it with
// an error that falls faster than that of random points.
TEST(Sobol, IntegratesBetterThanRandomPoints) {
    const auto error_of = [](std::uint64_t count) {
        double square = 0.0;
        for (std::uint64_t seed = 0; seed < 8; ++seed) {
            const SobolSequence sequence(4, Scrambling::nested, seed);
            double sum = 0.0;
            for (std::uint64_t i = 0; i < count; ++i) {
                double product = 1.0;
                for (const double x : point_of(sequence, i)) product *= std::abs(4.0 * x - 2.0);
                sum += product;
            }
            const double error = sum / static_cast<double>(count) - 1.0;
            square += error * error / 8.0;
        }
        return std::sqrt(square);
    };
    const double variance = std::pow(4.0 / 3.0, 4) - 1.0;  // of one point
    EXPECT_LT(error_of(4096), 0.1 * std::sqrt(variance / 4096));
    EXPECT_LT(error_of(4096), 0.15 * error_of(256));  // random points: 0.25
}

}  // namespace
}  // namespace caravel::inference
