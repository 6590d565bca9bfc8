// Vaporisation of a liquid droplet by ultrasound.
#pragma once

namespace caravel::formulation::thermal {

/// A volatile liquid by corresponding points of its vapour line.
struct VolatileLiquid {
    double boiling_point = 0.0;           // K at 101.325 kPa
    double critical_temperature = 0.0;    // K
    double critical_pressure = 0.0;       // Pa
    double molar_mass = 0.0;              // kg/mol
    double density = 0.0;                 // kg/m3, liquid
    double surface_tension = 0.0;         // N/m at `surface_temperature`, against its vapour
    double surface_temperature = 298.15;  // K
};

/// Vapour pressure (Pa) by Clausius and Clapeyron through the boiling and the critical point: ln p
/// linear in 1/T. Throws InputError above the critical point or below half of it.
double vapour_pressure(const VolatileLiquid& liquid, double temperature);

/// Heat of vaporisation (J/mol) that belongs to it.
double vaporisation_heat(const VolatileLiquid& liquid);

/// Surface tension (N/m) at T (K), proportional to (1 - T/Tc)^(11/9) (E. A. Guggenheim 1945).
double surface_tension(const VolatileLiquid& liquid, double temperature);

/// Pressure (Pa, negative in tension) in a liquid of volume `volume` (m3) at which half of the
/// samples have nucleated a vapour bubble after `time` (s): p_v - sqrt(16 pi s^3/(3 kT ln(J0 V t/ln
/// 2))), J0 = N sqrt(2 s/(pi m)); homogeneous, bubble pressure taken as the vapour pressure (M.
/// Blander and J. L. Katz 1975, AIChE J 21:833).
double nucleation_pressure(const VolatileLiquid& liquid, double temperature, double volume,
                           double time);

/// Sound pressure at the centre of a liquid sphere over that of the plane wave it sits in (1),
/// exact for one frequency (monopole of V. C. Anderson 1950, J Acoust Soc Am 22:426). 1 for a
/// droplet far below the wavelength.
double centre_amplification(double radius, double frequency, double inner_density,
                            double inner_speed, double outer_density, double outer_speed);

/// A droplet in a warm liquid.
struct Droplet {
    double radius = 0.0;             // m
    double interface_tension = 0.0;  // N/m, between droplet (or its shell) and water
    double temperature = 310.15;     // K
    double pressure = 101.3e3;       // Pa, outside at rest
};

/// What it takes to vaporise it.
struct VaporisationThreshold {
    double laplace_pressure = 0.0;  // Pa, 2 s/R
    double vapour_pressure = 0.0;   // Pa
    double superheat = 0.0;      // Pa: vapour pressure less pressure inside; positive: metastable
    double inside = 0.0;         // Pa, at which a bubble nucleates
    double peak_negative = 0.0;  // Pa, amplitude in the medium
};

/// Peak negative pressure (Pa) in the medium: (p0 + Laplace - p_nucleation)/amplification. `time`
/// (s) is the part of a cycle spent near the minimum, all cycles together.
VaporisationThreshold vaporisation_threshold(const VolatileLiquid& liquid, const Droplet& droplet,
                                             double time, double amplification);

}  // namespace caravel::formulation::thermal
