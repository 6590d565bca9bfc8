#include "caravel/tissue/fields/flux_rows.hpp"

#include "caravel/base/usable_variants.hpp"
#include "caravel/tissue/fields/double_vectors.hpp"

#include <array>

namespace caravel::tissue::fluxes {

namespace {

using vectors::at;
using vectors::Lanes1;
using vectors::Lanes8;

// Half of van Leer's slope is d e / (d + e) where the differences d, e have the same sign. Of equal
// sign, e / (d + e) is at most 1 also after rounding: a value is never beyond 0 from its upwind
// cell.
template <class V>
[[gnu::always_inline]] inline void set_flux(V& flux, const V& velocity, const V& low2, const V& low,
                                            const V& high, const V& high2) {
    const V zero{};
    const V upwind = velocity > 0.0 ? low : high;
    const V across = (velocity > 0.0 ? high : low) - upwind;
    const V behind = upwind - (velocity > 0.0 ? low2 : high2);
    const V product = across * behind;
    const V sum = product > 0.0 ? across + behind : zero + 1.0;
    const V half = product > 0.0 ? across * (behind / sum) : zero;
    flux = velocity * (upwind + half);
}

template <class L>
[[gnu::always_inline]] inline void face_at(const FaceRow& f, index_t i) {
    using V = typename L::Values;
    const V velocity = at<L>(f.velocity + i).v, low2 = at<L>(f.low2 + i).v;
    const V low = at<L>(f.low + i).v, high = at<L>(f.high + i).v, high2 = at<L>(f.high2 + i).v;
    V flux;
    set_flux<V>(flux, velocity, low2, low, high, high2);
    at<L>(f.flux + i).v = flux;
}

/// Flux from the cells c of a row to the next row.
template <class L>
[[gnu::always_inline]] inline void cross_at(const CellRow::Across& a, const typename L::Values& c,
                                            index_t i, typename L::Values& flux) {
    using V = typename L::Values;
    const V velocity = at<L>(a.velocity + i).v, before = at<L>(a.before + i).v;
    const V next = at<L>(a.next + i).v, next2 = at<L>(a.next2 + i).v;
    set_flux<V>(flux, velocity, before, c, next, next2);
}

template <class L, bool keeps>
[[gnu::always_inline]] inline void cell_at(const CellRow& r, index_t i) {
    using V = typename L::Values;
    const V c = at<L>(r.c + i).v;
    V left = r.scales[0] * (at<L>(r.flux + i + 1).v - at<L>(r.flux + i).v);
    V high;
    cross_at<L>(r.across[0], c, i, high);
    left = left + r.scales[1] * (high - at<L>(r.across[0].flux + i).v);
    at<L>(r.across[0].flux + i).v = high;
    cross_at<L>(r.across[1], c, i, high);
    left = left + r.scales[2] * (high - at<L>(r.across[1].flux + i).v);
    at<L>(r.across[1].flux + i).v = high;
    const V moved = c - at<L>(r.inverse + i).v * left;
    if constexpr (keeps) {
        at<L>(r.result + i).v = r.keep * at<L>(r.kept + i).v + r.take * moved;
    } else {
        at<L>(r.result + i).v = moved;
    }
}

// Ends of rows are whole vectors too, which overlap the ones before: numbers there are worked out
// twice with equal results.
[[gnu::always_inline]] inline void face_row_all(const FaceRow& row) {
    const FaceRow f = row;  // what is stored cannot change it
    if (f.faces < 8) {
        for (index_t i = 0; i < f.faces; ++i) face_at<Lanes1>(f, i);
        return;
    }
    for (index_t i = 0; i + 8 <= f.faces; i += 8) face_at<Lanes8>(f, i);
    if (f.faces % 8 != 0) face_at<Lanes8>(f, f.faces - 8);
}

template <bool keeps>
[[gnu::always_inline]] inline void cells_of(const CellRow& row) {
    const CellRow r = row;
    for (index_t i = 0; i < r.cells; i += 8) cell_at<Lanes8, keeps>(r, i);
}

[[gnu::always_inline]] inline void cell_row_all(const CellRow& row) {
    row.kept == nullptr ? cells_of<false>(row) : cells_of<true>(row);
}

template <class L>
[[gnu::always_inline]] inline void ratio_at(const RatioRow& r, index_t i) {
    using V = typename L::Values;
    const V zero{};
    const V below = at<L>(r.below + i).v;
    const V ratio = at<L>(r.above + i).v / (below > 0.0 ? below : zero + 1.0);
    at<L>(r.result + i).v = below > 0.0 ? ratio : zero;
}

[[gnu::always_inline]] inline void ratio_row_all(const RatioRow& row) {
    const RatioRow r = row;
    index_t i = 0;
    for (; i + 8 <= r.cells; i += 8) ratio_at<Lanes8>(r, i);
    for (; i < r.cells; ++i) ratio_at<Lanes1>(r, i);
}

template <class L>
[[gnu::always_inline]] inline void ghost_at(const GhostRow& r, index_t i) {
    using V = typename L::Values;
    const V zero{};
    const V last = at<L>(r.last + i).v;  // by value: a reference would have to be aligned
    const V before = at<L>(r.before + i).v;
    V out;
    set_beyond<V>(out, last, before);
    at<L>(r.result + i).v = r.sign * at<L>(r.velocity + i).v > 0.0 ? zero + r.inflow : out;
}

[[gnu::always_inline]] inline void ghost_row_all(const GhostRow& row) {
    const GhostRow r = row;
    index_t i = 0;
    for (; i + 8 <= r.cells; i += 8) ghost_at<Lanes8>(r, i);
    for (; i < r.cells; ++i) ghost_at<Lanes1>(r, i);
}

void face_row_plain(const FaceRow& f) { face_row_all(f); }
void cell_row_plain(const CellRow& r) { cell_row_all(r); }
void ratio_row_plain(const RatioRow& r) { ratio_row_all(r); }
void ghost_row_plain(const GhostRow& r) { ghost_row_all(r); }

#if defined(__x86_64__)
[[gnu::target("avx2")]] void face_row_avx2(const FaceRow& f) { face_row_all(f); }
[[gnu::target("avx2")]] void cell_row_avx2(const CellRow& r) { cell_row_all(r); }
[[gnu::target("avx2")]] void ratio_row_avx2(const RatioRow& r) { ratio_row_all(r); }
[[gnu::target("avx2")]] void ghost_row_avx2(const GhostRow& r) { ghost_row_all(r); }
[[gnu::target("avx512f")]] void face_row_avx512(const FaceRow& f) { face_row_all(f); }
[[gnu::target("avx512f")]] void cell_row_avx512(const CellRow& r) { cell_row_all(r); }
[[gnu::target("avx512f")]] void ratio_row_avx512(const RatioRow& r) { ratio_row_all(r); }
[[gnu::target("avx512f")]] void ghost_row_avx512(const GhostRow& r) { ghost_row_all(r); }
#endif

constexpr std::array all_kernels {
    FluxKernels{"plain", face_row_plain, cell_row_plain, ratio_row_plain, ghost_row_plain},
#if defined(__x86_64__)
        FluxKernels{"avx2", face_row_avx2, cell_row_avx2, ratio_row_avx2, ghost_row_avx2},
        FluxKernels{"avx512f", face_row_avx512, cell_row_avx512, ratio_row_avx512,
                    ghost_row_avx512},
#endif
};

}  // namespace

std::span<const FluxKernels> usable_kernels() { return usable_of(all_kernels); }

}  // namespace caravel::tissue::fluxes
