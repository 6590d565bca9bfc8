// Heat from an alternating field in linear response (Rosensweig 2002, J Magn Magn Mater 252:370).
#pragma once

#include "caravel/formulation/magnetism/relaxation_time.hpp"

namespace caravel::formulation::magnetism {

/// An alternating field H = amplitude cos(2 pi frequency t).
struct DriveField {
    double amplitude = 0.0;  // A/m
    double frequency = 0.0;  // Hz
};

/// Which Neel time enters.
enum class NeelForm { any_barrier, high_barrier };

/// Everything that enters the power.
struct LinearResponse {
    double neel = 0.0;       // s
    double brown = 0.0;      // s
    double effective = 0.0;  // s
    double xi = 0.0;         // 1, validity: below 1
    double equilibrium =
        0.0;                // 1, chi0: chord susceptibility at the amplitude, per magnetic volume
    double in_phase = 0.0;  // 1, chi'
    double out_of_phase = 0.0;   // 1, chi''
    double power_density = 0.0;  // W/m3 of magnetic matter
};

/// Power of one particle size: P = pi mu0 chi'' f H^2, chi'' = chi0 w tau/(1+(w tau)^2), chi0 =
/// chi_i 3 L(xi)/xi, chi_i = mu0 Ms^2 V/(3 kB T). Linear in the field only below xi = 1; the chord
/// susceptibility makes it bounded above, not right. Throws InputError for values that are not
/// positive.
LinearResponse linear_response(const Macrospin& particle, const DriveField& drive,
                               NeelForm form = NeelForm::any_barrier);

/// Intrinsic loss power (Hm2/kg): SAR/(f H^2), SAR in W/kg (Kallumadil et al. 2009).
double intrinsic_loss_power(double specific_absorption, const DriveField& drive);

/// H f (A/m/s) and the two lines it is compared with: 4.85e8 (Brezovich 1988, whole body loop) and
/// 5e9 (Hergt and Dutz 2007, small regions).
double field_frequency_product(const DriveField& drive);
inline constexpr double brezovich_limit = 4.85e8;  // A/m/s
inline constexpr double hergt_limit = 5e9;         // A/m/s

}  // namespace caravel::formulation::magnetism
