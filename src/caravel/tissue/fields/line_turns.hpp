// Rows turned into columns with vectors, for the kernels of line sweeps.
#pragma once

#include "caravel/base/view.hpp"
#include "caravel/tissue/fields/double_vectors.hpp"

namespace caravel::tissue::sweeps {

using vectors::at;
using vectors::Lanes4;
using vectors::Lanes8;
using vectors::widen;

using Eight = Lanes8::Values;

// Even and odd numbers, pairs, halves of two rows side by side.
template <class Number>
[[gnu::always_inline]] inline void mix_ones(const Number* from, index_t stride, Eight* to) {
    Eight p;
    widen<Lanes8>(from, p);
    Eight q;
    widen<Lanes8>(from + stride, q);
    to[0] = __builtin_shufflevector(p, q, 0, 8, 2, 10, 4, 12, 6, 14);
    to[1] = __builtin_shufflevector(p, q, 1, 9, 3, 11, 5, 13, 7, 15);
}

[[gnu::always_inline]] inline void mix_pairs(const Eight& p, const Eight& q, Eight* to) {
    to[0] = __builtin_shufflevector(p, q, 0, 1, 8, 9, 4, 5, 12, 13);
    to[2] = __builtin_shufflevector(p, q, 2, 3, 10, 11, 6, 7, 14, 15);
}

[[gnu::always_inline]] inline void mix_halves(const Eight& p, const Eight& q, double* to,
                                              index_t pitch) {
    at<Lanes8>(to).v = __builtin_shufflevector(p, q, 0, 1, 2, 3, 8, 9, 10, 11);
    at<Lanes8>(to + 4 * pitch).v = __builtin_shufflevector(p, q, 4, 5, 6, 7, 12, 13, 14, 15);
}

// Turns eight rows of eight numbers; row l begins at from + l * stride, column i at to + i * pitch.
template <class Number>
[[gnu::always_inline]] inline void turn_tile(const Number* from, index_t stride, double* to,
                                             index_t pitch) {
    alignas(64) Eight a[8];
    alignas(64) Eight b[8];
    mix_ones(from, stride, a);
    mix_ones(from + 2 * stride, stride, a + 2);
    mix_ones(from + 4 * stride, stride, a + 4);
    mix_ones(from + 6 * stride, stride, a + 6);
    mix_pairs(a[0], a[2], b);
    mix_pairs(a[1], a[3], b + 1);
    mix_pairs(a[4], a[6], b + 4);
    mix_pairs(a[5], a[7], b + 5);
    mix_halves(b[0], b[4], to, pitch);
    mix_halves(b[1], b[5], to + pitch, pitch);
    mix_halves(b[2], b[6], to + 2 * pitch, pitch);
    mix_halves(b[3], b[7], to + 3 * pitch, pitch);
}

using Four = Lanes4::Values;

// Turns four rows of four numbers, for registers in which eight have no room.
template <class Number>
[[gnu::always_inline]] inline void turn_four(const Number* from, index_t stride, double* to,
                                             index_t pitch) {
    Four p;
    widen<Lanes4>(from, p);
    Four q;
    widen<Lanes4>(from + stride, q);
    Four r;
    widen<Lanes4>(from + 2 * stride, r);
    Four s;
    widen<Lanes4>(from + 3 * stride, s);
    const Four even_low = __builtin_shufflevector(p, q, 0, 4, 2, 6);
    const Four odd_low = __builtin_shufflevector(p, q, 1, 5, 3, 7);
    const Four even_high = __builtin_shufflevector(r, s, 0, 4, 2, 6);
    const Four odd_high = __builtin_shufflevector(r, s, 1, 5, 3, 7);
    at<Lanes4>(to).v = __builtin_shufflevector(even_low, even_high, 0, 1, 4, 5);
    at<Lanes4>(to + pitch).v = __builtin_shufflevector(odd_low, odd_high, 0, 1, 4, 5);
    at<Lanes4>(to + 2 * pitch).v = __builtin_shufflevector(even_low, even_high, 2, 3, 6, 7);
    at<Lanes4>(to + 3 * pitch).v = __builtin_shufflevector(odd_low, odd_high, 2, 3, 6, 7);
}

// from: `rows` rows of `columns` numbers; to: the same, rows and columns swapped.
template <index_t Tile, class Number>
[[gnu::always_inline]] inline void turn(const Number* from, index_t stride, index_t rows,
                                        index_t columns, double* to, index_t pitch) {
    index_t r = 0;
    for (; r + Tile <= rows; r += Tile) {
        const Number* const start = from + r * stride;
        index_t c = 0;
        for (; c + Tile <= columns; c += Tile) {
            for (index_t l = Tile; l < 2 * Tile; ++l) {
                __builtin_prefetch(start + l * stride + c);
            }
            if constexpr (Tile == 8) {
                turn_tile(start + c, stride, to + c * pitch + r, pitch);
            } else {
                turn_four(start + c, stride, to + c * pitch + r, pitch);
            }
        }
        for (; c < columns; ++c) {
            for (index_t l = 0; l < Tile; ++l) {
                to[c * pitch + r + l] = static_cast<double>(start[l * stride + c]);
            }
        }
    }
    for (; r < rows; ++r) {
        for (index_t c = 0; c < columns; ++c) {
            to[c * pitch + r] = static_cast<double>(from[r * stride + c]);
        }
    }
}

}  // namespace caravel::tissue::sweeps
