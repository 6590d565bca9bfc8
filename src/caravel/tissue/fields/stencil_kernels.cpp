#include "caravel/tissue/fields/stencil_kernels.hpp"

namespace caravel::tissue {

namespace {

// Vectors as the compilers' extension has them.
struct Lanes1 {
    using Doubles = double;
    using Floats = float;
    static constexpr index_t width = 1;
};
struct Lanes2 {
    using Doubles [[gnu::vector_size(16)]] = double;
    using Floats [[gnu::vector_size(8)]] = float;
    static constexpr index_t width = 2;
};
struct Lanes4 {
    using Doubles [[gnu::vector_size(32)]] = double;
    using Floats [[gnu::vector_size(16)]] = float;
    static constexpr index_t width = 4;
};
struct Lanes8 {
    using Doubles [[gnu::vector_size(64)]] = double;
    using Floats [[gnu::vector_size(32)]] = float;
    static constexpr index_t width = 8;
};
struct Lanes16 {
    using Floats [[gnu::vector_size(64)]] = float;
    static constexpr index_t width = 16;
};

// A vector in memory of plain numbers. Packed, for it may lie anywhere; an alignment of the vector
// types themselves would not do, for clang forgets it in types that templates name.
template <class Values>
struct [[gnu::packed, gnu::may_alias]] Memory {
    Values v;
};

template <class L>
[[gnu::always_inline]] inline const Memory<typename L::Floats>& load(const float* p) {
    return *reinterpret_cast<const Memory<typename L::Floats>*>(p);
}
template <class L>
[[gnu::always_inline]] inline const Memory<typename L::Doubles>& load(const double* p) {
    return *reinterpret_cast<const Memory<typename L::Doubles>*>(p);
}
template <class L>
[[gnu::always_inline]] inline Memory<typename L::Floats>& store(float* p) {
    return *reinterpret_cast<Memory<typename L::Floats>*>(p);
}
template <class L>
[[gnu::always_inline]] inline Memory<typename L::Doubles>& store(double* p) {
    return *reinterpret_cast<Memory<typename L::Doubles>*>(p);
}

template <class L>
[[gnu::always_inline]] inline void widen(const float* from, typename L::Doubles& to) {
    if constexpr (L::width == 1) {
        to = static_cast<double>(*from);
    } else {
        to = __builtin_convertvector(load<L>(from).v, typename L::Doubles);
    }
}
template <class L>
[[gnu::always_inline]] inline void narrow(const typename L::Doubles& from, float* to) {
    if constexpr (L::width == 1) {
        *to = static_cast<float>(from);
    } else {
        store<L>(to).v = __builtin_convertvector(from, typename L::Floats);
    }
}

template <class L, class T>
struct Chosen {
    using Type = typename L::Floats;
};
template <class L>
struct Chosen<L, double> {
    using Type = typename L::Doubles;
};
template <class L, class T>
using VectorOf = typename Chosen<L, T>::Type;

// sum of coefficients times values of the neighbours
template <class L, class T>
[[gnu::always_inline]] inline void neighbours(const Stencil<T>& s, const T* u, index_t p,
                                              VectorOf<L, T>& sum) {
    sum = load<L>(s.x + p).v * load<L>(u + p - 1).v +
          load<L>(s.x + p + 1).v * load<L>(u + p + 1).v +
          load<L>(s.y + p).v * load<L>(u + p - s.row).v +
          load<L>(s.y + p + s.row).v * load<L>(u + p + s.row).v +
          load<L>(s.z + p).v * load<L>(u + p - s.plane).v +
          load<L>(s.z + p + s.plane).v * load<L>(u + p + s.plane).v;
}

// sum of coefficients times f / diagonal of the neighbours
template <class L>
[[gnu::always_inline]] inline void scaled_neighbours(const FirstSmoothPass& pass, index_t p,
                                                     typename L::Floats& sum) {
    const Stencil<float>& s = pass.stencil;
    const auto* f = pass.f;
    const auto* d = pass.inverse;
    sum = load<L>(s.x + p).v * (load<L>(f + p - 1).v * load<L>(d + p - 1).v) +
          load<L>(s.x + p + 1).v * (load<L>(f + p + 1).v * load<L>(d + p + 1).v) +
          load<L>(s.y + p).v * (load<L>(f + p - s.row).v * load<L>(d + p - s.row).v) +
          load<L>(s.y + p + s.row).v * (load<L>(f + p + s.row).v * load<L>(d + p + s.row).v) +
          load<L>(s.z + p).v * (load<L>(f + p - s.plane).v * load<L>(d + p - s.plane).v) +
          load<L>(s.z + p + s.plane).v * (load<L>(f + p + s.plane).v * load<L>(d + p + s.plane).v);
}

template <class L>
[[gnu::always_inline]] inline void at(const SmoothPass& pass, index_t p) {
    typename L::Floats sum;
    neighbours<L>(pass.stencil, pass.u, p, sum);
    const typename L::Floats u = load<L>(pass.u + p).v;
    store<L>(pass.out + p).v =
        u + pass.weight * (load<L>(pass.inverse + p).v * (load<L>(pass.f + p).v + sum) - u);
}

template <class L>
[[gnu::always_inline]] inline void at(const FirstSmoothPass& pass, index_t p) {
    typename L::Floats sum;
    scaled_neighbours<L>(pass, p, sum);
    const float own = pass.first + pass.second * (1.0F - pass.first);
    const float others = pass.second * pass.first;
    store<L>(pass.out + p).v =
        load<L>(pass.inverse + p).v * (own * load<L>(pass.f + p).v + others * sum);
}

template <class L>
[[gnu::always_inline]] inline void at(const ResidualPass& pass, index_t p) {
    typename L::Floats sum;
    neighbours<L>(pass.stencil, pass.u, p, sum);
    store<L>(pass.out + p).v =
        load<L>(pass.share + p).v *
        ((load<L>(pass.f + p).v - load<L>(pass.diagonal + p).v * load<L>(pass.u + p).v) + sum);
}

template <class L>
[[gnu::always_inline]] inline void at(const DirectionPass& pass, index_t p) {
    typename L::Doubles z;
    widen<L>(pass.z + p, z);
    store<L>(pass.p + p).v = pass.scale * z + pass.beta * load<L>(pass.p + p).v;
}

template <class L>
[[gnu::always_inline]] inline void at(const ApplyPass& pass, index_t p,
                                      typename L::Doubles& total) {
    typename L::Doubles sum;
    neighbours<L>(pass.stencil, pass.p, p, sum);
    const typename L::Doubles own = load<L>(pass.p + p).v;
    const typename L::Doubles q = load<L>(pass.diagonal + p).v * own - sum;
    store<L>(pass.q + p).v = q;
    total += own * q;
}

template <class L>
[[gnu::always_inline]] inline void at(const AdvancePass& pass, index_t p,
                                      typename L::Doubles& total) {
    store<L>(pass.x + p).v = load<L>(pass.x + p).v + pass.step * load<L>(pass.p + p).v;
    const typename L::Doubles r = load<L>(pass.r + p).v - pass.step * load<L>(pass.q + p).v;
    store<L>(pass.r + p).v = r;
    const typename L::Doubles scaled = pass.scale * r;
    narrow<L>(scaled, pass.f + p);
    total += r * r;
}

template <class L>
[[gnu::always_inline]] inline void at(const ProductPass& pass, index_t p,
                                      typename L::Doubles& total) {
    typename L::Doubles z;
    widen<L>(pass.z + p, z);
    total += z * load<L>(pass.r + p).v;
}

template <class L, class Pass>
[[gnu::always_inline]] inline void run_all(const Pass& given, CellRange cells) {
    const Pass pass = given;  // what is stored cannot change it
    index_t p = cells.begin;
    for (; p + L::width <= cells.end; p += L::width) at<L>(pass, p);
    for (; p < cells.end; ++p) at<Lanes1>(pass, p);
}

// Partial sums of eight interleaved series, whatever the width, so that rounding is the same.
template <class L, class Pass>
[[gnu::always_inline]] inline double sum_all(const Pass& given, CellRange cells) {
    constexpr index_t block = 8;
    constexpr index_t parts = block / L::width;
    const Pass pass = given;
    typename L::Doubles totals[parts] = {};
    index_t p = cells.begin;
    for (; p + block <= cells.end; p += block) {
        for (index_t part = 0; part < parts; ++part) at<L>(pass, p + part * L::width, totals[part]);
    }
    double sums[block];
    for (index_t i = 0; i < block; ++i) sums[i] = totals[i / L::width][i % L::width];
    for (index_t i = 0; p < cells.end; ++p, ++i) at<Lanes1>(pass, p, sums[i]);
    return ((sums[0] + sums[4]) + (sums[1] + sums[5])) +
           ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}

#if defined(__x86_64__)
template <class Pass>
[[gnu::target("avx2")]] void run_avx2(const Pass& pass, CellRange cells) {
    run_all<Lanes8>(pass, cells);
}
template <class Pass>
[[gnu::target("avx512f")]] void run_avx512(const Pass& pass, CellRange cells) {
    run_all<Lanes16>(pass, cells);
}
[[gnu::target("avx2")]] void run_direction_avx2(const DirectionPass& pass, CellRange cells) {
    run_all<Lanes4>(pass, cells);
}
[[gnu::target("avx512f")]] void run_direction_avx512(const DirectionPass& pass, CellRange cells) {
    run_all<Lanes8>(pass, cells);
}
template <class Pass>
[[gnu::target("avx2")]] double sum_avx2(const Pass& pass, CellRange cells) {
    return sum_all<Lanes4>(pass, cells);
}
template <class Pass>
[[gnu::target("avx512f")]] double sum_avx512(const Pass& pass, CellRange cells) {
    return sum_all<Lanes8>(pass, cells);
}
#endif

template <class Pass>
void run_floats([[maybe_unused]] StencilWidth width, const Pass& pass, CellRange cells) {
#if defined(__x86_64__)
    if (width == StencilWidth::avx512) return run_avx512(pass, cells);
    if (width == StencilWidth::avx2) return run_avx2(pass, cells);
#endif
    run_all<Lanes4>(pass, cells);
}

template <class Pass>
double sum_doubles([[maybe_unused]] StencilWidth width, const Pass& pass, CellRange cells) {
#if defined(__x86_64__)
    if (width == StencilWidth::avx512) return sum_avx512(pass, cells);
    if (width == StencilWidth::avx2) return sum_avx2(pass, cells);
#endif
    return sum_all<Lanes2>(pass, cells);
}

}  // namespace

StencilWidth widest_stencil() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) return StencilWidth::avx512;
    if (__builtin_cpu_supports("avx2")) return StencilWidth::avx2;
