// Rows of the explicit 7-point heat operator, in vectors of the width that the processor has.
#pragma once

#include "caravel/base/view.hpp"

#include <array>
#include <span>

namespace caravel::tissue::heat {

/// One row of  out = keep u + before older + step rate(u) + start given  with
/// rate(u) = div(g grad u)/capacity - loss u. No heat passes the ends of the row; rows beyond the
/// box are the row itself. All arrays but `out` may be absent (null) where said.
template <class T>
struct HeatRow {
    const T* u = nullptr;
    std::array<const T*, 2> low{};   // neighbours along y and z
    std::array<const T*, 2> high{};  // neighbours along y and z
    // A row in the midst of one tissue: diffusivity over the squared spacing (1/s).
    std::array<T, 3> uniform{};
    // Any other row: conductance over the spacing (W/m3/K) of the faces, and 1/capacity (m3 K/J).
    const T* faces_x = nullptr;  // null: the row is uniform
    std::array<const T*, 2> faces_low{};
    std::array<const T*, 2> faces_high{};
    const T* inverse = nullptr;
    const T* loss = nullptr;   // 1/s; null: none
    const T* older = nullptr;  // null: none; may be `out`
    const T* given = nullptr;  // null: none
    T* mean = nullptr;         // += weight u; null: none
    T* out = nullptr;
    T keep{};
    T before{};
    T step{};
    T start{};
    T weight{};
    index_t cells = 0;
    bool is_inner = false;  // u can be read one value before and one after the row
};

template <class T>
struct HeatKernels {
    const char* name;
    void (*row)(const HeatRow<T>&);
};

/// What this machine can run, plain ones first, widest last; all give the same bits.
template <class T>
std::span<const HeatKernels<T>> usable_heat_kernels();

}  // namespace caravel::tissue::heat
