#include "caravel/tissue/heat/freezing_sweeps.hpp"

#include "caravel/tissue/heat/freezing_balance.hpp"
#include "caravel/tissue/heat/freezing_lanes.hpp"

#include <algorithm>

namespace caravel::tissue::freezing {

namespace {

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
    exchange_of<L>(row, m, balance.exchange);
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

/// Where the largest changes of a row's blocks go.
struct Blocks {
    index_t length;
    double* largest;
};

constexpr index_t elements_ahead = 256;

// A block's numbers of the rows to come: tiles leave rows before the processor foresees the next.
[[gnu::always_inline]] inline void fetch(const RelaxRow& row, index_t begin, index_t length) {
    constexpr index_t per_line = 8;  // of cache
    const RelaxFields& all = *row.all;
    for (index_t m = begin + elements_ahead; m < begin + elements_ahead + length; m += per_line) {
        __builtin_prefetch(all.supply + row.own + m);
        __builtin_prefetch(all.temperature + row.own + m, 1);
        __builtin_prefetch(all.integral + row.own + m, 1);
        __builtin_prefetch(all.integral + row.beside[5] + m);
    }
}

template <class L, bool Particles, bool Crossings>
[[gnu::always_inline]] inline void relax_as(const RelaxRow& row, const Blocks& blocks) {
    double* largest = blocks.largest;
    for (index_t begin = 0; begin < row.count; begin += blocks.length, ++largest) {
        RelaxBody<L, Particles, Crossings> body{row};
        fetch(row, begin, blocks.length);
        over_row<L>(row, begin, std::min(row.count, begin + blocks.length), body);
        *largest = std::max({*largest, body.single, greatest<L>(body.largest)});
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

void relax_plain(const RelaxRow& row, const Blocks& blocks) { relax_with<Lanes1>(row, blocks); }
#if defined(__x86_64__)
[[gnu::target("avx2")]] void relax_avx2(const RelaxRow& row, const Blocks& blocks) {
    relax_with<Lanes4>(row, blocks);
}
[[gnu::target("avx512f")]] void relax_avx512(const RelaxRow& row, const Blocks& blocks) {
    relax_with<Lanes8>(row, blocks);
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

}  // namespace caravel::tissue::freezing
