#include "caravel/tissue/fields/flux_rows.hpp"

#include "caravel/tissue/fields/double_vectors.hpp"

#include <array>

namespace caravel::tissue::fluxes {

namespace {

using vectors::at;
using vectors::Lanes1;
using vectors::Lanes8;

// Half of van Leer's slope is d e / (d + e) where the differences d, e have the same sign.
template <class L>
[[gnu::always_inline]] inline void face_at(const FaceRow& f, index_t i) {
    using V = typename L::Values;
    const V zero{};
    const V velocity = at<L>(f.velocity + i).v;
    const V low = at<L>(f.low + i).v;
    const V high = at<L>(f.high + i).v;
    const V across = high - low;
    const V behind = velocity > 0.0 ? low - at<L>(f.low2 + i).v : at<L>(f.high2 + i).v - high;
    const V product = across * behind;
    const V sum = product > 0.0 ? across + behind : zero + 1.0;
    const V half = product > 0.0 ? product / sum : zero;
    const V value = velocity > 0.0 ? low + half : high - half;
    // Between its two cells also after rounding, so that nothing turns negative.
    const V least = low < high ? low : high;
    const V most = low < high ? high : low;
    const V above = value < least ? least : value;
    at<L>(f.flux + i).v = velocity * (above > most ? most : above);
}

template <class L>
[[gnu::always_inline]] inline void update_at(const UpdateRow& r, index_t i) {
    using V = typename L::Values;
    V left = r.scales[0] * (at<L>(r.flux_high[0] + i).v - at<L>(r.flux_low[0] + i).v);
    for (int d = 1; d < 3; ++d) {
        left = left + r.scales[d] * (at<L>(r.flux_high[d] + i).v - at<L>(r.flux_low[d] + i).v);
    }
    const V moved = at<L>(r.u + i).v - left;
    at<L>(r.result + i).v = r.keep * at<L>(r.kept + i).v + r.take * moved;
}

[[gnu::always_inline]] inline void face_row_all(const FaceRow& row) {
    const FaceRow f = row;  // what is stored cannot change it
    index_t i = 0;
    for (; i + 8 <= f.faces; i += 8) {
        face_at<Lanes8>(f, i);
    }
    for (; i < f.faces; ++i) {
        face_at<Lanes1>(f, i);
    }
}

[[gnu::always_inline]] inline void update_row_all(const UpdateRow& row) {
    const UpdateRow r = row;
    index_t i = 0;
    for (; i + 8 <= r.cells; i += 8) {
        update_at<Lanes8>(r, i);
    }
    for (; i < r.cells; ++i) {
        update_at<Lanes1>(r, i);
    }
}

void face_row_plain(const FaceRow& f) { face_row_all(f); }
void update_row_plain(const UpdateRow& r) { update_row_all(r); }

#if defined(__x86_64__)
[[gnu::target("avx2")]] void face_row_avx2(const FaceRow& f) { face_row_all(f); }
[[gnu::target("avx2")]] void update_row_avx2(const UpdateRow& r) { update_row_all(r); }
[[gnu::target("avx512f")]] void face_row_avx512(const FaceRow& f) { face_row_all(f); }
[[gnu::target("avx512f")]] void update_row_avx512(const UpdateRow& r) { update_row_all(r); }
#endif

constexpr std::array all_kernels {
    FluxKernels{"plain", face_row_plain, update_row_plain},
#if defined(__x86_64__)
        FluxKernels{"avx2", face_row_avx2, update_row_avx2},
        FluxKernels{"avx512f", face_row_avx512, update_row_avx512},
#endif
};

}  // namespace

std::span<const FluxKernels> usable_kernels() { return vectors::usable_of(all_kernels); }

}  // namespace caravel::tissue::fluxes
