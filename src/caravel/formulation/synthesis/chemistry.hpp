// One parameter set per chemistry, and how a recipe turns it into a burst system.
#pragma once

#include "caravel/formulation/synthesis/burst.hpp"
#include "caravel/formulation/synthesis/recipe.hpp"

#include <map>
#include <optional>
#include <string>

namespace caravel::formulation::synthesis {

/// Constants of one chemistry, plain SI numbers.
struct Chemistry {
    double molar_volume = 0.0;                // m3/mol of solid
    double interfacial_energy = 0.0;          // J/m2 without stabiliser
    double sites = 0.0;                       // mol/m2 of stabiliser at full coverage
    Arrhenius solubility;                     // mol/m3
    Arrhenius conversion;                     // 1/s at the reference reagent ratio and irradiance
    double reagent_order = 1.0;               // power of reagent_ratio in the conversion
    double reference_ratio = 1.0;             // mol/mol
    double reference_irradiance = 0.0;        // W/m2; 0: light does nothing
    Arrhenius diffusivity;                    // m2/s
    Arrhenius surface_rate;                   // m/s, bare surface
    Arrhenius surface_conversion;             // m/s; 0: none
    double nucleation_prefactor = 0.0;        // 1/m3/s
    double heterogeneous_factor = 1.0;        // 1
    std::optional<double> collision_barrier;  // kT at full coverage; none: no aggregation
    double collision_energy = 0.0;            // J/mol, to part the ligands between two particles
    double collision_temperature = 298.15;    // K, where collision_barrier holds
    double lowest_temperature = 0.0;          // K, of the range the set is meant for
    double highest_temperature = 1e4;         // K
    double viscosity = 1e-3;                  // Pa s
    std::map<std::string, double> binding;    // J/mol by stabiliser
};

/// How stabilisers act at one temperature.
struct Covering {
    double coverage = 0.0;            // 1, Langmuir, competitive
    double interfacial_energy = 0.0;  // J/m2
};

/// Langmuir coverage and Gibbs-Szyszkowski interfacial energy for K = exp(E/RT)/(1 mol/L).
/// Throws InputError for a stabiliser without binding energy and when no interfacial energy is
/// left.
Covering cover(const Chemistry& chemistry, const Solution& solution, double temperature);

/// Temperature (K) at which the particles form: the hottest point of the programme.
double reaction_temperature(const Solution& solution);

/// Everything the burst model needs. The rate follows the reagent ratio (power law) and the
/// irradiance (in proportion); attachment slows by the free surface 1 - coverage. Collisions:
/// ln W = B coverage^2 + E/R (1/T - 1/T_B): the osmotic repulsion of two layers goes with the
/// square of their density (Vincent, Edwards, Emmett, Jones, Colloids Surf. 18 (1986) 261), and
/// ligands must leave for surfaces to meet. `irradiance` in W/m2. Throws InputError for a
/// temperature outside the set's range.
BurstSystem burst_system(const Chemistry& chemistry, const Solution& solution, double irradiance);

/// Supersaturation at which one nucleus per mm3 and second forms (classical nucleation).
double critical_supersaturation(const BurstSystem& system, double temperature);

/// Mean diameter (m) after ripening for `duration` (s) at `temperature` (K):
/// Lifshitz-Slyozov-Wagner with attachment in series, d(d^3)/dt = (64/9) gamma Vm^2 c / (RT) / (1/D
/// + 2/(k d)).
double ripened_diameter(const BurstSystem& system, double diameter, double temperature,
                        double duration);

}  // namespace caravel::formulation::synthesis
