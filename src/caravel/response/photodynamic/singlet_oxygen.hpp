// Oxygen, sensitiser and singlet oxygen of one voxel under steady light (macroscopic model).
#pragma once

#include "caravel/response/photodynamic/singlet_oxygen_lanes.hpp"

#include <cstdint>
#include <span>

namespace caravel::response {

/// Keeps doses within 4e-6, as measured on sub-steps of 600 s.
inline constexpr double singlet_oxygen_tolerance = 3e-5;

/// What drives a voxel while light and supply stay as they are. Concentrations in mol per m3 of
/// tissue.
struct SingletOxygenRates {
    double activation = 0.0;         // 1/s: xi times fluence rate, events per active sensitiser
    double radical_share = 0.0;      // of the events, type I
    double sensitiser = 0.0;         // mol/m3, active, were none bleached
    double self = 0.0;               // mol/m3: delta of the active sensitiser
    double bleaching = 0.0;          // m3/mol: sigma
    double oxygen_half = 1.0;        // mol/m3: beta, positive
    double supply = 0.0;             // mol/m3/s, largest
    double oxygen_start = 0.0;       // mol/m3, at which the supply rests
    double excess_rate = 0.0;        // 1/s, at which oxygen above that leaves
    double catalysis = 0.0;          // 1/s, of 2 H2O2 to 2 H2O + O2
    double peroxide_level = 0.0;     // mol/m3, that the cells hold
    double peroxide_turnover = 0.0;  // 1/s, at which they make it anew
};

struct SingletOxygenState {
    double share = 1.0;          // of the sensitiser, not bleached
    double oxygen = 0.0;         // mol/m3
    double reacted = 0.0;        // mol/m3 of singlet oxygen
    double radicals = 0.0;       // mol/m3
    double peroxide = 0.0;       // mol/m3
    double supplied = 0.0;       // mol/m3 of oxygen, from the vessels less what left
    double from_peroxide = 0.0;  // mol/m3 of oxygen
};

/// Advances by dt (s), with S = sensitiser * share, k = activation, r = radical_share:
///   d share/dt    = -(1 - r) k bleaching (S + self) share O/(O + oxygen_half)
///   d reacted/dt  = (1 - r) k S O/(O + oxygen_half)
///   d radicals/dt = r k S
///   d peroxide/dt = peroxide_turnover (peroxide_level - peroxide) - catalysis peroxide
///   d from_peroxide/dt = 1/2 catalysis peroxide
///   d supplied/dt = supply (1 - O/oxygen_start) below oxygen_start,
///                   excess_rate (oxygen_start - O) above
///   d O/dt        = d supplied/dt - d reacted/dt + d from_peroxide/dt
/// Exact where nothing takes oxygen and no peroxide is left; else third-order Rosenbrock steps, as
/// long as `tolerance` (relative, per step) lets them be; a step that would make something negative
/// is halved and at last taken as a first-order one that cannot (Patankar). The last equation holds
/// to round-off in any case. Returns the number of steps tried. Rates must be finite and not
/// negative, oxygen_half positive.
std::int64_t advance_singlet_oxygen(SingletOxygenState& state, const SingletOxygenRates& rates,
                                    double dt, double tolerance = singlet_oxygen_tolerance);

/// The same for many voxels, each by itself, with a kernel of singlet_oxygen_kernels(): same bits
/// whatever the kernel and the number of voxels.
std::int64_t advance_singlet_oxygen(std::span<SingletOxygenState> states,
                                    std::span<const SingletOxygenRates> rates, double dt,
                                    double tolerance, const SingletOxygenKernel& kernel);

/// Share (0 to 1) of cells that live after a dose (mol/m3 of reacted singlet oxygen): thresholds
/// are log-normal, `threshold` (mol/m3) kills half, `spread` is their standard deviation over the
/// mean: 1/2 erfc(ln(dose/threshold) / sqrt(2 ln(1 + spread^2))).
double surviving_share(double dose, double threshold, double spread);

}  // namespace caravel::response
