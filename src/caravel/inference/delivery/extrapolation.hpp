// Plasma kinetics of a particle in another species by laws fitted to animals.
#pragma once

#include "caravel/inference/delivery/law_parameters_file.hpp"

namespace caravel::inference::delivery {

/// A number with its 90 % interval.
struct WithInterval {
    double median = 0.0;
    double lower = 0.0;
    double upper = 0.0;
};

struct PlasmaKinetics {
    WithInterval clearance;            // m3/s, dose over AUC
    WithInterval steady_state_volume;  // m3, clearance x mean residence time
    WithInterval half_life;            // s, from the plasma contents at 1/7 and 5/7 of the window
};

/// Clearance, volume and half-life of an intravenous bolus over `window` (s; 7 d as sampled in
/// patients; later areas are left out), from `draws` sets of parameters, study and case effects.
/// The extrapolation is that of law_body(): clearances per organ mass and loss rates scale with
/// (body weight / 20 g)^-1/4. The payload leaves particles in plasma at the rate `leak` (1/s) and
/// is gone; the leak does not vary. Deterministic. Throws InputError for a negative leak, a window
/// that is not above 0 or fewer than 20 draws.
PlasmaKinetics extrapolate_plasma(const FittedLaws& laws, const body::ParticleInBody& particle,
                                  const body::LawBody& body, double leak,
                                  double window = 7.0 * 86400.0, std::size_t draws = 2000);

}  // namespace caravel::inference::delivery
