// Tridiagonal solves of many lines at once, for the instruction sets of the machine. Every set does
// the same operations per value in the same order, without fused multiply-add, so that results do
// not depend on the machine.
#pragma once

#include "caravel/base/view.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace caravel::tissue {

/// Factors of (1 - w A) for one line of `rows` cells: with P its inverse, P b is
/// y_i = scale_i b_i + coupling_i y_(i-1), then p_i = y_i + coupling_i p_(i+1).
template <class T>
struct LineFactors {
    index_t rows = 0;
    const T* scale = nullptr;
    const T* coupling = nullptr;
};

/// Added to the results in row i and column j: with_row_j row_i + end_i, or field[i stride + j]
/// with the stride of the values. All null: nothing.
template <class T>
struct ColumnSupply {
    const T* with_row = nullptr;
    const T* row = nullptr;
    const T* end = nullptr;
    const T* field = nullptr;
    index_t stride = 0;
};

/// `columns` neighbouring lines: row i of column j lies at values[i stride + j].
template <class T>
struct ColumnSweep {
    T* values = nullptr;
    index_t stride = 0;
    index_t columns = 0;
    LineFactors<T> factors{};
    ColumnSupply<T> supply{};
    bool packed = false;   // works in scratch: for strides whose rows share few places of a cache
    index_t ahead = 0;     // distance of the values that are needed next; 0: the next columns
    T* scratch = nullptr;  // scratch_bytes on a 64-byte boundary
};

/// `lines` lines one after the other: cell i of line j lies at values[j rows + i].
template <class T>
struct LineSweep {
    T* values = nullptr;
    index_t lines = 0;
    LineFactors<T> factors{};
    T* scratch = nullptr;
};

/// Bytes of a row that are worked on together at most.
inline constexpr index_t most_row_bytes = 256;

/// Bytes of scratch that a sweep over lines of this many rows needs.
constexpr index_t scratch_bytes(index_t rows) { return 2 * rows * most_row_bytes; }

/// How the inverse P makes up one step: P; 2 P - 1 (the 2 stands in `scale`); and
/// P ((1 + sqrt 2) P - sqrt 2), the two equal stages of the L-stable method.
inline constexpr std::size_t line_schemes = 3;

template <class T>
struct LineKernels {
    std::string_view name;
    /// By TimeScheme.
    std::array<void (*)(const ColumnSweep<T>&), line_schemes> columns{};
    std::array<void (*)(const LineSweep<T>&), line_schemes> lines{};
};

/// The kernels this machine can run, widest last; the first needs no more than the baseline.
template <class T>
std::span<const LineKernels<T>> usable_line_kernels();

}  // namespace caravel::tissue
