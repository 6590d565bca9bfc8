// Polymer or lipid solution mixed into water: chains aggregate by diffusion until the solvent has
// left, charge repels or a stabiliser covers them.
#pragma once

#include <vector>

namespace caravel::formulation::synthesis {

/// All plain SI numbers of one mixing event.
struct PrecipitationSystem {
    double polymer = 0.0;                 // kg/m3 in the mixture
    double polymer_density = 0.0;         // kg/m3
    double chain_mass = 0.0;              // kg/mol
    double charges_per_mass = 0.0;        // mol/kg, ionised
    double hamaker = 1e-20;               // J, polymer across water
    double ionic_strength = 1.0;          // mol/m3
    double temperature = 298.15;          // K
    double viscosity = 1e-3;              // Pa s of the water without stabiliser
    double relative_permittivity = 78.4;  // 1
    double mixing_time = 0.0;             // s, stirring or flow
    double striation = 0.0;               // m, thickness that diffusion has to even out
    double solvent_diffusivity = 0.0;     // m2/s at 1 mPa s, ideal mixture
    double solvent_interaction = 0.0;     // 1, chi of solvent and water: 4 G^E/RT at half and half
    double stabiliser = 0.0;              // kg/m3 in the mixture
    double stabiliser_mass = 1.0;         // kg/mol
    double intrinsic_viscosity = 0.0;     // m3/kg of the stabiliser in water
    double stabiliser_diffusivity = 0.0;  // m2/s at 1 mPa s
    double stabiliser_sites = 0.0;        // mol/m2 at full coverage
    double stabiliser_constant = 0.0;     // m3/mol, Langmuir
    double stabiliser_barrier = 0.0;      // kT at full coverage
};

/// What came out.
struct PrecipitationResult {
    double mean_diameter = 0.0;     // m, number mean
    double spread = 0.0;            // 1
    double number = 0.0;            // 1/m3
    double exchange_time = 0.0;     // s, until the solvent has left the aggregates
    double aggregation_time = 0.0;  // s, first collision of two chains
    double damkohler = 0.0;         // 1, mixing time over aggregation time
    double barrier = 0.0;           // kT at the end: charge and stabiliser
    double coverage = 0.0;          // 1, of the stabiliser at the end
    std::vector<double> times;      // s
    std::vector<double> diameters;  // m, number mean
};

/// Time (s) in which solvent diffuses out of a striation of the given thickness:
/// L^2 / (pi^2 D (1 - chi/2)) with the thermodynamic factor of a half-and-half mixture.
/// Throws InputError for chi >= 2, where solvent and water do not mix.
double solvent_exchange_time(double striation, double diffusivity, double interaction);

/// Highest point (kT, at least 0) of the interaction of two spheres with charges on their surface:
/// 32 pi eps a (kT/e)^2 tanh^2(e psi/4kT) ln(1 + exp(-kappa h)) - A a/(12 h), h from 0.3 nm;
/// psi from the charge density (C/m2) by Grahame's equation. Derjaguin: kappa a above 1.
double charge_barrier(double diameter, double charge_density, double ionic_strength,
                      double relative_permittivity, double temperature, double hamaker);

/// Mean volume by dv/dt = (4 kT / 3 eta) phi exp(-barrier) s(t), s(t) = 1 while mixing goes on and
/// exp(-t/exchange) afterwards (aggregates harden as solvent leaves). The stabiliser's barrier
/// counts by the square of its coverage (osmotic repulsion of two layers) times 1 - s: chains
/// anchor on an interface without solvent. Range: dilute (polymer below 20 % by volume). Throws
/// InputError outside.
PrecipitationResult precipitate(const PrecipitationSystem& system);

}  // namespace caravel::formulation::synthesis
