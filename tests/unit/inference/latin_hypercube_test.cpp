#include "caravel/inference/latin_hypercube.hpp"

#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <stdexcept>
#include <vector>

namespace caravel::inference {
namespace {

TEST(Permuted, IsAPermutationOfAnySize) {
    for (const std::uint64_t size : {1U, 2U, 3U, 5U, 16U, 17U, 100U, 1000U, 4097U}) {
        std::set<std::uint64_t> seen;
        for (std::uint64_t i = 0; i < size; ++i) seen.insert(permuted(i, size, 3, 1, 0));
        EXPECT_EQ(seen.size(), size);
        EXPECT_EQ(*seen.rbegin(), size - 1);
    }
    EXPECT_THROW(permuted(5, 5, 0, 0, 0), std::logic_error);
}

// All 24 orders of four things over 24000 seeds: chi-squared with 23 degrees of freedom stays below
// 77.5 but for one in ten million.
TEST(Permuted, ReachesAllOrdersEquallyOften) {
    std::vector<int> count(256, 0);
    for (std::uint64_t seed = 0; seed < 24000; ++seed) {
        std::size_t order = 0;
        for (std::uint64_t i = 0; i < 4; ++i) {
            order = order * 4 + static_cast<std::size_t>(permuted(i, 4, seed, 1, 0));
        }
        ++count[order];
    }
    double chi_squared = 0.0;
    int kinds = 0;
    for (const int c : count) {
        if (c == 0) continue;
        ++kinds;
        chi_squared += (c - 1000.0) * (c - 1000.0) / 1000.0;
    }
    EXPECT_EQ(kinds, 24);
    EXPECT_LT(chi_squared, 77.5);
}

TEST(LatinHypercube, HasOnePointInEachSliceOfEveryCoordinate) {
    const LatinHypercube sample(37, 150, 5);
    std::vector<std::set<int>> slices(150);
    std::vector<double> point(150);
    for (std::uint64_t i = 0; i < 37; ++i) {
        sample.point(i, point);
        for (std::size_t d = 0; d < 150; ++d) {
            EXPECT_TRUE(point[d] > 0.0 && point[d] < 1.0);
            slices[d].insert(static_cast<int>(point[d] * 37));
        }
    }
    for (const auto& slice : slices) EXPECT_EQ(slice.size(), 37U);
}

TEST(LatinHypercube, RefusesAnEmptyPlan) {
    EXPECT_THROW(LatinHypercube(0, 2, 0), InputError);
    EXPECT_THROW(LatinHypercube(10, 0, 0), InputError);
    std::vector<double> point(2);
    EXPECT_THROW(LatinHypercube(10, 2, 0).point(10, point), std::logic_error);
}

}  // namespace
}  // namespace caravel::inference
