// Heat of an ensemble in an alternating field, by the method that its field strength asks for.
#pragma once

#include "caravel/formulation/magnetism/langevin.hpp"
#include "caravel/formulation/magnetism/linear_response.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <vector>

namespace caravel::formulation::magnetism {

/// How the heat of one size was computed.
enum class HeatingMethod { linear_response, turning_particle, turning_moment, free_moment };
inline constexpr int heating_methods = 4;
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
    double power_density = 0.0;                        // W/m3 of magnetic matter
    double xi = 0.0;                                   // of the class with the median volume
    std::array<double, heating_methods> heat_share{};  // 1, by method
    double left_out = 0.0;  // fraction of the volume too large for the method, without heat
};

/// The particle of one class of the ensemble.
Macrospin particle_of(const Ensemble& ensemble, double diameter);

/// Field above which the moment of an aligned particle turns without barrier, 2K/(mu0 Ms) (A/m).
double anisotropy_field(const Macrospin& particle);

/// The method for one size. Linear response for xi < 1. Beyond it the faster way of turning in the
/// field's presence: Neel with the barrier lowered by (1-H/Hk)^2 against Brown shortened by
/// sqrt(1 + 0.126 xi^1.72) (Yoshida and Enpuku 2009, Jpn J Appl Phys 48:127002); the moment of a
/// low barrier (below 3 kT) counts as free, axes of higher ones as fixed at random.
HeatingMethod choose_heating_method(const Macrospin& particle, const DriveField& drive);

/// Power (W/m3) of one size by the method given. `steps` per period for the Fokker-Planck methods.
double power_density(const Macrospin& particle, const DriveField& drive, HeatingMethod method,
                     int steps);

/// Heat of the ensemble. No interaction between particles; single domains; one process at a time
/// beyond linear response. Throws NotAvailable when over 5 % of the volume is too large for the
/// method, InputError for impossible values.
Absorption specific_absorption(const Ensemble& ensemble, const DriveField& drive, int steps = 128);

}  // namespace caravel::formulation::magnetism
