// Plasma proteins on a particle: who comes first, who stays, and what it makes of the particle.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace caravel::formulation::colloid {

/// A protein (or lipoprotein) of the plasma and how it takes to a bare surface.
struct PlasmaProtein {
    std::string name;
    double molar_mass = 0.0;     // kg/mol
    double concentration = 0.0;  // mol/m3 of plasma
    double footprint = 0.0;      // m2, in the layer
    double thickness = 0.0;      // m, of a full layer
    double volume = 0.0;         // m3
    double charge = 0.0;         // e, at pH 7.4
    double on_rate = 0.0;        // m3/(mol s)
    double off_rate = 0.0;       // 1/s
    double opsonic = 0.0;        // 0..1: how far a phagocyte knows it (1 opsonin, 0 dysopsonin)
};

/// The coat that a protein must enter: osmotic pressure against its volume.
struct HydratedCoat {
    double osmotic_pressure = 0.0;  // Pa
    double thickness = 0.0;         // m
};

/// Osmotic pressure (Pa) kT/xi3 of a brush with `density` chains per area (1/m2), xi = density^-1/2
/// (Alexander).
double brush_pressure(double density, double temperature);

/// Osmotic pressure (Pa) kT/a3 phi^(9/4) of a semidilute layer (de Gennes), segment length a (m).
double layer_pressure(double volume_fraction, double segment_length, double temperature);

/// Work (in kT) of bringing a protein to the wall through the coat: pressure times the volume that
/// is inside (all of it when the coat is as thick as the protein).
/// Source: A. Halperin, Langmuir 15 (1999) 2525.
double insertion_work(const PlasmaProtein& protein, const HydratedCoat& coat, double temperature);

/// What proteins meet.
struct CoronaConditions {
    double plasma_fraction = 1.0;     // of the plasma concentrations
    double surface_per_volume = 0.0;  // m2/m3 of particles; 0: proteins are never used up
    double temperature = 310.15;      // K
    HydratedCoat coat;
};

/// Coverage of each protein (0..1) at each time.
struct CoronaCourse {
    std::vector<double> times;                  // s
    std::vector<std::vector<double>> coverage;  // [time][protein]
};

/// d theta_i/dt = k_on c_i exp(-work) (1 - sum theta) - k_off theta_i for all proteins together,
/// stiff, relative tolerance 1e-8; c_i falls by what is bound. Times (s) ascend from above 0.
/// Throws InputError without proteins or with times out of order.
CoronaCourse corona_course(std::span<const PlasmaProtein> proteins,
                           const CoronaConditions& conditions, std::span<const double> times);

/// Coverages at equilibrium without depletion.
std::vector<double> corona_equilibrium(std::span<const PlasmaProtein> proteins,
                                       const CoronaConditions& conditions);

/// Time (s) of the slowest exchange when proteins are not used up: the course is within 1 % of its
/// end after 4.6 of it.
double corona_settling_time(std::span<const PlasmaProtein> proteins,
                            const CoronaConditions& conditions);

/// The layer that a set of coverages makes.
struct CoronaLayer {
    double coverage = 0.0;              // all proteins
    double thickness = 0.0;             // m, mean: sum of coverage times thickness
    double mass_per_area = 0.0;         // kg/m2
    double charge_density = 0.0;        // C/m3 in that thickness
    double opsonin_fraction = 0.0;      // of the mass, weighted by `opsonic`
    std::vector<double> mass_share;     // of each protein, adding up to 1 (0 without a corona)
    std::vector<double> hard_coverage;  // what stays through a wash
};

/// Properties of the layer; the hard corona is what stays for `wash_time` (s) in buffer.
CoronaLayer corona_layer(std::span<const PlasmaProtein> proteins, std::span<const double> coverage,
                         double wash_time = 600.0);

/// Fraction of SIRP-alpha like receptors engaged by `density` self markers per area (1/m2), half of
/// them at `half_density`.
double marker_occupancy(double density, double half_density);

}  // namespace caravel::formulation::colloid
