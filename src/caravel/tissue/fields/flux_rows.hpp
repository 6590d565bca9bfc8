// Kernels of flux-limited convection: flows through the faces of a row of cells.
#pragma once

#include "caravel/base/view.hpp"

#include <span>
#include <string_view>

namespace caravel::tissue::fluxes {

/// flux = velocity * value on the face between cells `low` and `high`, from the upwind cell and
/// van Leer's limited slope there; `low2` lies below low, `high2` above high.
struct FaceRow {
    double* flux = nullptr;
    const double* velocity = nullptr;
    const double* low2 = nullptr;
    const double* low = nullptr;
    const double* high = nullptr;
    const double* high2 = nullptr;
    index_t faces = 0;
};

/// moved = c - inverse * (sum over axes of scale * (flux through the high face - low face)); the
/// result is moved, or keep * kept + take * moved where `kept` is given. It must not lie where a
/// source is. Rows are worked out in vectors of 8: all have room for `cells` up to a multiple of 8.
struct CellRow {
    /// An axis across the row: the face towards the next row.
    struct Across {
        double* flux = nullptr;            // in: through the low faces; out: the high ones
        const double* velocity = nullptr;  // on the high faces
        const double* before = nullptr;
        const double* next = nullptr;
        const double* next2 = nullptr;
    };

    double* result = nullptr;
    const double* kept = nullptr;
    const double* c = nullptr;
    const double* inverse = nullptr;  // of the capacity
    const double* flux = nullptr;     // along the row, one more than cells
    Across across[2] = {};
    double scales[3] = {};
    double keep = 0.0;
    double take = 1.0;
    index_t cells = 0;
};

/// result = above / below, 0 where below is not positive.
struct RatioRow {
    double* result = nullptr;
    const double* above = nullptr;
    const double* below = nullptr;
    index_t cells = 0;
};

/// What lies beyond a face that is flown out of: the straight line through the last two cells as
/// far as 0, of doubles or vectors of them.
template <class V>
[[gnu::always_inline]] inline void set_beyond(V& beyond, const V& last, const V& before) {
    const V line = 2.0 * last - before;
    beyond = last * line > 0.0 ? line : V{};
}

/// What lies beyond the faces of a row at the end of the box: `inflow` where sign * velocity is
/// positive, or for an outflow the straight line through the last two cells as far as 0.
struct GhostRow {
    double* result = nullptr;
    const double* velocity = nullptr;
    const double* last = nullptr;
    const double* before = nullptr;
    double sign = 1.0;
    double inflow = 0.0;
    index_t cells = 0;
};

struct FluxKernels {
    std::string_view name;
    void (*face_row)(const FaceRow&) = nullptr;
    void (*cell_row)(const CellRow&) = nullptr;
    void (*ratio_row)(const RatioRow&) = nullptr;
    void (*ghost_row)(const GhostRow&) = nullptr;
};

/// Variants that this processor can run, the fastest last; all give the same bits.
std::span<const FluxKernels> usable_kernels();

}  // namespace caravel::tissue::fluxes
