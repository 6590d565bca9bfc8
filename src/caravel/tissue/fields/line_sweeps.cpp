#include "caravel/tissue/fields/line_sweeps.hpp"

#include "caravel/base/usable_variants.hpp"
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

template <class Face>
struct ForwardRow {
    double* values;
    const double* storage;
    const double* weight;
    const Face* face_low;
    const Face* face_high;
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
template <class L, bool First, bool Uniform, class Face>
[[gnu::always_inline]] inline void eliminate(const ForwardRow<Face>& row, index_t c) {
    using V = typename L::Values;
    const V zero{};
    V low;
    V high;
    widen<L>(row.face_low + c, low);
    widen<L>(row.face_high + c, high);
    low = row.scale * low;
    high = row.scale * high;
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

template <class Face>
[[gnu::always_inline]] inline ForwardRow<Face> row_of(const LineBlock<Face>& b, index_t i) {
    ForwardRow<Face> row;
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
template <class Face>
[[gnu::always_inline]] inline void fetch(const LineBlock<Face>& b, index_t i) {
    constexpr auto per_line = static_cast<index_t>(64 / sizeof(Face));  // of cache
    for (index_t c = 0; c < b.columns + per_line - 1; c += per_line) {
        __builtin_prefetch(b.faces.data + (i + 1) * b.faces.stride + c);
    }
    for (index_t c = 0; c < b.columns + 7; c += 8) {
        __builtin_prefetch(b.values.data + i * b.values.stride + c, 1);
        if (b.storage.stride != 0) __builtin_prefetch(b.storage.data + i * b.storage.stride + c);
    }
}

template <bool Uniform, class Face>
[[gnu::always_inline]] inline void solve_block(const LineBlock<Face>& block) {
    const LineBlock<Face> b = block;  // what is stored cannot change it
    const ForwardRow<Face> first = row_of(b, 0);
    over_columns(
        b.columns, [&](auto lanes, index_t c) __attribute__((always_inline)) {
            eliminate<decltype(lanes), true, Uniform>(first, c);
        });
    for (index_t i = 1; i < b.rows; ++i) {
        const ForwardRow<Face> row = row_of(b, i);
        if (i + rows_ahead < b.rows) fetch(b, i + rows_ahead);
        over_columns(
            b.columns, [&](auto lanes, index_t c) __attribute__((always_inline)) {
                eliminate<decltype(lanes), false, Uniform>(row, c);
            });
    }
    for (index_t i = b.rows - 2; i >= 0; --i) {
        const ForwardRow<Face> row = row_of(b, i);
        const double* const after = row.values + b.values.stride;
        over_columns(
            b.columns, [&](auto lanes, index_t c) __attribute__((always_inline)) {
                using L = decltype(lanes);
                at<L>(row.values + c).v =
                    at<L>(row.values + c).v + at<L>(row.upper + c).v * at<L>(after + c).v;
            });
    }
}

template <class Face>
[[gnu::always_inline]] inline void across_all(const LineBlock<Face>& block) {
    if (block.storage.stride == 0) {
        solve_block<true>(block);
    } else {
        solve_block<false>(block);
    }
}

// Lines of a tile, padded to whole vectors; what the padding holds is solved and left.
template <index_t Tile, class Face>
[[gnu::always_inline]] inline void solve_turned(const LinesAlongX<Face>& x, index_t first,
                                                index_t lines) {
    const index_t pitch = (lines + 7) / 8 * 8;
    const index_t size = x.nx * lines_at_once;
    double* const values = x.scratch;
    double* const upper = values + size;
    double* const faces = upper + size;
    double* const storage = faces + size + lines_at_once;
    double* const weight = storage + size;
    LineBlock<double> block{{values, pitch}, {storage, pitch},
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

template <index_t Tile, class Face>
[[gnu::always_inline]] inline void along_x_all(const LinesAlongX<Face>& lines) {
    const LinesAlongX<Face> x = lines;
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

template <class L, class Face>
[[gnu::always_inline]] inline void right_at(const RightRow<Face>& r, index_t c) {
    using V = typename L::Values;
    const V zero{};
    const V listed = at<L>(r.start.capacity + c).v;
    const V capacity = listed > 0.0 ? listed : zero + 1.0;
    const V supply = listed > 0.0 ? r.start.time * at<L>(r.start.supply + c).v : zero;
    const V u = at<L>(r.start.u + c).v;
    const V v = at<L>(r.v + c).v;
    V low;
    V high;
    widen<L>(r.faces_x + c, low);
    widen<L>(r.faces_x + c + 1, high);
    V flow = r.scales[0] * (high * (at<L>(r.v + c + 1).v - v) - low * (v - at<L>(r.v + c - 1).v));
    for (int d = 0; d < 2; ++d) {
        widen<L>(r.faces_low[d] + c, low);
        widen<L>(r.faces_high[d] + c, high);
        flow = flow + r.scales[d + 1] * (high * (at<L>(r.v_high[d] + c).v - v) -
                                         low * (v - at<L>(r.v_low[d] + c).v));
    }
    const V rest = (capacity * u - at<L>(r.storage + c).v * v) + (supply + flow);
    const V base = capacity * (u + r.ahead * (v - u)) + supply;
    at<L>(r.start.result + c).v = r.base * base + r.residual * rest;
}

// The row after the one that begins at p.
template <class Number>
[[gnu::always_inline]] inline void fetch_next(const Number* p, index_t columns) {
    constexpr auto per_line = static_cast<index_t>(64 / sizeof(Number));  // of cache
    for (index_t c = columns; c < 2 * columns + per_line - 1; c += per_line) {
        __builtin_prefetch(p + c);
    }
}

template <class Face>
[[gnu::always_inline]] inline void right_row_all(const RightRow<Face>& row) {
    const RightRow<Face> r = row;
    fetch_next(r.start.u, r.start.columns);
    fetch_next(r.v_high[1], r.start.columns);
    for (const Face* const p : {r.faces_x, r.faces_high[0], r.faces_high[1]}) {
        fetch_next(p, r.start.columns);
    }
    over_columns(
        r.start.columns, [&](auto lanes, index_t c)
                             __attribute__((always_inline)) { right_at<decltype(lanes)>(r, c); });
}

template <class Face>
void across_plain(const LineBlock<Face>& b) {
    across_all(b);
}
template <class Face>
void along_x_plain(const LinesAlongX<Face>& x) {
    along_x_all<4>(x);
}
template <class Face>
void right_row_plain(const RightRow<Face>& r) {
    right_row_all(r);
}
void start_row_plain(const StartRow& s) { start_row_all(s); }

#if defined(__x86_64__)
template <class Face>
[[gnu::target("avx2")]] void across_avx2(const LineBlock<Face>& b) {
    across_all(b);
}
template <class Face>
[[gnu::target("avx2")]] void along_x_avx2(const LinesAlongX<Face>& x) {
    along_x_all<4>(x);
}
template <class Face>
[[gnu::target("avx2")]] void right_row_avx2(const RightRow<Face>& r) {
    right_row_all(r);
}
[[gnu::target("avx2")]] void start_row_avx2(const StartRow& s) { start_row_all(s); }
template <class Face>
[[gnu::target("avx512f")]] void across_avx512(const LineBlock<Face>& b) {
    across_all(b);
}
template <class Face>
[[gnu::target("avx512f")]] void along_x_avx512(const LinesAlongX<Face>& x) {
    along_x_all<8>(x);
}
template <class Face>
[[gnu::target("avx512f")]] void right_row_avx512(const RightRow<Face>& r) {
    right_row_all(r);
}
[[gnu::target("avx512f")]] void start_row_avx512(const StartRow& s) { start_row_all(s); }
#endif

template <class Face>
constexpr std::array all_kernels {
    SweepKernels<Face>{"plain", across_plain<Face>, along_x_plain<Face>, start_row_plain,
                       right_row_plain<Face>},
#if defined(__x86_64__)
        SweepKernels<Face>{"avx2", across_avx2<Face>, along_x_avx2<Face>, start_row_avx2,
                           right_row_avx2<Face>},
        SweepKernels<Face>{"avx512f", across_avx512<Face>, along_x_avx512<Face>, start_row_avx512,
                           right_row_avx512<Face>},
#endif
};

}  // namespace

template <class Face>
std::span<const SweepKernels<Face>> usable_kernels() {
    return usable_of(all_kernels<Face>);
}
template std::span<const SweepKernels<float>> usable_kernels();
template std::span<const SweepKernels<double>> usable_kernels();

}  // namespace caravel::tissue::sweeps
