// Enthalpy, temperature and the integral of the conductivity of one kind of tissue that freezes.
#pragma once

#include "caravel/base/view.hpp"
#include "caravel/tissue/heat/heat_medium.hpp"

#include <array>

namespace caravel::tissue {

/// Temperature is piecewise linear in enthalpy per volume: below, above and three pieces between
/// four points (begin and end of melting of the tissue's water and of particles). Piece j takes
/// up  capacity_factor sensible[j] + latent[j] + particle_latent particle_share[j]  (J/m3) and
/// is rise[j] (K) wide, 0 at a sharp front. Between solidus and liquidus the heat capacity is
/// the mean of both phases, the ice share linear in temperature, the conductivity linear in the
/// ice share.
struct EnthalpyCurve {
    // of T(H)
    double first = 0.0;  // K, of the lowest point
    double cold = 0.0;   // J/m3/K, below it
    double warm = 0.0;   // J/m3/K, above the highest point
    std::array<double, 3> rise{};
    std::array<double, 3> sensible{};
    std::array<double, 3> latent{};
    std::array<double, 3> particle_share{};
    std::array<double, 3> below_zero{};     // 1 for pieces below the tissue's liquidus, else 0
    std::array<double, 3> melting_share{};  // of the tissue's own latent heat
    std::array<double, 3> per_kelvin{};     // 1/rise, 0 for a piece without width
    std::array<double, 3> conductivity{};   // W/m/K, at the start of a piece
    std::array<double, 3> steepness{};      // W/m/K2, of the conductivity within it
    std::array<double, 3> integral{};       // W/m, gained across it
    double first_integral = 0.0;            // W/m, at the lowest point
    double last = 0.0;                      // K, of the highest point
    double last_conductivity = 0.0;         // W/m/K
    double last_sloped = 0.0;               // K, above it up to which the slope holds
    // of k(T) and its integral from the solidus
    double solidus = 0.0;            // K
    double liquidus = 0.0;           // K
    double frozen = 0.0;             // W/m/K, at and below the solidus
    double melting_start = 0.0;      // W/m/K, just above it
    double melting_change = 0.0;     // W/m/K2, in the mushy range
    double melting_width = 0.0;      // K
    double unfrozen = 0.0;           // W/m/K, at the liquidus
    double liquidus_integral = 0.0;  // W/m
    double slope = 0.0;              // W/m/K2, above it
    double sloped = 0.0;             // K, above the liquidus up to which the slope holds
};

/// Curve of a tissue with particles that melt from `particles.solidus` to `particles.liquidus`.
EnthalpyCurve enthalpy_curve(const ThermalTissue& tissue, const AddedPhaseChange& particles);

/// Whether both conduct heat alike at any temperature.
bool conduct_alike(const EnthalpyCurve& a, const EnthalpyCurve& b);

/// What a voxel adds to its tissue's curve.
struct VoxelHeat {
    double capacity_factor = 1.0;
    double particle_latent = 0.0;  // J/m3
};

/// Temperature (K) and its slope over enthalpy (K m3/J); conductivity without factor (W/m/K) and
/// its integral over temperature from the solidus (W/m).
struct EnthalpyPoint {
    double temperature = 0.0;
    double slope = 0.0;
    double conductivity = 0.0;
    double integral = 0.0;
};
EnthalpyPoint point_at(const EnthalpyCurve& curve, const VoxelHeat& voxel, double enthalpy);
/// Enthalpy (J/m3) at a temperature (K); at a sharp front that of the unfrozen side.
double enthalpy_at(const EnthalpyCurve& curve, const VoxelHeat& voxel, double temperature);
/// Integral (W/m) of the conductivity from the solidus to a temperature (K), and the conductivity.
double conductivity_integral(const EnthalpyCurve& curve, double temperature);
/// Share (0 to 1) of the tissue's own water that is ice; 0 for tissue that does not freeze.
double frozen_share_at(const EnthalpyCurve& curve, const VoxelHeat& voxel, double enthalpy);

}  // namespace caravel::tissue
