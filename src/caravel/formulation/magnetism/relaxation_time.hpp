// How fast the moment of a single-domain particle turns: inside its crystal (Neel) and with the
// particle in the liquid (Brown).
#pragma once

namespace caravel::formulation::magnetism {

/// A single-domain particle in a liquid.
struct Macrospin {
    double volume = 0.0;               // m3, magnetic
    double hydrodynamic_volume = 0.0;  // m3
    double saturation = 0.0;           // A/m
    double anisotropy = 0.0;           // J/m3, uniaxial
    double attempt_time = 1e-9;        // s, tau0
    double viscosity = 0.0;            // Pa s
    double temperature = 0.0;          // K
};

/// Barrier K V/(kB T), 1.
double barrier(const Macrospin& particle);

/// Neel time (s) for a high barrier G: sqrt(pi)/2 tau0 exp(G)/sqrt(G) (Brown 1963, Phys Rev
/// 130:1677, as used by Rosensweig 2002). Too long below G = 2; infinite above G = 700.
double neel_time_high_barrier(double attempt_time, double barrier);

/// Time (s) of free rotational diffusion of the moment in its crystal, tau0 G (the time of a moment
/// without barrier).
double neel_diffusion_time(double attempt_time, double barrier);

/// Neel time (s) for any barrier: the interpolation of Coffey, Cregg and Kalmykov (1993, Adv Chem
/// Phys 83:263), tau_D (e^G-1)/(2G) / (G/(1+G) sqrt(G/pi) + 2^(-G-1)); within 9 % of the lowest
/// eigenvalue of the Fokker-Planck equation for every G.
double neel_time(double attempt_time, double barrier);

/// Brown time (s) 3 eta Vh/(kB T).
double brown_time(double viscosity, double hydrodynamic_volume, double temperature);

/// 1/(1/a + 1/b): both ways of turning at once. Infinite times are allowed.
double effective_time(double a, double b);

/// The temperature (K) above which the moment turns within `measurement_time` (s) by the Neel
/// process: K V/(kB G*) with neel_time(G*) equal to it, tau0 constant. Throws InputError when the
/// time is not above tau0.
double blocking_temperature(double anisotropy, double volume, double attempt_time,
                            double measurement_time);

/// Largest diameter (m) of a sphere that is superparamagnetic at `temperature` within
/// `measurement_time`.
double superparamagnetic_limit(double anisotropy, double attempt_time, double measurement_time,
                               double temperature);

}  // namespace caravel::formulation::magnetism
