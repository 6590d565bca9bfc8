// How a particle is made: the recipe whose outcome is a size distribution.
#pragma once

#include "caravel/input/visitor.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace caravel::formulation::synthesis {

/// A molecule that adsorbs on the growing particle.
struct Stabiliser {
    std::string name;
    double concentration = 0.0;            // mol/m3
    std::optional<double> binding_energy;  // J/mol, positive binds; none: from the table
};

/// What all recipes in a liquid (or melt) share: precursor turns into monomer, monomer into solid.
struct Solution {
    std::string chemistry;          // name in data/synthesis.csv
    double precursor = 0.0;         // mol/m3 of formula units
    double reagent_ratio = 1.0;     // reductant, base or water per precursor, mol/mol
    double temperature = 298.15;    // K, when no programme is given
    std::vector<double> times;      // s, of the temperature programme
    std::vector<double> programme;  // K
    double duration = 0.0;          // s
    double feed_rate = 0.0;         // mol/m3/s of precursor
    double feed_duration = 0.0;     // s
    std::vector<Stabiliser> stabilisers;
    double ageing_temperature = 298.15;  // K, of ripening after the reaction
    double ageing_duration = 0.0;        // s
};

/// Turkevich-Frens gold.
struct CitrateReduction {
    static constexpr std::string_view tag = "citrate_reduction";
    static constexpr std::string_view doc = "gold from chloroaurate and citrate (Turkevich, Frens)";
    double gold = 0.0;            // mol/m3
    double citrate = 0.0;         // mol/m3
    double temperature = 373.15;  // K
    double duration = 3600.0;     // s
};
struct Burst {
    static constexpr std::string_view tag = "burst";
    static constexpr std::string_view doc = "precursor to monomer to nuclei to particles (LaMer)";
    Solution solution;
};
struct Coprecipitation {
    static constexpr std::string_view tag = "coprecipitation";
    static constexpr std::string_view doc = "salts precipitated by a base";
    Solution solution;
};
struct SolGel {
    static constexpr std::string_view tag = "sol_gel";
    static constexpr std::string_view doc = "hydrolysis and condensation of an alkoxide";
    Solution solution;
};
struct Hydrothermal {
    static constexpr std::string_view tag = "hydrothermal";
    static constexpr std::string_view doc = "precipitation, then ripening in hot liquid";
    Solution solution;
};
struct ThermalDecomposition {
    static constexpr std::string_view tag = "thermal_decomposition";
    static constexpr std::string_view doc = "a complex decomposed in hot solvent";
    Solution solution;
};
struct Photochemical {
    static constexpr std::string_view tag = "photochemical";
    static constexpr std::string_view doc = "reduction by light: the rate follows the irradiance";
    Solution solution;
    double irradiance = 0.0;  // W/m2
};
struct SeededGrowth {
    static constexpr std::string_view tag = "seeded_growth";
    static constexpr std::string_view doc = "growth of particles that are already there";
    Solution solution;
    double seed_diameter = 0.0;  // m
    double seed_number = 0.0;    // 1/m3
    double seed_spread = 0.1;    // 1
};
struct Microemulsion {
    static constexpr std::string_view tag = "microemulsion";
    static constexpr std::string_view doc = "precipitation inside water droplets in oil";
    std::string chemistry;
    double precursor = 0.0;            // mol/m3 of the droplets' water
    double water_to_surfactant = 0.0;  // mol/mol
    double exchange_time = 1e-3;       // s between fusions of two droplets
    double reaction_time = 0.1;        // s
};
struct Nanoprecipitation {
    static constexpr std::string_view tag = "nanoprecipitation";
    static constexpr std::string_view doc = "polymer or lipid solution mixed into water";
    std::string polymer;
    std::string solvent;
    double polymer_concentration = 0.0;     // kg/m3 in the solvent
    double solvent_fraction = 0.5;          // volume of solvent in the mixture
    double mixing_time = 0.0;               // s
    std::optional<double> striation;        // m, left to diffusion; none: stirred by hand
    double charges_per_mass = 0.0;          // mol/kg of polymer
    double ionic_strength = 1.0;            // mol/m3 of the mixture
    std::string stabiliser;                 // may be empty
    double stabiliser_concentration = 0.0;  // kg/m3 in the water
    double temperature = 298.15;            // K
};
struct EmulsionEvaporation {
    static constexpr std::string_view tag = "emulsion_evaporation";
    static constexpr std::string_view doc = "polymer droplets stirred into water, solvent removed";
    std::string polymer;
    std::string solvent;
    double polymer_concentration = 0.0;     // kg/m3 in the solvent
    double power_density = 0.0;             // W/kg, turbulent dissipation
    std::string stabiliser;                 // may be empty
    double stabiliser_concentration = 0.0;  // kg/m3 in the water
    double temperature = 298.15;            // K
};
struct BallMilling {
    static constexpr std::string_view tag = "ball_milling";
    static constexpr std::string_view doc = "a powder ground by balls";
    std::string chemistry;
    double start_diameter = 0.0;  // m, of the crystallites before
    double ball_diameter = 0.0;   // m
    double speed = 0.0;           // m/s, of the balls at impact
    double ball_to_powder = 0.0;  // kg/kg
    double duration = 0.0;        // s
};
struct WireExplosion {
    static constexpr std::string_view tag = "wire_explosion";
    static constexpr std::string_view doc = "a wire exploded by a current pulse";
    std::string chemistry;
    double energy_ratio = 0.0;    // 1, deposited over sublimation energy
    double wire_diameter = 0.0;   // m
    double medium_density = 0.0;  // kg/m3, of the gas or liquid around the vapour
};

using RecipeMethod =
    std::variant<Burst, CitrateReduction, Coprecipitation, SolGel, Hydrothermal,
                 ThermalDecomposition, Photochemical, SeededGrowth, Microemulsion,
                 Nanoprecipitation, EmulsionEvaporation, BallMilling, WireExplosion>;

/// Relative standard deviations between batches (temperature: K).
struct Tolerances {
    double concentration = 0.02;
    double temperature = 1.0;  // K
    double time = 0.02;
    double intensity = 0.05;  // mixing, stirring, light, mill speed, pulse energy
};

struct Recipe {
    std::string source;
    RecipeMethod method;
    Tolerances tolerances;
};

/// The part that recipes in a liquid share; null for the others.
Solution* solution_of(RecipeMethod& method);
const Solution* solution_of(const RecipeMethod& method);

void describe(input::Visitor& v, Stabiliser& stabiliser);
void describe(input::Visitor& v, Solution& solution);
void describe(input::Visitor& v, CitrateReduction& recipe);
void describe(input::Visitor& v, Burst& recipe);
void describe(input::Visitor& v, Coprecipitation& recipe);
void describe(input::Visitor& v, SolGel& recipe);
void describe(input::Visitor& v, Hydrothermal& recipe);
void describe(input::Visitor& v, ThermalDecomposition& recipe);
void describe(input::Visitor& v, Photochemical& recipe);
void describe(input::Visitor& v, SeededGrowth& recipe);
void describe(input::Visitor& v, Microemulsion& recipe);
void describe(input::Visitor& v, Nanoprecipitation& recipe);
void describe(input::Visitor& v, EmulsionEvaporation& recipe);
void describe(input::Visitor& v, BallMilling& recipe);
void describe(input::Visitor& v, WireExplosion& recipe);
void describe(input::Visitor& v, Tolerances& tolerances);
void describe(input::Visitor& v, Recipe& recipe);

}  // namespace caravel::formulation::synthesis
