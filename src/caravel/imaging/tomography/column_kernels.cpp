#include "caravel/imaging/tomography/column_kernels.hpp"

#include "caravel/base/usable_variants.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace caravel::imaging {
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

// Row of a voxel, counted from the zero before the first row.
inline index_t row_of(const ShadowColumn& c, index_t voxel) {
    const float at = c.row + static_cast<float>(voxel) * c.row_step;
    return static_cast<index_t>(std::clamp(at, -1.0F, static_cast<float>(c.rows)) + 1.0F);
}

// What the voxels see between the two detector columns, for the rows that they reach.
template <class Lanes>
[[gnu::always_inline]] inline void mix_columns(const ShadowColumn& c, float* mixed) {
    using V = typename Lanes::Values;
    constexpr int width = Lanes::width;
    const index_t end =
        std::min(row_of(c, c.voxels - 1) + column_padding, c.rows + column_padding + 1);
    for (index_t r = row_of(c, 0); r + width <= end; r += width) {
        *reinterpret_cast<V*>(mixed + r) =
            *reinterpret_cast<const V*>(c.left + r) * c.left_weight +
            *reinterpret_cast<const V*>(c.right + r) * c.right_weight;
    }
}

template <class Lanes>
struct Rows {
    typename Lanes::Whole lower;
    typename Lanes::Values part;
};

// Where voxels k, k + 1, ... fall, counted from the zero before the first row.
template <class Lanes>
[[gnu::always_inline]] inline void set_rows(const ShadowColumn& c, index_t k, Rows<Lanes>& rows) {
    using V = typename Lanes::Values;
    const auto top = static_cast<float>(c.rows);
    V lanes{};
    for (int lane = 0; lane < Lanes::width; ++lane) lanes[lane] = static_cast<float>(lane);
    V at = c.row + (lanes + static_cast<float>(k)) * c.row_step;
    at = at < -1.0F ? V{} - 1.0F : at;
    at = (at > top ? V{} + top : at) + 1.0F;
    rows.lower = __builtin_convertvector(at, typename Lanes::Whole);
    rows.part = at - __builtin_convertvector(rows.lower, V);
}

template <class Lanes>
[[gnu::always_inline]] inline void add_between(const typename Lanes::Values& lower,
                                               const typename Lanes::Values& upper,
                                               const Rows<Lanes>& rows, float* sums) {
    *reinterpret_cast<typename Lanes::Values*>(sums) += lower + rows.part * (upper - lower);
}

// Neighbouring voxels add to the same rows: four copies of these keep one from waiting for the
// other.
template <class Lanes>
[[gnu::always_inline]] inline void spread_all(const ShadowColumn& c, const float* values,
                                              float* mixed, float* left, float* right) {
    using V = typename Lanes::Values;
    constexpr int width = Lanes::width;
    constexpr int copies = 4;
    const index_t room = spread_room(c.rows) / copies;
    const index_t begin = row_of(c, 0);
    const index_t end = row_of(c, c.voxels - 1) + 2;
    for (int copy = 0; copy < copies; ++copy) {
        std::fill(mixed + copy * room + begin, mixed + copy * room + end + width, 0.0F);
    }
    for (index_t k = 0; k < c.voxels; k += width) {
        Rows<Lanes> rows;
        set_rows(c, k, rows);
        const int lanes = static_cast<int>(std::min<index_t>(width, c.voxels - k));
        for (int lane = 0; lane < lanes; ++lane) {
            const float upper = rows.part[lane] * values[k + lane];
            float* const to = mixed + lane % copies * room + rows.lower[lane];
            to[0] += values[k + lane] - upper;
            to[1] += upper;
        }
    }
    for (index_t r = begin; r < end; r += width) {
        const float* const from = mixed + r;
        const V sum =
            (*reinterpret_cast<const V*>(from) + *reinterpret_cast<const V*>(from + room)) +
            (*reinterpret_cast<const V*>(from + 2 * room) +
             *reinterpret_cast<const V*>(from + 3 * room));
        *reinterpret_cast<V*>(left + r) += sum * c.left_weight;
        *reinterpret_cast<V*>(right + r) += sum * c.right_weight;
    }
}

void spread_plain(const ShadowColumn& c, const float* values, float* mixed, float* left,
                  float* right) {
    spread_all<Lanes4>(c, values, mixed, left, right);
}

