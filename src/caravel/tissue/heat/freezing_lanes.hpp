// Rows of every second voxel in vectors, and the faces round them: included by what passes over
// them.
#pragma once

#include "caravel/tissue/heat/freezing_sweeps.hpp"

namespace caravel::tissue::freezing {

struct Lanes1 {
    using Values = double;
    using Floats = float;
    static constexpr index_t width = 1;
};
struct Lanes4 {
    using Values [[gnu::vector_size(32)]] = double;
    using Floats [[gnu::vector_size(16)]] = float;
    static constexpr index_t width = 4;
};
struct Lanes8 {
    using Values [[gnu::vector_size(64)]] = double;
    using Floats [[gnu::vector_size(32)]] = float;
    static constexpr index_t width = 8;
};

// Packed, for it may lie anywhere.
template <class Values>
struct [[gnu::packed, gnu::may_alias]] Memory {
    Values v;
};
template <class L>
[[gnu::always_inline]] inline const Memory<typename L::Values>& at(const double* p) {
    return *reinterpret_cast<const Memory<typename L::Values>*>(p);
}
template <class L>
[[gnu::always_inline]] inline Memory<typename L::Values>& at(double* p) {
    return *reinterpret_cast<Memory<typename L::Values>*>(p);
}
template <class L>
[[gnu::always_inline]] inline void widen(const float* from, typename L::Values& to) {
    if constexpr (L::width == 1) {
        to = static_cast<double>(*from);
    } else {
        using Floats = Memory<typename L::Floats>;
        to = __builtin_convertvector(reinterpret_cast<const Floats*>(from)->v, typename L::Values);
    }
}

/// Every second of the values from `from` on.
template <class L>
[[gnu::always_inline]] inline void every_second(const double* from, typename L::Values& to) {
    if constexpr (L::width == 1) {
        to = *from;
    } else {
        const typename L::Values low = at<L>(from).v;
        const typename L::Values high = at<L>(from + L::width - 1).v;  // reads no value beyond
        if constexpr (L::width == 8) {
            to = __builtin_shufflevector(low, high, 0, 2, 4, 6, 9, 11, 13, 15);
        } else {
            to = __builtin_shufflevector(low, high, 0, 2, 5, 7);
        }
    }
}

/// First element of the ways of a row's faces on side n.
inline index_t face(const RelaxRow& row, std::size_t n) {
    return n % 2 == 0 ? row.own : row.beside[n];
}

/// The ways of faces on a side along x, where one element may stand at the wall.
template <class L>
[[gnu::always_inline]] inline void way_along_x(const RelaxFields& all, std::size_t side,
                                               index_t wall, typename L::Values& way) {
    way = typename L::Values{} + all.even_way[0];
    if (wall < 0 || wall >= L::width) return;
    if constexpr (L::width == 1) {
        way = all.wall_way[side];
    } else {
        way[wall] = all.wall_way[side];
    }
}

/// Whether all faces of elements m and following have even ways: none stands at a wall along x.
template <class L>
inline bool is_amid(const RelaxRow& row, index_t m) {
    const auto at_wall = [m](index_t wall) { return wall >= m && wall < m + L::width; };
    return row.is_even && !at_wall(row.low_at) && !at_wall(row.high_at);
}

/// Ways of all faces. Even ones are not read: that would take longer than all else.
template <class L>
[[gnu::always_inline]] inline void find_ways(const RelaxRow& row, index_t m,
                                             typename L::Values (&way)[6]) {
    const RelaxFields& all = *row.all;
    if (row.is_even) {
        const typename L::Values zero{};
        way_along_x<L>(all, 0, row.low_at - m, way[0]);
        way_along_x<L>(all, 1, row.high_at - m, way[1]);
        way[2] = way[3] = zero + all.even_way[1];
        way[4] = way[5] = zero + all.even_way[2];
    } else {
#pragma GCC unroll 6
        for (std::size_t n = 0; n < 6; ++n) {
            widen<L>(all.integral_way[n / 2] + face(row, n) + m, way[n]);
        }
    }
}

/// Ways of all faces together, and what comes over them per second.
template <class L>
[[gnu::always_inline]] inline void look_round(const RelaxRow& row, index_t m,
                                              typename L::Values& ways,
                                              typename L::Values& brought) {
    const RelaxFields& all = *row.all;
    const typename L::Values zero{};
    brought = zero;
    if (is_amid<L>(row, m)) {
        ways = zero + all.even_ways;
#pragma GCC unroll 6
        for (std::size_t n = 0; n < 6; ++n) {
            brought = brought + all.even_way[n / 2] * at<L>(all.integral + row.beside[n] + m).v;
        }
        return;
    }
    typename L::Values way[6];
    find_ways<L>(row, m, way);
    ways = zero;
#pragma GCC unroll 6
    for (std::size_t n = 0; n < 6; ++n) {
        ways = ways + way[n];
        brought = brought + way[n] * at<L>(all.integral + row.beside[n] + m).v;
    }
}

template <class L, bool Particles>
[[gnu::always_inline]] inline void voxel_of(const RelaxRow& row, index_t m,
                                            typename L::Values& factor,
                                            typename L::Values& latent) {
    using V = typename L::Values;
    const V zero{};
    factor = zero + 1.0;
    latent = zero;
    if (row.all->factor != nullptr) factor = at<L>(row.all->factor + row.own + m).v;
    if constexpr (Particles) latent = at<L>(row.all->latent + row.own + m).v;
}

template <class L>
[[gnu::always_inline]] inline void exchange_of(const RelaxRow& row, index_t m,
                                               typename L::Values& exchange) {
    exchange = typename L::Values{} + row.even_exchange;
    if (!row.is_exchange_even) exchange = at<L>(row.all->exchange + row.own + m).v;
}

/// Elements from `begin` to `end`: calls body.at<L>(curve, element) for as many elements as the
/// lanes hold where they share a curve, and body.at<Lanes1> for each of the others.
template <class L, class Body>
[[gnu::always_inline]] inline void over_row(const RelaxRow& row, index_t begin, index_t end,
                                            Body& body) {
    const std::uint16_t* const curves = row.all->curve + row.own;
    const bool is_single = row.all->is_single;
    const std::uint16_t only = row.all->curve[0];
    index_t m = begin;
    for (; m + L::width <= end; m += L::width) {
        const std::uint16_t curve = is_single ? only : curves[m];
        bool same = true;
        if (!is_single) {
            for (index_t l = 1; l < L::width; ++l) same = same && curves[m + l] == curve;
        }
        if (same) {
            body.template at<L>(curve, m);
        } else {
            for (index_t l = m; l < m + L::width; ++l) body.template at<Lanes1>(curves[l], l);
        }
    }
    for (; m < end; ++m) body.template at<Lanes1>(is_single ? only : curves[m], m);
}

}  // namespace caravel::tissue::freezing