#endif
    return StencilWidth::plain;
}

void add_scaled(float weight, const float* from, float* to, index_t count) {
    index_t i = 0;
    for (; i + Lanes4::width <= count; i += Lanes4::width) {
        store<Lanes4>(to + i).v += weight * load<Lanes4>(from + i).v;
    }
    for (; i < count; ++i) to[i] += weight * from[i];
}

void interpolate_pairs(const float* coarse, const float* share, float* to, index_t pairs) {
    for (index_t i = 0; i < pairs; ++i) {
        const float low = 0.75F * coarse[i] + 0.25F * coarse[i + 1];
        const float high = 0.75F * coarse[i + 1] + 0.25F * coarse[i];
        to[2 * i] += share[2 * i] * low;
        to[2 * i + 1] += share[2 * i + 1] * high;
    }
}

void run(StencilWidth width, const SmoothPass& pass, CellRange cells) {
    run_floats(width, pass, cells);
}

void run(StencilWidth width, const FirstSmoothPass& pass, CellRange cells) {
    run_floats(width, pass, cells);
}

void run(StencilWidth width, const ResidualPass& pass, CellRange cells) {
    run_floats(width, pass, cells);
}

void run([[maybe_unused]] StencilWidth width, const DirectionPass& pass, CellRange cells) {
#if defined(__x86_64__)
    if (width == StencilWidth::avx512) return run_direction_avx512(pass, cells);
    if (width == StencilWidth::avx2) return run_direction_avx2(pass, cells);
#endif
    run_all<Lanes2>(pass, cells);
}

double sum(StencilWidth width, const ApplyPass& pass, CellRange cells) {
    return sum_doubles(width, pass, cells);
}

double sum(StencilWidth width, const AdvancePass& pass, CellRange cells) {
    return sum_doubles(width, pass, cells);
}

double sum(StencilWidth width, const ProductPass& pass, CellRange cells) {
    return sum_doubles(width, pass, cells);
}

}  // namespace caravel::tissue
