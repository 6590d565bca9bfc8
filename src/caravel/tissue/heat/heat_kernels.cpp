#include "caravel/tissue/heat/heat_kernels.hpp"

#include "caravel/base/usable_variants.hpp"

#include <cstddef>

namespace caravel::tissue::heat {

namespace {

// The streams that come from memory are asked for this far ahead; rows lie one after the other.
constexpr index_t prefetched_bytes = 4096;

// Vectors as the compilers' extension has them, packed in memory, so that they may lie anywhere. A
// cell's operations are the same for every width.
template <class T, int bytes>
struct Lanes {
    using Values [[gnu::vector_size(bytes)]] = T;
    static constexpr index_t width = bytes / static_cast<int>(sizeof(T));
};
template <class T>
struct Single {
    using Values = T;
    static constexpr index_t width = 1;
};

template <class Values>
struct [[gnu::packed, gnu::may_alias]] Memory {
    Values v;
};

template <class L, class T>
[[gnu::always_inline]] inline const Memory<typename L::Values>& at(const T* p) {
    return *reinterpret_cast<const Memory<typename L::Values>*>(p);
}
template <class L, class T>
[[gnu::always_inline]] inline Memory<typename L::Values>& at(T* p) {
    return *reinterpret_cast<Memory<typename L::Values>*>(p);
}

// New values of the cells from i on; `left` and `right` are where their neighbours along x begin.
// A lean row is uniform and has nothing but its own values.
template <class L, bool lean, class T>
[[gnu::always_inline]] inline void next_at(const HeatRow<T>& r, index_t i, const T* left,
                                           const T* right, typename L::Values& next) {
    using V = typename L::Values;
    const V u = at<L>(r.u + i).v;
    V rate;
    if (lean || r.faces_x == nullptr) {
        rate = r.uniform[0] * ((at<L>(left).v - u) + (at<L>(right).v - u));
        rate = rate + r.uniform[1] * ((at<L>(r.low[0] + i).v - u) + (at<L>(r.high[0] + i).v - u)) +
               r.uniform[2] * ((at<L>(r.low[1] + i).v - u) + (at<L>(r.high[1] + i).v - u));
    } else {
        rate = at<L>(r.faces_x + i).v * (at<L>(left).v - u) +
               at<L>(r.faces_x + i + 1).v * (at<L>(right).v - u);
        for (std::size_t d = 0; d < 2; ++d) {
            rate = rate + (at<L>(r.faces_low[d] + i).v * (at<L>(r.low[d] + i).v - u) +
                           at<L>(r.faces_high[d] + i).v * (at<L>(r.high[d] + i).v - u));
        }
        rate = rate * at<L>(r.inverse + i).v;
    }
    if (!lean && r.loss != nullptr) rate = rate - at<L>(r.loss + i).v * u;
    next = r.keep * u + r.step * rate;
    if (!lean && r.older != nullptr) next = next + r.before * at<L>(r.older + i).v;
    if (!lean && r.given != nullptr) next = next + r.start * at<L>(r.given + i).v;
}

template <class L, bool lean, class T>
[[gnu::always_inline]] inline void cells_at(const HeatRow<T>& r, index_t i) {
    using V = typename L::Values;
    V next;
    next_at<L, lean>(r, i, r.u + i - 1, r.u + i + 1, next);
    if (!lean && r.mean != nullptr) {
        const V u = at<L>(r.u + i).v;
        at<L>(r.mean + i).v = at<L>(r.mean + i).v + r.weight * u;
    }
    at<L>(r.out + i).v = next;
}

// The ends, whose neighbour along x is themselves, are found before the row is written, since `out`
// may be `older`; vectors run over them where a value lies beyond.
template <class L, bool lean, class T>
[[gnu::always_inline]] inline void cells_of(const HeatRow<T>& r) {
    using One = Single<T>;
    const index_t last = r.cells - 1;
    T low;
    T high;
    next_at<One, lean>(r, 0, r.u, r.u + (last > 0 ? 1 : 0), low);
    next_at<One, lean>(r, last, r.u + (last > 0 ? last - 1 : 0), r.u + last, high);
    const index_t first = r.is_inner ? 0 : 1;
    const index_t end = r.is_inner ? r.cells : last;
    if (!lean && r.mean != nullptr && !r.is_inner) {
        r.mean[0] += r.weight * r.u[0];
        if (last > 0) r.mean[last] += r.weight * r.u[last];
    }
    index_t i = first;
    constexpr index_t soon = prefetched_bytes / static_cast<index_t>(sizeof(T));
    for (; i + L::width <= end; i += L::width) {
        __builtin_prefetch(r.high[1] + i + soon);
        __builtin_prefetch(r.out + i + soon, 1);
        cells_at<L, lean>(r, i);
    }
    for (; i < end; ++i) cells_at<One, lean>(r, i);
    r.out[0] = low;
    r.out[last] = high;
}

template <class L, class T>
[[gnu::always_inline]] inline void row_all(const HeatRow<T>& row) {
    const HeatRow<T> r = row;  // what is stored cannot change it
    const bool lean = r.faces_x == nullptr && r.loss == nullptr && r.older == nullptr &&
                      r.given == nullptr && r.mean == nullptr;
    if (lean) {
        cells_of<L, true>(r);
    } else {
        cells_of<L, false>(r);
    }
}

template <class T>
void row_plain(const HeatRow<T>& r) {
    row_all<Lanes<T, 16>>(r);
}

#if defined(__x86_64__)
template <class T>
[[gnu::target("avx2")]] void row_avx2(const HeatRow<T>& r) {
    row_all<Lanes<T, 32>>(r);
}
template <class T>
[[gnu::target("avx512f")]] void row_avx512(const HeatRow<T>& r) {
    row_all<Lanes<T, 64>>(r);
}
#endif

template <class T>
constexpr std::array all_kernels {
    HeatKernels<T>{"plain", row_plain<T>},
#if defined(__x86_64__)
        HeatKernels<T>{"avx2", row_avx2<T>}, HeatKernels<T>{"avx512f", row_avx512<T>},
#endif
};

}  // namespace

template <>
std::span<const HeatKernels<double>> usable_heat_kernels<double>() {
    return usable_of(all_kernels<double>);
}
template <>
std::span<const HeatKernels<float>> usable_heat_kernels<float>() {
    return usable_of(all_kernels<float>);
}

}  // namespace caravel::tissue::heat
