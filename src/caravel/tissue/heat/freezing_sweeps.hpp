// Relaxation of the implicit enthalpy step: rows of every second voxel, in vectors.
#pragma once

#include "caravel/tissue/fields/stencil_kernels.hpp"
#include "caravel/tissue/heat/enthalpy_curve.hpp"

namespace caravel::tissue::freezing {

/// Factors by which changes are stretched where a voxel stays frozen or unfrozen.
struct Stretch {
    double frozen = 1.0;
    double unfrozen = 1.0;
};

/// What all rows share, by element. Ways are conductivity factors over squared widths (1/m2) of the
/// face below along x, y, z and, between tissues that conduct unlike each other, conductivities
/// over squared widths (W/m3/K).
struct RelaxFields {
    const EnthalpyCurve* curves = nullptr;
    const std::uint16_t* curve = nullptr;  // of every element
    bool is_single = true;                 // one curve for all
    double dt = 0.0;                       // s
    double* supply = nullptr;              // J/m3: enthalpy before and what is brought
    double* exchange = nullptr;            // J/m3/K
    const double* factor = nullptr;        // of the heat capacity; null: 1
    const double* latent = nullptr;        // J/m3, of particles; null: none
    const float* integral_way[3] = {};
    double even_way[3] = {};   // in the midst of the box where nothing adds to the conductivity
    double even_ways = 0.0;    // all six together
    double wall_way[2] = {};   // there, of the walls low and high along x
    const float* way[3] = {};  // first null: no such faces
    double* temperature = nullptr;  // K
    double* integral = nullptr;     // W/m
};

/// Neighbours of a row in the order x low, x high, y low ...: element m of the row, own + m,
/// touches beside[n] + m.
struct RelaxRow {
    const RelaxFields* all = nullptr;
    const Stretch* stretch = nullptr;
    index_t count = 0;
    index_t own = 0;
    index_t beside[6] = {};
    bool is_even = false;           // all faces have even ways but those at the walls:
    index_t low_at = -1;            // element at the wall low along x
    index_t high_at = -1;           // and high
    bool is_exchange_even = false;  // as many J/m3/K everywhere, not to be read:
    double even_exchange = 0.0;

    /// At most `most` elements from `begin` on.
    RelaxRow part(index_t begin, index_t most) const;
};

/// Moves every element to where its own balance holds, or by `stretch` of the way if it stays in
/// its phase; raises largest[b] to the largest change (K) of elements b `block` to
/// (b + 1) `block`.
void relax(StencilWidth width, const RelaxRow& row, index_t block, double* largest);

}  // namespace caravel::tissue::freezing
