// Relaxivity of paramagnetic ions: free chelates, ions on a particle's surface; exchange contrast.
#pragma once

namespace caravel::formulation::magnetism {

/// A paramagnetic ion with its water.
struct ParamagneticIon {
    double spin = 3.5;                  // S
    double inner_waters = 1.0;          // q
    double proton_distance = 0.0;       // m, ion to inner-sphere proton
    double closest_approach = 0.0;      // m, ion to outer-sphere proton
    double residence_time = 0.0;        // s, tau_m of inner-sphere water
    double zero_field_splitting = 0.0;  // (rad/s)^2, Delta^2
    double splitting_time = 0.0;        // s, tau_v
};

/// How the ion turns: as a whole, and within its tether (Lipari and Szabo 1982).
struct Rotation {
    double overall = 0.0;          // s
    double local = 0.0;            // s; 0: rigid
    double order_parameter = 1.0;  // S^2, 1: rigid
};

/// Relaxivities (m3/(mol s), the number of 1/(s mM)), inner and outer sphere.
struct IonRelaxivity {
    double inner_longitudinal = 0.0;
    double inner_transverse = 0.0;
    double outer_longitudinal = 0.0;
    double outer_transverse = 0.0;
    double longitudinal() const { return inner_longitudinal + outer_longitudinal; }
    double transverse() const { return inner_transverse + outer_transverse; }
};

/// Electron relaxation times (s) by Bloembergen and Morgan 1961 at the electron's angular
/// frequency.
struct ElectronTimes {
    double longitudinal = 0.0;
    double transverse = 0.0;
};
ElectronTimes electron_times(const ParamagneticIon& ion, double electron_angular);

/// Solomon-Bloembergen-Morgan inner sphere plus Freed outer sphere at the flux density `field` (T).
/// `water_diffusion` is the relative diffusion coefficient of ion and water (m2/s). Dipolar part
/// only; valid where electron relaxation is fast against its splitting (Redfield), that is from
/// about 0.2 T up for Gd on slow particles. Throws InputError.
IonRelaxivity ion_relaxivity(const ParamagneticIon& ion, const Rotation& rotation, double field,
                             double water_diffusion);

/// Rotational correlation time (s) of rank two of a sphere: pi eta d^3/(6 kB T).
double rotational_time(double diameter, double viscosity, double temperature);

/// Fraction of the ions of a compact sphere that lie in its outermost layer of `layer` (m).
double surface_fraction(double diameter, double layer);

/// Saturation transfer of a dilute exchanging pool.
struct ExchangePool {
    double fraction = 0.0;  // exchanging protons over water protons
    double rate = 0.0;      // 1/s, from the pool to water
};

/// MTR asymmetry (1) after saturating with the angular nutation frequency `nutation` (rad/s) for
/// `duration` (s): k f a/(R1+k f) (1-exp(-(R1+k f) t)), a = w1^2/(w1^2+k^2). Weak, slow exchange;
/// no spill-over.
double saturation_transfer(const ExchangePool& pool, double nutation, double duration,
                           double water_longitudinal_rate);

}  // namespace caravel::formulation::magnetism
