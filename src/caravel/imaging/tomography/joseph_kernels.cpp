#include "caravel/imaging/tomography/joseph_kernels.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/usable_variants.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

namespace caravel::imaging {

std::array<JosephAxes, 3> joseph_axes(const Grid& grid) {
    if (grid.cell_count() > std::numeric_limits<std::int32_t>::max()) {
        throw ResourceError("a volume of " + std::to_string(grid.cell_count()) +
                            " voxels is too large to be projected, at most 2147483647");
    }
    const std::array<index_t, 3> count{grid.nx, grid.ny, grid.nz};
    const std::array<index_t, 3> stride{1, grid.nx, grid.nx * grid.ny};
    std::array<JosephAxes, 3> axes;
    for (std::size_t main = 0; main < 3; ++main) {
        const std::array<std::size_t, 3> order{main, cross_axes[main][0], cross_axes[main][1]};
        for (std::size_t a = 0; a < 3; ++a) {
            axes[main].count[a] = static_cast<std::int32_t>(count[order[a]]);
            // A single voxel has no neighbour: its weight is 0 and its place that of the first.
            axes[main].stride[a] =
                count[order[a]] > 1 ? static_cast<std::int32_t>(stride[order[a]]) : 0;
        }
    }
    return axes;
}

namespace {

// Vectors as the compilers' extension has them, held in memory of floats, hence may_alias.
struct Lanes4 {
    using Values [[gnu::vector_size(16), gnu::aligned(4), gnu::may_alias]] = float;
    using Whole [[gnu::vector_size(16), gnu::aligned(4), gnu::may_alias]] = std::int32_t;
    static constexpr int width = 4;
};
struct Lanes8 {
    using Values [[gnu::vector_size(32), gnu::aligned(4), gnu::may_alias]] = float;
    using Whole [[gnu::vector_size(32), gnu::aligned(4), gnu::may_alias]] = std::int32_t;
    static constexpr int width = 8;
};
struct Lanes16 {
    using Values [[gnu::vector_size(64), gnu::aligned(4), gnu::may_alias]] = float;
    using Whole [[gnu::vector_size(64), gnu::aligned(4), gnu::may_alias]] = std::int32_t;
    static constexpr int width = 16;
};

// Planes are worked on in blocks that start at multiples of this number. Coordinates count from the
// block's first crossing, so that single precision keeps 1e-5 of a voxel in any volume.
constexpr int block = 64;

struct Weights {
    std::int32_t place[block];  // offset of the lower voxel of both axes
    float w00[block];
    float w10[block];
    float w01[block];
    float w11[block];
};

// Where one cross axis stands at the start of a block.
struct Start {
    std::int32_t whole;
    float part;
    float slope;
};

Start start_of(double at, double slope) {
    const double whole = std::floor(at);
    return {static_cast<std::int32_t>(whole), static_cast<float>(at - whole),
            static_cast<float>(slope)};
}

template <class Lanes>
struct Pair {
    typename Lanes::Whole lower;
    typename Lanes::Values w0;
    typename Lanes::Values w1;
};

template <class Lanes>
[[gnu::always_inline]] inline void set_tent(const typename Lanes::Values& x,
                                            typename Lanes::Values& weight) {
    using V = typename Lanes::Values;
    const V distance = x < 0.0F ? -x : x;
    const V height = 1.0F - distance;
    weight = height > 0.0F ? height : V{};
}

// Lower of the two voxels between which the ray passes, moved into the volume, and what each
// weighs.
template <class Lanes>
[[gnu::always_inline]] inline void set_neighbours(const Start& start, std::int32_t count,
                                                  const typename Lanes::Values& plane,
                                                  Pair<Lanes>& pair) {
    using V = typename Lanes::Values;
    using W = typename Lanes::Whole;
    const V x = start.part + plane * start.slope;
    const W cut = __builtin_convertvector(x, W);
    const W below = __builtin_convertvector(cut, V) > x ? cut - 1 : cut;
    const W least = W{} - start.whole;
    const W most = W{} + (std::max(count - 2, 0) - start.whole);
    W lower = below < least ? least : below;
    lower = lower > most ? most : lower;
    const V rest = x - __builtin_convertvector(lower, V);
    const V rest_of_next = rest - 1.0F;
    pair.lower = lower + start.whole;
    set_tent<Lanes>(rest, pair.w0);
    set_tent<Lanes>(rest_of_next, pair.w1);
    if (count < 2) pair.w1 = V{};
}

// Weights of planes from <= k < to of the block that starts at plane `base`.
template <class Lanes>
[[gnu::always_inline]] inline void fill_weights(const JosephAxes& axes, const JosephPath& path,
                                                index_t base, int from, int to, Weights& w) {
    using V = typename Lanes::Values;
    using W = typename Lanes::Whole;
    const auto ahead = static_cast<double>(base - path.first);
    const Start u = start_of(path.u + ahead * path.du, path.du);
    const Start v = start_of(path.v + ahead * path.dv, path.dv);
    W count{};
    for (int lane = 0; lane < Lanes::width; ++lane) count[lane] = lane;
    const auto first = static_cast<std::int32_t>(base) * axes.stride[0];
    for (int k = from / Lanes::width * Lanes::width; k < to; k += Lanes::width) {
        const W plane = count + k;
        const V at = __builtin_convertvector(plane, V);
        Pair<Lanes> a, b;
        set_neighbours<Lanes>(u, axes.count[1], at, a);
        set_neighbours<Lanes>(v, axes.count[2], at, b);
        *reinterpret_cast<W*>(w.place + k) =
            first + plane * axes.stride[0] + a.lower * axes.stride[1] + b.lower * axes.stride[2];
        *reinterpret_cast<V*>(w.w00 + k) = a.w0 * b.w0;
        *reinterpret_cast<V*>(w.w10 + k) = a.w1 * b.w0;
        *reinterpret_cast<V*>(w.w01 + k) = a.w0 * b.w1;
        *reinterpret_cast<V*>(w.w11 + k) = a.w1 * b.w1;
    }
    const auto shrink = [&w](index_t k, float share) {
        w.w00[k] *= share;
        w.w10[k] *= share;
        w.w01[k] *= share;
        w.w11[k] *= share;
    };
    const index_t head = path.first - base;
    const index_t tail = path.last - base;
    if (head >= from && head < to) shrink(head, path.first_share);
    if (tail >= from && tail < to && tail != head) shrink(tail, path.last_share);
}

template <class Lanes>
[[gnu::always_inline]] inline float gather_all(const JosephAxes& axes, const JosephPath& path,
                                               const float* volume) {
    Weights w;
    const std::ptrdiff_t du = axes.stride[1];
    const std::ptrdiff_t dv = axes.stride[2];
    double sum = 0.0;
    for (index_t base = path.first / block * block; base <= path.last; base += block) {
        const int from = static_cast<int>(std::max(path.first - base, index_t{0}));
        const int to = static_cast<int>(std::min(path.last + 1 - base, index_t{block}));
        fill_weights<Lanes>(axes, path, base, from, to, w);
        float s00 = 0.0F, s10 = 0.0F, s01 = 0.0F, s11 = 0.0F;
        for (int k = from; k < to; ++k) {
            const float* const p = volume + w.place[k];
            s00 += w.w00[k] * p[0];
            s10 += w.w10[k] * p[du];
            s01 += w.w01[k] * p[dv];
            s11 += w.w11[k] * p[du + dv];
        }
        sum += static_cast<double>((s00 + s10) + (s01 + s11));
    }
    return static_cast<float>(sum * static_cast<double>(path.step));
}

template <class Lanes>
[[gnu::always_inline]] inline void spread_all(const JosephAxes& axes, const JosephPath& path,
                                              index_t first, index_t end, float value,
                                              float* volume) {
    Weights w;
    const std::ptrdiff_t du = axes.stride[1];
    const std::ptrdiff_t dv = axes.stride[2];
    const float scaled = value * path.step;
    const index_t begin = std::max(first, path.first);
    const index_t stop = std::min(end, path.last + 1);
    for (index_t base = begin / block * block; base < stop; base += block) {
        const int from = static_cast<int>(std::max(begin - base, index_t{0}));
        const int to = static_cast<int>(std::min(stop - base, index_t{block}));
        fill_weights<Lanes>(axes, path, base, from, to, w);
        for (int k = from; k < to; ++k) {
            float* const p = volume + w.place[k];
            p[0] += scaled * w.w00[k];
            p[du] += scaled * w.w10[k];
            p[dv] += scaled * w.w01[k];
            p[du + dv] += scaled * w.w11[k];
        }
    }
}

float gather_plain(const JosephAxes& axes, const JosephPath& path, const float* volume) {
    return gather_all<Lanes4>(axes, path, volume);
}
void spread_plain(const JosephAxes& axes, const JosephPath& path, index_t first, index_t end,
                  float value, float* volume) {
    spread_all<Lanes4>(axes, path, first, end, value, volume);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] float gather_avx2(const JosephAxes& axes, const JosephPath& path,
                                          const float* volume) {
    return gather_all<Lanes8>(axes, path, volume);
}
[[gnu::target("avx2")]] void spread_avx2(const JosephAxes& axes, const JosephPath& path,
                                         index_t first, index_t end, float value, float* volume) {
    spread_all<Lanes8>(axes, path, first, end, value, volume);
}
[[gnu::target("avx512f")]] float gather_avx512(const JosephAxes& axes, const JosephPath& path,
                                               const float* volume) {
    return gather_all<Lanes16>(axes, path, volume);
}
[[gnu::target("avx512f")]] void spread_avx512(const JosephAxes& axes, const JosephPath& path,
                                              index_t first, index_t end, float value,
                                              float* volume) {
    spread_all<Lanes16>(axes, path, first, end, value, volume);
}

constexpr std::array<JosephKernel, 3> all_kernels = {{{"plain", gather_plain, spread_plain},
                                                      {"avx2", gather_avx2, spread_avx2},
                                                      {"avx512f", gather_avx512, spread_avx512}}};
#else
constexpr std::array<JosephKernel, 1> all_kernels = {{{"plain", gather_plain, spread_plain}}};
#endif

}  // namespace

std::span<const JosephKernel> usable_joseph_kernels() { return usable_of(all_kernels); }

}  // namespace caravel::imaging
