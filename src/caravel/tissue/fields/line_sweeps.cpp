#include "caravel/tissue/fields/line_sweeps.hpp"

#include "caravel/tissue/fields/double_vectors.hpp"
#include "caravel/tissue/fields/line_turns.hpp"

#include <algorithm>
#include <array>

namespace caravel::tissue::sweeps {

namespace {

using vectors::Lanes1;

// Runs part(lanes, column) over all columns, in the widest vectors that fit.
template <class Part>
[[gnu::always_inline]] inline void over_columns(index_t columns, const Part& part) {
    index_t c = 0;
    for (; c + 8 <= columns; c += 8) {
        part(Lanes8{}, c);
    }
    for (; c + 4 <= columns; c += 4) {
        part(Lanes4{}, c);
    }
    for (; c < columns; ++c) {
        part(Lanes1{}, c);
    }
}

constexpr index_t rows_ahead = 4;

struct ForwardRow {
    double* values;
    const double* storage;
    const double* weight;
    const double* face_low;
    const double* face_high;
    const double* values_before;
    double* upper;
    double* kept;
    double scale;
    double end_low;   // value beyond a first face
    double end_high;  // value beyond a last face, 0 inside
};

// Elimination without a subtraction: with pivot_i = x_i + g_i+1 and kept_i = x_i / pivot_i, x_i+1
// is C + g_i+1 kept_i. Every term is positive, so that values stay positive and pivots exact to a
// few ulp at any length of step.
template <class L, bool First, bool Uniform>
[[gnu::always_inline]] inline void eliminate(const ForwardRow& row, index_t c) {
    using V = typename L::Values;
    const V zero{};
    const V low = row.scale * at<L>(row.face_low + c).v;
    const V high = row.scale * at<L>(row.face_high + c).v;
    V right = at<L>(row.values + c).v;
    V excess = zero + 1.0;
    if constexpr (!Uniform) {
        right = at<L>(row.weight + c).v * right;
        excess = at<L>(row.storage + c).v;
    }
    if constexpr (First) {
        excess = excess + low;
        right = right + low * row.end_low;
    } else {
        excess = excess + low * at<L>(row.kept + c).v;
        right = right + low * at<L>(row.values_before + c).v;
    }
    const V inverse = 1.0 / (excess + high);
    at<L>(row.values + c).v = (right + high * row.end_high) * inverse;
    at<L>(row.kept + c).v = excess * inverse;
    at<L>(row.upper + c).v = high * inverse;
}

[[gnu::always_inline]] inline ForwardRow row_of(const LineBlock& b, index_t i) {
    ForwardRow row;
    row.values = b.values.data + i * b.values.stride;
    row.storage = b.storage.data + i * b.storage.stride;
    row.weight = b.weight.data + i * b.weight.stride;
    row.face_low = b.faces.data + i * b.faces.stride;
    row.face_high = b.faces.data + (i + 1) * b.faces.stride;
    row.values_before = row.values - b.values.stride;
    row.upper = b.upper + i * b.columns;
    row.kept = b.kept;
    row.scale = b.scale;
    row.end_low = b.low;
    row.end_high = i + 1 == b.rows ? b.high : 0.0;
    return row;
}

// Rows far from each other are not foreseen by the processor.
[[gnu::always_inline]] inline void fetch(const LineBlock& b, index_t i) {
    for (index_t c = 0; c < b.columns + 7; c += 8) {
        __builtin_prefetch(b.values.data + i * b.values.stride + c, 1);
        __builtin_prefetch(b.faces.data + (i + 1) * b.faces.stride + c);
        if (b.storage.stride != 0) __builtin_prefetch(b.storage.data + i * b.storage.stride + c);
    }
}

template <bool Uniform>
[[gnu::always_inline]] inline void solve_block(const LineBlock& block) {
    const LineBlock b = block;  // what is stored cannot change it
    const ForwardRow first = row_of(b, 0);
    over_columns(
        b.columns, [&](auto lanes, index_t c) __attribute__((always_inline)) {
            eliminate<decltype(lanes), true, Uniform>(first, c);
        });
    for (index_t i = 1; i < b.rows; ++i) {
        const ForwardRow row = row_of(b, i);
        if (i + rows_ahead < b.rows) fetch(b, i + rows_ahead);
        over_columns(
            b.columns, [&](auto lanes, index_t c) __attribute__((always_inline)) {
                eliminate<decltype(lanes), false, Uniform>(row, c);
            });
    }
    for (index_t i = b.rows - 2; i >= 0; --i) {
        const ForwardRow row = row_of(b, i);
        const double* const after = row.values + b.values.stride;
        over_columns(
            b.columns, [&](auto lanes, index_t c) __attribute__((always_inline)) {
                using L = decltype(lanes);
                at<L>(row.values + c).v =
                    at<L>(row.values + c).v + at<L>(row.upper + c).v * at<L>(after + c).v;
            });
    }
}

[[gnu::always_inline]] inline void across_all(const LineBlock& block) {
    if (block.storage.stride == 0) {
        solve_block<true>(block);
    } else {
        solve_block<false>(block);
    }
}

// Lines of a tile, padded to whole vectors; what the padding holds is solved and left.
template <index_t Tile>
[[gnu::always_inline]] inline void solve_turned(const LinesAlongX& x, index_t first,
                                                index_t lines) {
    const index_t pitch = (lines + 7) / 8 * 8;
    const index_t size = x.nx * lines_at_once;
    double* const values = x.scratch;
    double* const upper = values + size;
    double* const faces = upper + size;
    double* const storage = faces + size + lines_at_once;
    double* const weight = storage + size;
    LineBlock block{{values, pitch}, {storage, pitch},
                    {weight, pitch}, {faces, pitch},
                    x.scale,         x.low,
                    x.high,          x.nx,
                    pitch,           upper,
                    weight + size};
    for (index_t i = 0; i <= x.nx; ++i) {
        for (index_t l = lines; l < pitch; ++l) {
            faces[i * pitch + l] = 0.0;
        }
    }
    for (index_t i = 0; i < x.nx; ++i) {
        for (index_t l = lines; l < pitch; ++l) {
            values[i * pitch + l] = 0.0;
            storage[i * pitch + l] = 1.0;
            weight[i * pitch + l] = 1.0;
        }
    }
    double* const start = x.values.data + first * x.values.stride;
    turn<Tile>(start, x.values.stride, lines, x.nx, values, pitch);
    turn<Tile>(x.faces.data + first * x.faces.stride, x.faces.stride, lines, x.nx + 1, faces,
               pitch);
    if (x.storage.stride == 0) {
        block.storage = {x.storage.data, 0};
    } else {
        turn<Tile>(x.storage.data + first * x.storage.stride, x.storage.stride, lines, x.nx,
                   storage, pitch);
    }
    if (x.weight.stride == 0) {
        block.weight = {x.weight.data, 0};
    } else {
        turn<Tile>(x.weight.data + first * x.weight.stride, x.weight.stride, lines, x.nx, weight,
                   pitch);
    }
    across_all(block);
    turn<Tile>(values, pitch, x.nx, lines, start, x.values.stride);
}

template <index_t Tile>
[[gnu::always_inline]] inline void along_x_all(const LinesAlongX& lines) {
    const LinesAlongX x = lines;
    const index_t tiles = (x.lines + lines_at_once - 1) / lines_at_once;
    const index_t share = ((x.lines + tiles - 1) / tiles + 7) / 8 * 8;
    for (index_t first = 0; first < x.lines; first += share) {
        solve_turned<Tile>(x, first, std::min(share, x.lines - first));
    }
}

template <class L>
[[gnu::always_inline]] inline void start_at(const StartRow& s, index_t c) {
    using V = typename L::Values;
    const V capacity = at<L>(s.capacity + c).v;
    const V u = at<L>(s.u + c).v;
    const V right = capacity * u + s.time * at<L>(s.supply + c).v;
    at<L>(s.result + c).v = capacity > 0.0 ? right : u;
}

[[gnu::always_inline]] inline void start_row_all(const StartRow& row) {
    const StartRow s = row;
    over_columns(
        s.columns, [&](auto lanes, index_t c)
                       __attribute__((always_inline)) { start_at<decltype(lanes)>(s, c); });
}

template <class L>
[[gnu::always_inline]] inline void right_at(const RightRow& r, index_t c) {
    using V = typename L::Values;
    const V zero{};
    const V listed = at<L>(r.start.capacity + c).v;
    const V capacity = listed > 0.0 ? listed : zero + 1.0;
    const V supply = listed > 0.0 ? r.start.time * at<L>(r.start.supply + c).v : zero;
    const V u = at<L>(r.start.u + c).v;
    const V v = at<L>(r.v + c).v;
    V flow = r.scales[0] * (at<L>(r.faces_x + c + 1).v * (at<L>(r.v + c + 1).v - v) -
                            at<L>(r.faces_x + c).v * (v - at<L>(r.v + c - 1).v));
    for (int d = 0; d < 2; ++d) {
        flow = flow +
               r.scales[d + 1] * (at<L>(r.faces_high[d] + c).v * (at<L>(r.v_high[d] + c).v - v) -
                                  at<L>(r.faces_low[d] + c).v * (v - at<L>(r.v_low[d] + c).v));
    }
    const V rest = (capacity * u - at<L>(r.storage + c).v * v) + (supply + flow);
    const V base = capacity * (u + r.ahead * (v - u)) + supply;
    at<L>(r.start.result + c).v = r.base * base + r.residual * rest;
}

[[gnu::always_inline]] inline void right_row_all(const RightRow& row) {
    const RightRow r = row;
    const double* const next[] = {r.start.u, r.v_high[1], r.faces_x, r.faces_high[0],
                                  r.faces_high[1]};
    for (const double* const p : next) {
        for (index_t c = r.start.columns; c < 2 * r.start.columns + 7; c += 8) {
            __builtin_prefetch(p + c);
        }
    }
    over_columns(
        r.start.columns, [&](auto lanes, index_t c)
                             __attribute__((always_inline)) { right_at<decltype(lanes)>(r, c); });
}

void across_plain(const LineBlock& b) { across_all(b); }
void along_x_plain(const LinesAlongX& x) { along_x_all<4>(x); }
void start_row_plain(const StartRow& s) { start_row_all(s); }
void right_row_plain(const RightRow& r) { right_row_all(r); }

#if defined(__x86_64__)
[[gnu::target("avx2")]] void across_avx2(const LineBlock& b) { across_all(b); }
[[gnu::target("avx2")]] void along_x_avx2(const LinesAlongX& x) { along_x_all<4>(x); }
[[gnu::target("avx2")]] void start_row_avx2(const StartRow& s) { start_row_all(s); }
[[gnu::target("avx2")]] void right_row_avx2(const RightRow& r) { right_row_all(r); }
[[gnu::target("avx512f")]] void across_avx512(const LineBlock& b) { across_all(b); }
[[gnu::target("avx512f")]] void along_x_avx512(const LinesAlongX& x) { along_x_all<8>(x); }
[[gnu::target("avx512f")]] void start_row_avx512(const StartRow& s) { start_row_all(s); }
[[gnu::target("avx512f")]] void right_row_avx512(const RightRow& r) { right_row_all(r); }
#endif

constexpr std::array all_kernels {
    SweepKernels{"plain", across_plain, along_x_plain, start_row_plain, right_row_plain},
#if defined(__x86_64__)
        SweepKernels{"avx2", across_avx2, along_x_avx2, start_row_avx2, right_row_avx2},
        SweepKernels{"avx512f", across_avx512, along_x_avx512, start_row_avx512, right_row_avx512},
#endif
};

}  // namespace

std::span<const SweepKernels> usable_kernels() { return vectors::usable_of(all_kernels); }

}  // namespace caravel::tissue::sweeps
