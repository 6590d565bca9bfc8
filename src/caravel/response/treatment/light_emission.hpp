// Light that agents give off in the tissue: what of the absorbed light comes out again, and of
// which colour.
#pragma once

#include "caravel/base/grid.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace caravel::response {

/// Photons emitted per photon absorbed. Order 1 (fluorescence): `quantum_yield` whatever the light.
/// Order n of upconversion: the yield holds at the fluence rate `saturation` (W/m2), light rises
/// with power n far below it and with power 1 far above.
struct EmissionLaw {
    double quantum_yield = 0.0;
    double order = 1.0;
    double saturation = 0.0;  // W/m2
};

/// Yield at a fluence rate (W/m2) of the exciting light: upconversion_yield() of twice the yield.
double emission_yield(const EmissionLaw& law, double fluence_rate);

/// Agents of a plan that glow.
struct LightEmission {
    std::string name{};
    std::vector<std::size_t> agents{};  // of the plan: one substance, maybe in several places
    double wavelength = 0.0;            // m, of the emitted light
    EmissionLaw law{};
    std::vector<double> absorption{};  // per lamp: what excites, m2/kg or m2/mol; 0: does not
    double reference = 0.0;            // absorption at which the law's fluence rate is meant
    double transfer = 0.0;  // share of the emission that the sensitiser takes within the carrier
    std::int64_t photons = 100'000;
    std::string method = "monte_carlo";
};

/// One lamp as an emitter sees it.
struct ExcitingLight {
    double wavelength = 0.0;            // m
    double power = 0.0;                 // W, while it is on
    double duty = 1.0;                  // share of the time
    std::span<const double> fluence{};  // 1/m2 per launched energy, per voxel
};

/// What emitters take and give: mean over pulses.
struct EmittedLight {
    std::vector<double> density{};  // W/m3 per voxel
    double taken = 0.0;             // W, absorbed by what excites them
    double emitted = 0.0;           // W
    double at_once = 0.0;           // W emitted while all lamps that shine are on
};

/// density = c sum_l (a_l P_l d_l f_l w_l / w) y(sum_l P_l f_l a_l / a_ref): photons absorbed times
/// the yield at the fluence rate while the lamps are on; c amount, f fluence, d duty, w
/// wavelengths. `agents`: amounts of all of a plan's agents per voxel, empty for none; `volume` of
/// a voxel (m3).
EmittedLight emitted_light(const LightEmission& emission, std::span<const ExcitingLight> lamps,
                           std::span<const View<const double>> agents, std::size_t voxels,
                           double volume);

/// Half the sum of |a/sum(a) - b/sum(b)|, 0 to 1: how much the shape of a source has changed. 1
/// where one of them is dark.
double shape_change(std::span<const double> a, std::span<const double> b);

}  // namespace caravel::response
