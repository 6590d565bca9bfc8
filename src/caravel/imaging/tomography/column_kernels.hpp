// Back projection of one view into columns of voxels along z, and with the parts of voxels and
// detector rows swapped its like for projections, in the vector width the processor offers.
#pragma once

#include "caravel/base/view.hpp"

#include <span>

namespace caravel::imaging {

/// One column of voxels and one view. Rows of the detector lie next to each other; `left` and
/// `right` are the two detector columns the voxels' shadow falls between. Both hold a zero before
/// the first row and `column_padding` zeros after the last.
struct ShadowColumn {
    const float* left = nullptr;
    const float* right = nullptr;
    float left_weight = 0.0F;
    float right_weight = 0.0F;
    index_t rows = 1;
    float row = 0.0F;       // where the first voxel's middle falls; 0 is the middle of row 0
    float row_step = 0.0F;  // per voxel, above 0
    index_t voxels = 1;
};

/// Numbers that may be read behind the last row.
inline constexpr index_t column_padding = 33;

/// Numbers that `mixed` of ColumnKernel::spread must have room for.
constexpr index_t spread_room(index_t rows) { return 4 * (rows + 17 + column_padding); }

/// Kernels of one vector width. All widths give the same bits.
struct ColumnKernel {
    const char* name = nullptr;
    /// Adds to `sums` of the voxels what falls on their shadows, linear between rows and columns;
    /// `mixed` has room for rows + 1 + column_padding numbers, `sums` for voxels rounded up to 16.
    void (*add)(const ShadowColumn&, float* mixed, float* sums) = nullptr;
    /// The adjoint of add(): adds to `left` and `right`, laid out like those of the column, what
    /// the voxels' values spread over them; what spreads beyond the rows lands on the zeros around
    /// them, which are zeros no more.
    void (*spread)(const ShadowColumn&, const float* values, float* mixed, float* left,
                   float* right) = nullptr;
};

/// Kernels that this processor can run, the widest last.
std::span<const ColumnKernel> usable_column_kernels();

}  // namespace caravel::imaging
