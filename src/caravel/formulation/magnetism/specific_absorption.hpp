// Heat of an ensemble in an alternating field, by the method that its field strength asks for.
#pragma once

#include "caravel/formulation/magnetism/hopping_rotor.hpp"
#include "caravel/formulation/magnetism/langevin.hpp"
#include "caravel/formulation/magnetism/linear_response.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace caravel::formulation::magnetism {

/// How the heat of one size was computed.
enum class HeatingMethod { linear_response, turning_and_hopping };
std::string_view to_text(HeatingMethod method);

/// Particles of one material in a liquid.
struct Ensemble {
    std::vector<SizeNode> sizes;
    Macrospin particle;                         // its volumes are set from the sizes
    double shell = 0.0;                         // m, hydrodynamic layer around the magnetic core
    std::optional<double> hydrodynamic_volume;  // m3, of particles with many domains
};

/// Heat and what it rests on.
struct Absorption {
    double power_density = 0.0;  // W/m3 of magnetic matter
    double xi = 0.0;             // of the class with the median volume
    double linear_share = 0.0;   // 1, of the heat, by linear response
};

/// The particle of one class of the ensemble.
Macrospin particle_of(const Ensemble& ensemble, double diameter);

/// Field above which the moment of an aligned particle turns without barrier, 2K/(mu0 Ms) (A/m).
double anisotropy_field(const Macrospin& particle);

/// The rotor of periodic_magnetisation(): turning with the Brown time, hopping with the Neel time.
/// The share exp(-(G/3)^2) of the Neel rate is diffusion: a low barrier does not hold the moment.
HoppingRotor hopping_rotor(const Macrospin& particle);

/// The method for one size: linear response below xi = 0.2, where the two agree to 2 %.
HeatingMethod choose_heating_method(const Macrospin& particle, const DriveField& drive);

/// Power (W/m3) of one size by the method given, with `steps` per period.
double power_density(const Macrospin& particle, const DriveField& drive, HeatingMethod method,
                     int steps);

/// Heat of the ensemble. No interaction between particles; single domains. Throws InputError for
/// impossible values.
Absorption specific_absorption(const Ensemble& ensemble, const DriveField& drive, int steps = 128);

}  // namespace caravel::formulation::magnetism
