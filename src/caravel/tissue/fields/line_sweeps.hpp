// Kernels of the diffusion with varying coefficients: tridiagonal lines side by side in vectors.
#pragma once

#include "caravel/base/view.hpp"

#include <span>
#include <string_view>

namespace caravel::tissue::sweeps {

/// Rows of numbers: row i begins at data + i * stride (stride 0: the same row for all).
template <class T>
struct Rows {
    T* data = nullptr;
    index_t stride = 0;
};

/// Lines that run across rows, one per column: (storage + g_i + g_i+1) w_i - g_i w_i-1
/// - g_i+1 w_i+1 = weight_i w_i, g = scale * faces; g low and g high enter the ends, in place.
/// Storage of stride 0 stands for storage and weight 1.
template <class Face>
struct LineBlock {
    Rows<double> values{};
    Rows<const double> storage{};
    Rows<const double> weight{};
    Rows<const Face> faces{};  // one row more than values
    double scale = 0.0;
    double low = 0.0;   // value beyond the first face
    double high = 0.0;  // value beyond the last face
    index_t rows = 0;
    index_t columns = 0;
    double* upper = nullptr;  // rows * columns: g_i+1 over pivots
    double* kept = nullptr;   // columns
};

/// Lines along x: `lines` rows of nx numbers each, turned into columns of a block.
template <class Face>
struct LinesAlongX {
    Rows<double> values{};
    Rows<const double> storage{};
    Rows<const double> weight{};
    Rows<const Face> faces{};  // nx + 1 numbers in a row
    double scale = 0.0;
    double low = 0.0;
    double high = 0.0;
    index_t nx = 0;
    index_t lines = 0;
    double* scratch = nullptr;  // scratch_for_x(nx)
};

/// Most lines along x that are turned at a time.
inline constexpr index_t lines_at_once = 64;
/// Columns of a block whose pivots stay in cache.
inline constexpr index_t columns_at_once = 128;

/// Numbers of scratch that LinesAlongX needs.
constexpr index_t scratch_for_x(index_t nx) { return lines_at_once * (5 * nx + 2); }

/// One row of a first right-hand side: capacity u + time * supply. Cells without capacity count
/// as capacity 1 and no supply, here and below.
struct StartRow {
    double* result = nullptr;
    const double* u = nullptr;
    const double* capacity = nullptr;
    const double* supply = nullptr;
    double time = 0.0;
    index_t columns = 0;
};

/// One row of base * (capacity (u + ahead (v - u)) + time * supply) + residual * (capacity u
/// + time * supply - storage v + f), where f = div(g grad v) takes faces times their scales.
template <class Face>
struct RightRow {
    StartRow start{};
    const double* v = nullptr;  // x neighbours at v[-1] and v[columns]
    const double* storage = nullptr;
    const double* v_low[2] = {};     // neighbours in y and z
    const double* v_high[2] = {};    // neighbours in y and z
    const Face* faces_x = nullptr;   // columns + 1 numbers
    const Face* faces_low[2] = {};   // in y and z
    const Face* faces_high[2] = {};  // in y and z
    double scales[3] = {};
    double base = 0.0;
    double ahead = 0.0;
    double residual = 0.0;
};

/// `Face`: float or double, in which conductances are kept.
template <class Face>
struct SweepKernels {
    std::string_view name;
    void (*across)(const LineBlock<Face>&) = nullptr;
    void (*along_x)(const LinesAlongX<Face>&) = nullptr;
    void (*start_row)(const StartRow&) = nullptr;
    void (*right_row)(const RightRow<Face>&) = nullptr;
};

/// Variants that this processor can run, the fastest last; all give the same bits.
template <class Face>
std::span<const SweepKernels<Face>> usable_kernels();

}  // namespace caravel::tissue::sweeps