void add_plain(const ShadowColumn& c, float* mixed, float* sums) {
    mix_columns<Lanes4>(c, mixed);
    for (index_t k = 0; k < c.voxels; k += Lanes4::width) {
        Rows<Lanes4> rows;
        set_rows(c, k, rows);
        Lanes4::Values lower, upper;
        for (int lane = 0; lane < Lanes4::width; ++lane) {
            lower[lane] = mixed[rows.lower[lane]];
            upper[lane] = mixed[rows.lower[lane] + 1];
        }
        add_between<Lanes4>(lower, upper, rows, sums + k);
    }
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void add_avx2(const ShadowColumn& c, float* mixed, float* sums) {
    mix_columns<Lanes8>(c, mixed);
    for (index_t k = 0; k < c.voxels; k += Lanes8::width) {
        Rows<Lanes8> rows;
        set_rows(c, k, rows);
        const auto at = (__m256i)rows.lower;
        const auto lower = (Lanes8::Values)_mm256_i32gather_ps(mixed, at, 4);
        const auto upper = (Lanes8::Values)_mm256_i32gather_ps(mixed + 1, at, 4);
        add_between<Lanes8>(lower, upper, rows, sums + k);
    }
}

[[gnu::target("avx2")]] void spread_avx2(const ShadowColumn& c, const float* values, float* mixed,
                                         float* left, float* right) {
    spread_all<Lanes8>(c, values, mixed, left, right);
}

[[gnu::target("avx512f")]] void spread_avx512(const ShadowColumn& c, const float* values,
                                              float* mixed, float* left, float* right) {
    spread_all<Lanes16>(c, values, mixed, left, right);
}

[[gnu::target("avx512f")]] void add_far_avx512(const ShadowColumn& c, float* mixed, float* sums) {
    mix_columns<Lanes16>(c, mixed);
    for (index_t k = 0; k < c.voxels; k += Lanes16::width) {
        Rows<Lanes16> rows;
        set_rows(c, k, rows);
        const auto at = (__m512i)rows.lower;
        const __m512 zero = _mm512_setzero_ps();
        constexpr __mmask16 all = 0xffff;
        const auto lower = (Lanes16::Values)_mm512_mask_i32gather_ps(zero, all, at, mixed, 4);
        const auto upper = (Lanes16::Values)_mm512_mask_i32gather_ps(zero, all, at, mixed + 1, 4);
        add_between<Lanes16>(lower, upper, rows, sums + k);
    }
}

// Rows that lie within 32 of the first are mixed in two registers and picked out of them: numbers
// just stored could not be loaded again at other places without a wait.
[[gnu::target("avx512f")]] void add_avx512(const ShadowColumn& c, float* mixed, float* sums) {
    using V = Lanes16::Values;
    if (c.row_step > 1.9F) return add_far_avx512(c, mixed, sums);  // 15 steps, rounding, one row
    for (index_t k = 0; k < c.voxels; k += Lanes16::width) {
        Rows<Lanes16> rows;
        set_rows(c, k, rows);
        const std::int32_t first = rows.lower[0];
        const float* const left = c.left + first;
        const float* const right = c.right + first;
        const V low = *reinterpret_cast<const V*>(left) * c.left_weight +
                      *reinterpret_cast<const V*>(right) * c.right_weight;
        const V high = *reinterpret_cast<const V*>(left + 16) * c.left_weight +
                       *reinterpret_cast<const V*>(right + 16) * c.right_weight;
        const Lanes16::Whole at = rows.lower - first;
        const Lanes16::Whole next = at + 1;
        const auto lower = (V)_mm512_permutex2var_ps((__m512)low, (__m512i)at, (__m512)high);
        const auto upper = (V)_mm512_permutex2var_ps((__m512)low, (__m512i)next, (__m512)high);
        add_between<Lanes16>(lower, upper, rows, sums + k);
    }
}

constexpr std::array<ColumnKernel, 3> all_kernels = {{{"plain", add_plain, spread_plain},
                                                      {"avx2", add_avx2, spread_avx2},
                                                      {"avx512f", add_avx512, spread_avx512}}};
#else
constexpr std::array<ColumnKernel, 1> all_kernels = {{{"plain", add_plain, spread_plain}}};
#endif

}  // namespace

std::span<const ColumnKernel> usable_column_kernels() { return usable_of(all_kernels); }

}  // namespace caravel::imaging
