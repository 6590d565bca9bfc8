// Passes over the cells of a 7-point operator, in vectors of the width that the processor has.
#pragma once

#include "caravel/base/view.hpp"

#include <cstdint>

namespace caravel::tissue {

/// Coefficients of a symmetric 7-point operator without its diagonal: x[p] couples cell p with
/// p - 1, y[p] with p - row, z[p] with p - plane; 0 where there is no such neighbour. All arrays
/// can be read a plane before and a plane after the cells.
template <class T>
struct Stencil {
    const T* x = nullptr;
    const T* y = nullptr;
    const T* z = nullptr;
    index_t row = 1;
    index_t plane = 1;
};

/// Cells begin to end - 1.
struct CellRange {
    index_t begin = 0;
    index_t end = 0;
};

enum class StencilWidth : std::uint8_t { plain, avx2, avx512 };

/// The widest that this processor has.
StencilWidth widest_stencil();

/// One smoothing step out = u + weight (inverse (f + sum of neighbours) - u).
struct SmoothPass {
    Stencil<float> stencil;
    const float* inverse = nullptr;  // of the diagonal; 0 in cells that take no part
    const float* f = nullptr;
    const float* u = nullptr;
    float* out = nullptr;
    float weight = 0.0F;
};

/// Two smoothing steps from zero in one pass.
struct FirstSmoothPass {
    Stencil<float> stencil;
    const float* inverse = nullptr;
    const float* f = nullptr;
    float* out = nullptr;
    float first = 0.0F;
    float second = 0.0F;
};

/// out = share (f - A u).
struct ResidualPass {
    Stencil<float> stencil;
    const float* diagonal = nullptr;
    const float* share = nullptr;
    const float* f = nullptr;
    const float* u = nullptr;
    float* out = nullptr;
};

/// q = A p; the sum is p q.
struct ApplyPass {
    Stencil<double> stencil;
    const double* diagonal = nullptr;
    const double* p = nullptr;
    double* q = nullptr;
};

/// x += step p, r -= step q, f = scale r; the sum is r r.
struct AdvancePass {
    const double* p = nullptr;
    const double* q = nullptr;
    double* x = nullptr;
    double* r = nullptr;
    float* f = nullptr;
    double step = 0.0;
    double scale = 0.0;
};

/// The sum is z r.
struct ProductPass {
    const float* z = nullptr;
    const double* r = nullptr;
};

/// p = scale z + beta p.
struct DirectionPass {
    const float* z = nullptr;
    double* p = nullptr;
    double scale = 0.0;
    double beta = 0.0;
};

/// to[i] += weight from[i] for 0 <= i < count.
void add_scaled(float weight, const float* from, float* to, index_t count);

/// Linear interpolation to cells half as wide: to[2 i] and to[2 i + 1], between coarse[i] and
/// coarse[i + 1], rise by
/// share times it.
void interpolate_pairs(const float* coarse, const float* share, float* to, index_t pairs);

void run(StencilWidth width, const SmoothPass& pass, CellRange cells);
void run(StencilWidth width, const FirstSmoothPass& pass, CellRange cells);
void run(StencilWidth width, const ResidualPass& pass, CellRange cells);
void run(StencilWidth width, const DirectionPass& pass, CellRange cells);
double sum(StencilWidth width, const ApplyPass& pass, CellRange cells);
double sum(StencilWidth width, const AdvancePass& pass, CellRange cells);
double sum(StencilWidth width, const ProductPass& pass, CellRange cells);

}  // namespace caravel::tissue
