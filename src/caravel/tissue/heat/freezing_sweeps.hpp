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

/// Neighbours of a row in the order x low, x high, y low ...: element m of the row touches element
/// m of each. Ways are conductivity factors over squared widths (1/m2) and, between tissues that
/// conduct unlike each other, conductivities over squared widths (W/m3/K).
struct RelaxRow {
    index_t count = 0;
    const EnthalpyCurve* curves = nullptr;
    const Stretch* stretch = nullptr;
    const std::uint16_t* curve = nullptr;  // of every element
    bool is_single = true;                 // one curve for the row
    double dt = 0.0;                       // s
    const double* supply = nullptr;        // J/m3: enthalpy before and what is brought
    const double* exchange = nullptr;      // J/m3/K
    const double* factor = nullptr;        // of the heat capacity; null: 1
    const double* latent = nullptr;        // J/m3, of particles; null: none
    const double* integral[6] = {};        // W/m
    const float* integral_way[6] = {};
    const double* temperature[6] = {};  // K, read with `way`
    const float* way[6] = {};           // first null: no such faces
    double* own_temperature = nullptr;  // K
    double* own_integral = nullptr;     // W/m

    /// At most `most` elements from `begin` on.
    RelaxRow part(index_t begin, index_t most) const;
};

/// How relax() changes an element: to where its own balance holds, or beyond if it stays in its
/// phase.
enum class Relaxing : std::uint8_t { plain, stretched };

/// Temperature and integral of every element from `supply` as its enthalpy.
void start(StencilWidth width, const RelaxRow& row);

/// Changes every element; returns the largest change (K).
double relax(StencilWidth width, const RelaxRow& row, Relaxing how);
/// What the fluxes and contacts bring to every element above `supply` (J/m3).
void add_fluxes(StencilWidth width, const RelaxRow& row, double* brought);

}  // namespace caravel::tissue::freezing
