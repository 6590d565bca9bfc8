// Polymer droplets broken by turbulence in water with a stabiliser; their solvent leaves.
#pragma once

namespace caravel::formulation::synthesis {

/// All plain SI numbers of one emulsification.
struct EmulsionSystem {
    double polymer = 0.0;              // kg/m3 in the droplets
    double polymer_density = 0.0;      // kg/m3
    double temperature = 298.15;       // K
    double interfacial_energy = 0.0;   // J/m2, droplet against water, no stabiliser
    double power_density = 0.0;        // W/kg
    double water_density = 998.0;      // kg/m3
    double water_viscosity = 1e-3;     // Pa s, no stabiliser
    double stabiliser = 0.0;           // kg/m3 in the water
    double stabiliser_mass = 1.0;      // kg/mol
    double stabiliser_sites = 0.0;     // mol/m2 at full coverage
    double stabiliser_constant = 0.0;  // m3/mol, Langmuir
    double saturation = 1e3;           // kg/m3 above which no more adsorbs (micelles, overlap)
    double intrinsic_viscosity = 0.0;  // m3/kg of the stabiliser in water
    double critical_weber = 1.0;       // 1, stress times diameter over interfacial energy
};

/// What came out.
struct EmulsionResult {
    double mean_diameter = 0.0;       // m, number mean of the dry particles
    double spread = 0.0;              // 1, standard deviation over mean
    double droplet_diameter = 0.0;    // m, of the largest stable drop
    double interfacial_energy = 0.0;  // J/m2, with the stabiliser
    double viscosity = 0.0;           // Pa s, with the stabiliser
    double kolmogorov_length = 0.0;   // m: below it eddies are damped by viscosity
};

/// Standard deviation over mean of the diameter after random breaking in two down to a largest
/// stable volume: such volumes are uniform below it (R. M. Ziff, E. D. McGrady, J. Phys. A 18
/// (1985) 3027), so mean d = 3/4 d_max, mean d^2 = 3/5 d_max^2 and the spread is 15^(-1/2).
inline constexpr double spread_of_broken = 0.2581988897471611;

/// Interfacial energy (J/m2) with an adsorbed layer: gamma - R T Gamma ln(1 + K c) (Gibbs,
/// Langmuir, Szyszkowski). Throws InputError when nothing is left of it.
double covered_interfacial_energy(double bare, double sites, double constant_times_concentration,
                                  double temperature);

/// Viscosity (Pa s) of a polymer solution: eta (1 + x + 0.4 x^2), x = [eta] c (Huggins).
double solution_viscosity(double solvent, double intrinsic, double concentration);

/// The largest drop that the inertia of eddies does not break: rho u^2 d = We gamma with the
/// velocity difference over d of isotropic turbulence in both ranges (Batchelor's interpolation): 2
/// (eps d)^(2/3) above the Kolmogorov length, eps d^2/(15 nu) below. Larger ones broke in two at
/// random, so that the mean is 3/4 of it; the polymer stays: d (c/rho)^(1/3). Holds for droplets
/// more viscous than the water (else shear breaks them too).
EmulsionResult emulsify(const EmulsionSystem& system);

}  // namespace caravel::formulation::synthesis
