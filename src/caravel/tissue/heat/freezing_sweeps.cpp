#include "caravel/tissue/heat/freezing_sweeps.hpp"

#include "caravel/tissue/heat/freezing_balance.hpp"

#include <algorithm>

namespace caravel::tissue::freezing {

namespace {

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

/// Ways of all faces, and what comes over them per second. Even ways are not read: that would take
/// longer than all else.
template <class L>
[[gnu::always_inline]] inline void look_round(const RelaxRow& row, index_t m,
                                              typename L::Values& ways,
                                              typename L::Values& brought) {
    using V = typename L::Values;
    const RelaxFields& all = *row.all;
    const V zero{};
    V way[6];
    if (row.is_even) {
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
    ways = zero;
    brought = zero;
#pragma GCC unroll 6
    for (std::size_t n = 0; n < 6; ++n) {
        ways = ways + way[n];
        brought = brought + way[n] * at<L>(all.integral + row.beside[n] + m).v;
    }
}

template <class L, bool Crossings>
[[gnu::always_inline]] inline void collect(const RelaxRow& row, index_t m,
                                           Balance<typename L::Values>& balance) {
    using V = typename L::Values;
    const RelaxFields& all = *row.all;
    V ways;
    V brought;
    look_round<L>(row, m, ways, brought);
    balance.pull = all.dt * ways;
    balance.right = at<L>(all.supply + row.own + m).v + all.dt * brought;
    balance.exchange = at<L>(all.exchange + row.own + m).v;
    if constexpr (Crossings) {
        V crossing{};
        V carried{};
        for (std::size_t n = 0; n < 6; ++n) {
            V way;
            widen<L>(all.way[n / 2] + face(row, n) + m, way);
            crossing = crossing + way;
            carried = carried + way * at<L>(all.temperature + row.beside[n] + m).v;
        }
        balance.exchange = balance.exchange + all.dt * crossing;
        balance.right = balance.right + all.dt * carried;
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

template <class L, bool Particles, bool Crossings>
[[gnu::always_inline]] inline void relax_at(const RelaxRow& row, std::uint16_t curve, index_t m,
                                            typename L::Values& largest) {
    using V = typename L::Values;
    const V zero{};
    Balance<V> balance;
    collect<L, Crossings>(row, m, balance);
    V factor;
    V latent;
    voxel_of<L, Particles>(row, m, factor, latent);
    const V old = at<L>(row.all->temperature + row.own + m).v;
    V found;
    V integral;
    solve<L, Particles>(row.all->curves[curve], row.stretch[curve], factor, latent, old, balance,
                        found, integral);
    at<L>(row.all->temperature + row.own + m).v = found;
    at<L>(row.all->integral + row.own + m).v = integral;
    const V change = found - old;
    enthalpy::lift(largest, change);
    enthalpy::lift(largest, zero - change);
}

template <class L, bool Particles>
[[gnu::always_inline]] inline void start_at(const RelaxRow& row, std::uint16_t curve, index_t m) {
    using V = typename L::Values;
    V factor;
    V latent;
    voxel_of<L, Particles>(row, m, factor, latent);
    const V enthalpy = at<L>(row.all->supply + row.own + m).v;
    enthalpy::Point<V> point;
    enthalpy::evaluate<Particles, V>(row.all->curves[curve], factor, latent, enthalpy, point);
    at<L>(row.all->temperature + row.own + m).v = point.temperature;
    at<L>(row.all->integral + row.own + m).v = point.integral;
}

/// Elements from `begin` to `end`: calls body.at<L>(curve, element) for as many elements as the
/// lanes hold where they share a curve, and body.at<Lanes1> for each of the others.
template <class L, class Body>
[[gnu::always_inline]] inline void over_row(const RelaxRow& row, index_t begin, index_t end,
                                            Body& body) {
    const std::uint16_t* const curves = row.all->curve + row.own;
    index_t m = begin;
    for (; m + L::width <= end; m += L::width) {
        const std::uint16_t curve = curves[m];
        bool same = true;
        if (!row.all->is_single) {
            for (index_t l = 1; l < L::width; ++l) same = same && curves[m + l] == curve;
        }
        if (same) {
            body.template at<L>(curve, m);
        } else {
            for (index_t l = m; l < m + L::width; ++l) body.template at<Lanes1>(curves[l], l);
        }
    }
    for (; m < end; ++m) body.template at<Lanes1>(curves[m], m);
}

template <class L, bool Particles, bool Crossings>
struct RelaxBody {
    const RelaxRow& row;
    typename L::Values largest{};
    double single = 0.0;

    template <class M>
    [[gnu::always_inline]] void at(std::uint16_t curve, index_t m) {
        if constexpr (M::width == L::width) {
            relax_at<M, Particles, Crossings>(row, curve, m, largest);
        } else {
            relax_at<M, Particles, Crossings>(row, curve, m, single);
        }
    }
};

template <bool Particles>
struct StartBody {
    const RelaxRow& row;

    template <class M>
    [[gnu::always_inline]] void at(std::uint16_t curve, index_t m) {
        start_at<M, Particles>(row, curve, m);
    }
};

/// Where the largest changes of a row's blocks go.
struct Blocks {
    index_t length;
    double* largest;
};

template <class L, bool Particles, bool Crossings>
[[gnu::always_inline]] inline void relax_as(const RelaxRow& row, const Blocks& blocks) {
    double* largest = blocks.largest;
    for (index_t begin = 0; begin < row.count; begin += blocks.length, ++largest) {
        RelaxBody<L, Particles, Crossings> body{row};
        over_row<L>(row, begin, std::min(row.count, begin + blocks.length), body);
        double all[L::width];
        at<L>(all).v = body.largest;
        double most = std::max(*largest, body.single);
        for (const double value : all) most = std::max(most, value);
        *largest = most;
    }
}

template <class L>
[[gnu::always_inline]] inline void relax_with(const RelaxRow& row, const Blocks& blocks) {
    const bool crosses = row.all->way[0] != nullptr;
    if (row.all->latent != nullptr) {
        return crosses ? relax_as<L, true, true>(row, blocks)
                       : relax_as<L, true, false>(row, blocks);
    }
    return crosses ? relax_as<L, false, true>(row, blocks) : relax_as<L, false, false>(row, blocks);
}

template <class L, bool Particles>
[[gnu::always_inline]] inline void start_as(const RelaxRow& row) {
    StartBody<Particles> body{row};
    over_row<L>(row, 0, row.count, body);
}
template <class L>
[[gnu::always_inline]] inline void start_with(const RelaxRow& row) {
    if (row.all->latent != nullptr) return start_as<L, true>(row);
    start_as<L, false>(row);
}

template <class L>
[[gnu::always_inline]] inline void bring_at(const RelaxRow& row, index_t m, double* brought) {
    using V = typename L::Values;
    const RelaxFields& all = *row.all;
    const V integral = at<L>(all.integral + row.own + m).v;
    const V temperature = at<L>(all.temperature + row.own + m).v;
    V fluxes{};
    for (std::size_t n = 0; n < 6; ++n) {
        V way;
        widen<L>(all.integral_way[n / 2] + face(row, n) + m, way);
        fluxes = fluxes + way * (at<L>(all.integral + row.beside[n] + m).v - integral);
        if (all.way[0] != nullptr) {
            widen<L>(all.way[n / 2] + face(row, n) + m, way);
            fluxes = fluxes + way * (at<L>(all.temperature + row.beside[n] + m).v - temperature);
        }
    }
    at<L>(brought + m).v = all.dt * fluxes - at<L>(all.exchange + row.own + m).v * temperature;
}
template <class L>
[[gnu::always_inline]] inline void bring_with(const RelaxRow& row, double* brought) {
    index_t m = 0;
    for (; m + L::width <= row.count; m += L::width) bring_at<L>(row, m, brought);
    for (; m < row.count; ++m) bring_at<Lanes1>(row, m, brought);
}

void relax_plain(const RelaxRow& row, const Blocks& blocks) { relax_with<Lanes1>(row, blocks); }
void start_plain(const RelaxRow& row) { start_with<Lanes1>(row); }
void bring_plain(const RelaxRow& row, double* brought) { bring_with<Lanes1>(row, brought); }
#if defined(__x86_64__)
[[gnu::target("avx2")]] void relax_avx2(const RelaxRow& row, const Blocks& blocks) {
    relax_with<Lanes4>(row, blocks);
}
[[gnu::target("avx2")]] void start_avx2(const RelaxRow& row) { start_with<Lanes4>(row); }
[[gnu::target("avx2")]] void bring_avx2(const RelaxRow& row, double* brought) {
    bring_with<Lanes4>(row, brought);
}
[[gnu::target("avx512f")]] void relax_avx512(const RelaxRow& row, const Blocks& blocks) {
    relax_with<Lanes8>(row, blocks);
}
[[gnu::target("avx512f")]] void start_avx512(const RelaxRow& row) { start_with<Lanes8>(row); }
[[gnu::target("avx512f")]] void bring_avx512(const RelaxRow& row, double* brought) {
    bring_with<Lanes8>(row, brought);
}
#endif

}  // namespace

RelaxRow RelaxRow::part(index_t begin, index_t most) const {
    RelaxRow p = *this;
    p.count = std::clamp(count - begin, index_t{0}, most);
    p.own += begin;
    for (index_t& element : p.beside) element += begin;
    p.low_at -= begin;
    p.high_at -= begin;
    return p;
}

void relax([[maybe_unused]] StencilWidth width, const RelaxRow& row, index_t block,
           double* largest) {
#if defined(__x86_64__)
    if (width == StencilWidth::avx512) return relax_avx512(row, {block, largest});
    if (width == StencilWidth::avx2) return relax_avx2(row, {block, largest});
#endif
    relax_plain(row, {block, largest});
}

void start([[maybe_unused]] StencilWidth width, const RelaxRow& row) {
#if defined(__x86_64__)
    if (width == StencilWidth::avx512) return start_avx512(row);
    if (width == StencilWidth::avx2) return start_avx2(row);
#endif
    start_plain(row);
}

void add_fluxes([[maybe_unused]] StencilWidth width, const RelaxRow& row, double* brought) {
#if defined(__x86_64__)
    if (width == StencilWidth::avx512) return bring_avx512(row, brought);
    if (width == StencilWidth::avx2) return bring_avx2(row, brought);
#endif
    bring_plain(row, brought);
}

}  // namespace caravel::tissue::freezing
