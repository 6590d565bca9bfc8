#include "caravel/tissue/fields/flux_rows.hpp"

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
template <class L>
[[gnu::always_inline]] inline void face_at(const FaceRow& f, index_t i) {
    using V = typename L::Values;
    const V zero{};
    const V velocity = at<L>(f.velocity + i).v;
    const V low = at<L>(f.low + i).v;
    const V high = at<L>(f.high + i).v;
    const V upwind = velocity > 0.0 ? low : high;
    const V across = (velocity > 0.0 ? high : low) - upwind;
    const V behind = upwind - (velocity > 0.0 ? at<L>(f.low2 + i).v : at<L>(f.high2 + i).v);
    const V product = across * behind;
    const V sum = product > 0.0 ? across + behind : zero + 1.0;
    const V half = product > 0.0 ? across * (behind / sum) : zero;
    at<L>(f.flux + i).v = velocity * (upwind + half);
}

template <class L, bool keeps>
[[gnu::always_inline]] inline void update_at(const UpdateRow& r, index_t i) {
    using V = typename L::Values;
    V left = r.scales[0] * (at<L>(r.flux_high[0] + i).v - at<L>(r.flux_low[0] + i).v);
    for (int d = 1; d < 3; ++d) {
        left = left + r.scales[d] * (at<L>(r.flux_high[d] + i).v - at<L>(r.flux_low[d] + i).v);
    }
    const V moved = at<L>(r.c + i).v - at<L>(r.inverse + i).v * left;
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
[[gnu::always_inline]] inline void update_cells(const UpdateRow& row) {
    const UpdateRow r = row;
    if (r.cells < 8) {
        for (index_t i = 0; i < r.cells; ++i) update_at<Lanes1, keeps>(r, i);
        return;
    }
    for (index_t i = 0; i + 8 <= r.cells; i += 8) update_at<Lanes8, keeps>(r, i);
    if (r.cells % 8 != 0) update_at<Lanes8, keeps>(r, r.cells - 8);
}

[[gnu::always_inline]] inline void update_row_all(const UpdateRow& row) {
    row.kept == nullptr ? update_cells<false>(row) : update_cells<true>(row);
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
void update_row_plain(const UpdateRow& r) { update_row_all(r); }
void ratio_row_plain(const RatioRow& r) { ratio_row_all(r); }
void ghost_row_plain(const GhostRow& r) { ghost_row_all(r); }

#if defined(__x86_64__)
[[gnu::target("avx2")]] void face_row_avx2(const FaceRow& f) { face_row_all(f); }
[[gnu::target("avx2")]] void update_row_avx2(const UpdateRow& r) { update_row_all(r); }
[[gnu::target("avx2")]] void ratio_row_avx2(const RatioRow& r) { ratio_row_all(r); }
[[gnu::target("avx2")]] void ghost_row_avx2(const GhostRow& r) { ghost_row_all(r); }
[[gnu::target("avx512f")]] void face_row_avx512(const FaceRow& f) { face_row_all(f); }
[[gnu::target("avx512f")]] void update_row_avx512(const UpdateRow& r) { update_row_all(r); }
[[gnu::target("avx512f")]] void ratio_row_avx512(const RatioRow& r) { ratio_row_all(r); }
[[gnu::target("avx512f")]] void ghost_row_avx512(const GhostRow& r) { ghost_row_all(r); }
#endif

constexpr std::array all_kernels {
    FluxKernels{"plain", face_row_plain, update_row_plain, ratio_row_plain, ghost_row_plain},
#if defined(__x86_64__)
        FluxKernels{"avx2", face_row_avx2, update_row_avx2, ratio_row_avx2, ghost_row_avx2},
        FluxKernels{"avx512f", face_row_avx512, update_row_avx512, ratio_row_avx512,
                    ghost_row_avx512},
#endif
};

}  // namespace

std::span<const FluxKernels> usable_kernels() { return vectors::usable_of(all_kernels); }

}  // namespace caravel::tissue::fluxes
