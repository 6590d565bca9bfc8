#include "caravel/exec/reduce.hpp"

#include "caravel/exec/random.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace caravel::exec {
namespace {

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

// Values of very different size and sign, whose sum depends on the order of addition.
std::vector<double> awkward(index_t n) {
    std::vector<double> values;
    RandomStream stream(7, 1, 0);
    for (index_t i = 0; i < n; ++i) {
        values.push_back((uniform(stream) - 0.5) * std::pow(10.0, 12.0 * uniform(stream)));
    }
    return values;
}

View<const double> read(const std::vector<double>& values) { return view_of(values); }

TEST(Reduce, sums_whole_numbers_exactly_at_every_length) {
    ThreadTeam team(2);
    for (const index_t n :
         {0, 1, 2, 15, 16, 17, 127, 128, 129, 1023, 1024, 1025, 8192, 8193, 100000}) {
        const double total = sum_of(team, n, [](index_t i) { return static_cast<double>(i + 1); });
        EXPECT_EQ(total, static_cast<double>(n) * static_cast<double>(n + 1) / 2.0) << n;
    }
}

TEST(Reduce, sum_has_the_same_bits_for_any_number_of_threads) {
    for (const index_t n : {1000, 1024, 10007, 300001}) {
        const std::vector<double> values = awkward(n);
        ThreadTeam one(1);
        const auto expected = std::bit_cast<std::uint64_t>(sum(one, read(values)));
        for (const int size : {2, 3, 4, 7, 16}) {
            ThreadTeam team(size);
            EXPECT_EQ(std::bit_cast<std::uint64_t>(sum(team, read(values))), expected) << size;
        }
    }
}

TEST(Reduce, sum_has_the_documented_shape) {
    // 2^53 swallows a 1 that is added to it alone. Lanes 0 and 1 are added before lane 2 follows.
    ThreadTeam team(1);
    EXPECT_EQ(sum(team, read({0x1p53, 1.0, 1.0})), 0x1p53);
    EXPECT_EQ(sum(team, read({1.0, 1.0, 0x1p53})), 0x1p53 + 2.0);
}

TEST(Reduce, sum_error_stays_at_rounding_level) {
    ThreadTeam team(1);
    const index_t n = 10'000'000;
    const double total = sum_of(team, n, [](index_t) { return 0.1; });
    EXPECT_NEAR(total, 1e6, 1e6 * 30 * 0x1p-53);  // a plain loop misses by 1.6e-4
}

TEST(Reduce, finds_extremes_wherever_they_are) {
    ThreadTeam team(2);
    for (const std::size_t place : {0U, 1U, 16U, 1023U, 1024U, 9998U}) {
        std::vector<double> values(9999, 1.0);
        values[place] = -5.0;
        EXPECT_EQ(minimum(team, read(values)), -5.0) << place;
        EXPECT_EQ(maximum(team, read(values)), 1.0);
        EXPECT_EQ(max_abs(team, read(values)), 5.0) << place;
        values[place] = 6.0;
        EXPECT_EQ(maximum(team, read(values)), 6.0) << place;
    }
}

TEST(Reduce, a_nan_is_never_lost) {
    ThreadTeam team(2);
    for (const std::size_t place : {0U, 1U, 500U, 1024U, 4999U}) {
        std::vector<double> values(5000, 1.0);
        values[place] = nan_value;
        EXPECT_TRUE(std::isnan(minimum(team, read(values)))) << place;
        EXPECT_TRUE(std::isnan(maximum(team, read(values)))) << place;
        EXPECT_TRUE(std::isnan(max_abs(team, read(values)))) << place;
        EXPECT_TRUE(std::isnan(sum(team, read(values)))) << place;
    }
}

TEST(Reduce, nothing_gives_the_identity) {
    ThreadTeam team(2);
    EXPECT_EQ(sum(team, {}), 0.0);
    EXPECT_EQ(minimum(team, {}), infinity);
    EXPECT_EQ(maximum(team, {}), -infinity);
    EXPECT_EQ(max_abs(team, {}), 0.0);
}

TEST(Reduce, takes_any_type_and_keeps_the_order_of_operands) {
    ThreadTeam team(3);
    const auto letter = [](index_t i) { return std::string(1, static_cast<char>('a' + i % 26)); };
    const auto join = [](const std::string& a, const std::string& b) { return a + b; };
    // The 16 lanes interleave within a leaf, so neighbours in the text are 16 apart.
    const std::string text = transform_reduce(team, 32, std::string(), letter, join);
    EXPECT_EQ(text, "aqbrcsdteufvgwhxiyjzkalbmcndoepf");
    EXPECT_EQ(transform_reduce(team, 3000, std::string(), letter, join).size(), 3000U);
}

TEST(Reduce, rethrows_what_a_value_throws) {
    ThreadTeam team(2);
    EXPECT_THROW(sum_of(team, 5000,
                        [](index_t i) -> double {
                            if (i == 4000) throw std::runtime_error("x");
                            return 0.0;
                        }),
                 std::runtime_error);
}

}  // namespace
}  // namespace caravel::exec
