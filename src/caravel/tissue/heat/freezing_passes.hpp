// Passes over rows of voxels before and after the sweeps of the freezing solver, in vectors.
#pragma once

#include "caravel/tissue/heat/freezing_sweeps.hpp"

#include <array>

namespace caravel::tissue::freezing {

/// What acts in a kind of tissue over a step, per volume. Ice stops it.
struct ActingTissue {
    double perfusion = 0.0;  // J/m3/K
    double metabolic = 0.0;  // J/m3
    bool freezes = false;
};

/// What acts in a row along x: of its voxels from the first on; null: nothing of the kind.
struct ActingRow {
    const ActingTissue* tissues = nullptr;
    double dt = 0.0;                              // s
    double artery = 0.0;                          // K
    const double* before = nullptr;               // J/m3, enthalpy at the step's start
    const double* source = nullptr;               // W/m3
    const double* perfusion_factor = nullptr;     // of the tissue's perfusion
    const double* contact_conductance = nullptr;  // W/m3/K
    const double* contact_temperature = nullptr;  // K
    index_t first = 0;                            // voxel of a colour: 0 or 1
};

/// What a row holds at the step's start.
struct RowState {
    bool has_ice = false;
    bool has_contact = false;
    bool is_even = false;  // one exchange for all its voxels
};
/// Ice and contacts in a row along x.
RowState look_along(StencilWidth width, const ActingRow& acting, index_t voxels);

/// What came in (J/m3), in lanes: the same sums in vectors of any width.
struct RowBooks {
    static constexpr std::size_t lanes = 8;
    std::array<double, lanes> source{};
    std::array<double, lanes> metabolic{};
    std::array<double, lanes> perfusion{};
    std::array<double, lanes> contact{};
    std::array<double, lanes> stored{};
};

/// Where the sweeps begin, of every element of a row: temperature and integral at the enthalpy
/// before plus what sources, metabolism and perfusion bring, but at most `most_drift` (J/m3) of it;
/// `supply`; and `exchange`.
void load(StencilWidth width, const RelaxRow& row, const ActingRow& acting, double most_drift);

/// Enthalpy (J/m3) of every element after the step, by what the fluxes between the temperatures
/// found and all that acts bring.
void finish(StencilWidth width, const RelaxRow& row, const ActingRow& acting, double* after,
            RowBooks& books);

}  // namespace caravel::tissue::freezing
