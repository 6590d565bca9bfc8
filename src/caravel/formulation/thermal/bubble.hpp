// Gas bubbles with and without a shell in an ultrasound field, small oscillations.
#pragma once

namespace caravel::formulation::thermal {

/// A bubble at rest.
struct Bubble {
    double radius = 0.0;            // m
    double polytropic = 1.07;       // 1, exponent of the gas
    double surface_tension = 0.0;   // N/m, at rest (0: buckled shell)
    double shell_elasticity = 0.0;  // N/m, chi of the dilated shell (0: no shell)
    double shell_viscosity = 0.0;   // kg/s, dilatational
};

/// The liquid around it.
struct BubbleLiquid {
    double density = 998.0;     // kg/m3
    double viscosity = 1e-3;    // Pa s
    double speed = 1480.0;      // m/s
    double pressure = 101.3e3;  // Pa, at rest
};

/// Frequency (Hz) of the undamped oscillation: f0 = sqrt((3 k p0 + (3 k - 1) 2 s/R + 4
/// chi/R)/rho)/(2 pi R), P. Marmottant et al. 2005 (J Acoust Soc Am 118:3499); chi = 0 is
/// Minnaert's bubble with surface tension.
double bubble_resonance(const Bubble& bubble, const BubbleLiquid& liquid);

/// M. Minnaert 1933: sqrt(3 k p0/rho)/(2 pi R) (Hz).
double minnaert_frequency(double radius, double polytropic, const BubbleLiquid& liquid);

/// Dimensionless damping (1) at a frequency, without heat conduction: N. de Jong et al. 1992
/// (Ultrasonics 30:95).
struct BubbleDamping {
    double viscous = 0.0;    // 4 eta/(omega rho R^2)
    double radiation = 0.0;  // omega R/c
    double shell = 0.0;      // 4 kappa_s/(omega rho R^3)
    double total() const { return viscous + radiation + shell; }
};
BubbleDamping bubble_damping(const Bubble& bubble, const BubbleLiquid& liquid, double frequency);

/// Scattering cross-section (m2): 4 pi R^2/((f0^2/f^2 - 1)^2 + d^2).
double bubble_scattering(const Bubble& bubble, const BubbleLiquid& liquid, double frequency);

/// Extinction (m2): scattering times total over radiation damping.
double bubble_extinction(const Bubble& bubble, const BubbleLiquid& liquid, double frequency);

/// Shell constants from a layer of matter: chi = 3 G d and kappa_s = 3 mu d of a thin shell (L.
/// Hoff et al. 2000, J Acoust Soc Am 107:2272, from C. C. Church 1995). Modulus (Pa), viscosity (Pa
/// s), thickness (m).
Bubble with_thin_shell(Bubble bubble, double shear_modulus, double shear_viscosity,
                       double thickness);

}  // namespace caravel::formulation::thermal
