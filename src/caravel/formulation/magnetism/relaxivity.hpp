// Relaxivity of superparamagnetic particles and their clusters.
#pragma once

#include <string_view>

namespace caravel::formulation::magnetism {

/// Gyromagnetic ratio of the proton (rad/(s T)), CODATA 2018.
inline constexpr double proton_gyromagnetic_ratio = 2.6752218744e8;

/// Water that diffuses around magnetised spheres.
struct Relaxer {
    double diameter = 0.0;         // m, that water cannot enter
    double magnetisation = 0.0;    // A/m, mean over that sphere, along the field
    double volume_fraction = 0.0;  // 1, of these spheres, at the concentration counted (1 mM metal)
    double water_diffusion = 0.0;  // m2/s
};

/// Which theory of transverse relaxation holds.
enum class Regime { motional_averaging, static_dephasing, partial_refocusing };
std::string_view to_text(Regime regime);

/// Rates (1/s) at the volume fraction given, and what decides between them.
struct TransverseRates {
    double frequency_shift = 0.0;     // rad/s at the equator, gamma mu0 M/3
    double diffusion_time = 0.0;      // s, r^2/D
    double motional_averaging = 0.0;  // 16/45 phi tauD dw^2 (outer sphere, secular)
    double static_dephasing = 0.0;    // 2 pi/(3 sqrt 3) phi dw (Yablonskiy and Haacke 1994)
    double partial_refocusing = 0.0;  // Gillis, Moiny and Brooks 2002
    double flips = 0.0;               // not secular: fluctuations and the mean moment's J(w)
    double spin_echo = 0.0;           // R2, the smallest of the three and the flips
    double free_decay = 0.0;          // R2*, secular up to the static plateau, and the flips
    Regime regime = Regime::motional_averaging;
};

/// The fluctuating moment of a relaxer.
struct MomentStatistics {
    double xi = 0.0;          // 1, at the imaging field
    double relaxation = 0.0;  // s, of the moment (Neel)
    double moment = 0.0;      // A m2, of one sphere at saturation
    double domains = 1.0;     // in one sphere, that fluctuate independently
};

/// Transverse rates for the half echo time `echo` (s, half of the echo spacing). The chosen regime
/// is the smallest of the three rates: motional averaging for dw tauD well below 1, then the static
/// plateau, which only echoes shorten again: 1.8 phi x^(1/3) (1.52 + phi x)^(5/3)/tauD, x =
/// sqrt(4/5) dw echo. Valid for phi below 1e-3, water that does not bind. Throws InputError.
TransverseRates transverse_rates(const Relaxer& relaxer, double echo);

/// The same with everything that is not secular in the outer-sphere theory (Roch, Muller and Gillis
/// 1999): 13 L/xi J(wS,tauN) + L' (3 J(wI,tauN) + 4 J(0,tauN)) + 3 L^2 J(wI) over 4 L^2 of the
/// secular part, which alone has the static plateau and the refocusing. `field` is the flux density
/// (T) that gave the relaxer its magnetisation Ms L(xi). R2 >= R1 where dw tauD stays below 3, R2
/// >= R1/2 everywhere.
TransverseRates transverse_rates(const Relaxer& relaxer, const MomentStatistics& statistics,
                                 double field, double echo);

/// r2 (m3/(mol s)) by the empirical law of Vuong et al. 2012 (Adv Healthcare Mater 1:502):
/// 11.6e-12 Mv^2 d^2 1/(s mM), Mv in A/m, d in nm. About twice the outer-sphere theory; fitted to
/// single cores and clusters in the motional averaging regime.
double empirical_transverse_relaxivity(double magnetisation, double diameter);

/// Gain of r2 when `particles` motionally averaging particles aggregate with fractal dimension 2.2:
/// N^0.44 (Brown et al. 2010, J Magn Magn Mater 322:3122). The static plateau stays the ceiling.
double aggregation_gain(double particles);

/// R1 (1/s) by the high-field outer-sphere theory of Roch, Muller and Gillis 1999 (J Chem Phys
/// 110:5403): the mean moment as a static (Curie) spin, its fluctuations with the Neel time. Valid
/// for dw tauD below 1; no inner-sphere water, no low-field dispersion by anisotropy. `field` is
/// the flux density in T.
double longitudinal_rate(const Relaxer& relaxer, const MomentStatistics& statistics, double field);

/// Volume of magnetic matter per mole of its metal (m3/mol): molar mass/(density metals).
double molar_volume_of_metal(double molar_mass, double density, double metals_per_formula);

}  // namespace caravel::formulation::magnetism
