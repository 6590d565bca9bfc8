// Signals of the common sequences in closed form: ideal hard pulses, steady states.
#pragma once

namespace caravel::imaging::mri {

// Times in s, rates in 1/s, angles in rad; results per unit of equilibrium magnetisation. A rate
// may be 0; times are >= 0.

/// Spoiled gradient echo: sin a (1 - E1) / (1 - E1 cos a) exp(-TE R2*).
double spoiled_gradient_echo(double r1, double r2_star, double repetition_time, double echo_time,
                             double flip);

/// Flip angle of the largest spoiled signal: arccos E1 (rad).
double ernst_angle(double r1, double repetition_time);

/// Balanced steady state on resonance, pulses alternating by 180 degrees:
/// sin a (1 - E1) / (1 - (E1 - E2) cos a - E1 E2) exp(-TE R2).
double balanced_steady_state(double r1, double r2, double repetition_time, double echo_time,
                             double flip);

/// As above at `off_resonance` (rad/s): |m| (TE = TR/2 is meant, but any TE is taken); zero near
/// off-resonance TR = (2n + 1) pi for small flips.
/// Source: R. Freeman, H. D. W. Hill, J. Magn. Reson. 4 (1971) 366.
double balanced_steady_state(double r1, double r2, double repetition_time, double echo_time,
                             double flip, double off_resonance);

/// Gradient echo with unspoiled transverse magnetisation dephased by whole turns per repetition
/// (FISP): |m| right after the pulse times exp(-TE R2*).
/// Source: H. Gyngell, Magn. Reson. Imaging 6 (1988) 415.
double dephased_steady_state(double r1, double r2, double r2_star, double repetition_time,
                             double echo_time, double flip);

/// Spin echo, 90 - TE/2 - 180: exp(-TE R2) (1 - 2 exp(-(TR - TE/2) R1) + exp(-TR R1)).
double spin_echo(double r1, double r2, double repetition_time, double echo_time);

/// Longitudinal magnetisation at TI after an ideal inversion, when all of it is used once per TR:
/// 1 - 2 exp(-TI R1) + exp(-TR R1).
double inversion_recovery(double r1, double repetition_time, double inversion_time);

/// As above with inversion efficiency `e` (1: ideal) : 1 - (1 + e) exp(-TI R1) + e exp(-TR R1).
double inversion_recovery(double r1, double repetition_time, double inversion_time,
                          double efficiency);

/// Longitudinal magnetisation `time` after a saturation: 1 - exp(-time R1).
double saturation_recovery(double r1, double time);

/// Null of the ideal inversion recovery (s).
double inversion_null(double r1, double repetition_time);

/// Damping by diffusion of a pair of rectangular gradients: b = (gamma G delta)^2
/// (Delta - delta / 3) (s/m2); signal exp(-b D).
/// Source: E. O. Stejskal, J. E. Tanner, J. Chem. Phys. 42 (1965) 288.
double stejskal_tanner_b(double gamma, double gradient, double duration, double separation);

/// What a constant gradient adds to R2 of a CPMG train with diffusion: gamma^2 G^2 D ESP^2 / 12
/// (1/s).
double carr_purcell_diffusion_rate(double gamma, double gradient, double diffusion,
                                   double echo_spacing);

/// Two-pool saturation transfer in the weak limit (see imaging of exchanging protons):
/// k f a / (R1w + k f) (1 - exp(-(R1w + k f) t)), a = w1^2 / (w1^2 + k^2); f: ratio of the pools.
double saturation_transfer(double r1_water, double exchange_rate, double fraction, double w1,
                           double saturation_time);

}  // namespace caravel::imaging::mri
