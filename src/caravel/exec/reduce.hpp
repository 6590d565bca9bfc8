// Reductions whose order of operations depends on the number of values only, so that every number
// of threads gives the same bits.
#pragma once

#include "caravel/exec/for_each.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace caravel::exec {

namespace reduction {
inline constexpr index_t block = 1024;  // values that one partial result stands for
inline constexpr index_t leaf = 128;    // values summed in rows of `lanes`, which vectorises
inline constexpr index_t lanes = 16;

/// Combines neighbours until one value is left; an odd last one waits for the next round.
template <class T, class Combine>
T combine_pairs(T* values, index_t count, const Combine& combine) {
    while (count > 1) {
        const index_t pairs = count / 2;
        for (index_t i = 0; i < pairs; ++i) values[i] = combine(values[2 * i], values[2 * i + 1]);
        if (count % 2 != 0) values[pairs] = values[count - 1];
        count = pairs + count % 2;
    }
    return values[0];
}

template <class T, class Value, class Combine>
T reduce_leaf(index_t begin, index_t end, const T& identity, const Value& value,
              const Combine& combine) {
    std::array<T, lanes> sums;
    sums.fill(identity);
    index_t i = begin;
    for (; i + lanes <= end; i += lanes) {
        for (index_t lane = 0; lane < lanes; ++lane) {
            T& sum = sums[static_cast<std::size_t>(lane)];
            sum = combine(sum, value(i + lane));
        }
    }
    for (index_t lane = 0; i < end; ++i, ++lane) {
        T& sum = sums[static_cast<std::size_t>(lane)];
        sum = combine(sum, value(i));
    }
    return combine_pairs(sums.data(), lanes, combine);
}

template <class T, class Value, class Combine>
T reduce_block(index_t begin, index_t end, const T& identity, const Value& value,
               const Combine& combine) {
    std::array<T, block / leaf> leaves;
    index_t count = 0;
    for (index_t from = begin; from < end; from += leaf) {
        const index_t to = from + std::min(leaf, end - from);
        leaves[static_cast<std::size_t>(count++)] = reduce_leaf(from, to, identity, value, combine);
    }
    return combine_pairs(leaves.data(), count, combine);
}
}  // namespace reduction

/// combine(value(0), ..., value(n - 1)); `identity` for n = 0. `combine` takes and gives T and
/// leaves a value combined with `identity` unchanged; its rounding may depend on the order, which
/// is fixed: 16 lanes in leaves of 128, pairs of lanes, pairs of leaves, pairs of blocks of 1024.
/// The error of a sum of n doubles grows as (15 + log2(n / 128)) rounding errors of the sum of
/// |value|.
template <class T, class Value, class Combine>
T transform_reduce(ThreadTeam& team, index_t n, const T& identity, const Value& value,
                   const Combine& combine) {
    CARAVEL_EXPECTS(n >= 0);
    if (n == 0) return identity;
    constexpr index_t block = reduction::block;
    if (n <= block) return reduction::reduce_block(index_t{0}, n, identity, value, combine);
    const index_t blocks = n / block + (n % block != 0 ? 1 : 0);
    std::vector<T> partial(static_cast<std::size_t>(blocks), identity);
    const auto reduce_one = [&](index_t b) {
        const index_t begin = b * block;
        const index_t end = begin + std::min(block, n - begin);
        partial[static_cast<std::size_t>(b)] =
            reduction::reduce_block(begin, end, identity, value, combine);
    };
    constexpr index_t blocks_per_tile = 8;
    for_each(team, blocks, reduce_one, blocks_per_tile);
    return reduction::combine_pairs(partial.data(), blocks, combine);
}

/// The smaller of two; NaN when one is NaN. The two tests are not short-circuited, so that loops
/// over them vectorise.
struct Minimum {
    double operator()(double a, double b) const {
        const bool is_first = static_cast<int>(a < b) | static_cast<int>(a != a);
        return is_first ? a : b;
    }
};

/// The greater of two; NaN when one is NaN.
struct Maximum {
    double operator()(double a, double b) const {
        const bool is_first = static_cast<int>(a > b) | static_cast<int>(a != a);
        return is_first ? a : b;
    }
};

struct Sum {
    double operator()(double a, double b) const { return a + b; }
};

/// Sum of value(i) for 0 <= i < n; 0 when there is none.
template <class Value>
double sum_of(ThreadTeam& team, index_t n, const Value& value) {
    return transform_reduce(team, n, 0.0, value, Sum{});
}

/// Sum; 0 of no values.
inline double sum(ThreadTeam& team, View<const double> values) {
    return sum_of(team, values.size(), [=](index_t i) { return values[i]; });
}

/// Smallest value; +infinity of no values, NaN when one is NaN.
inline double minimum(ThreadTeam& team, View<const double> values) {
    return transform_reduce(
        team, values.size(), std::numeric_limits<double>::infinity(),
        [=](index_t i) { return values[i]; }, Minimum{});
}

/// Greatest value; -infinity of no values, NaN when one is NaN.
inline double maximum(ThreadTeam& team, View<const double> values) {
    return transform_reduce(
        team, values.size(), -std::numeric_limits<double>::infinity(),
        [=](index_t i) { return values[i]; }, Maximum{});
}

/// Greatest |value|; 0 of no values, NaN when one is NaN.
inline double max_abs(ThreadTeam& team, View<const double> values) {
    return transform_reduce(
        team, values.size(), 0.0, [=](index_t i) { return std::abs(values[i]); }, Maximum{});
}

}  // namespace caravel::exec
