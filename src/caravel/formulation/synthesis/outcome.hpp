// From a recipe to the size distribution it makes.
#pragma once

#include "caravel/formulation/synthesis/chemistry.hpp"
#include "caravel/formulation/synthesis/microemulsion.hpp"
#include "caravel/formulation/synthesis/milling.hpp"
#include "caravel/formulation/synthesis/nanoprecipitation.hpp"
#include "caravel/formulation/synthesis/nanoprecipitation_emulsion.hpp"
#include "caravel/formulation/synthesis/recipe.hpp"
#include "caravel/formulation/synthesis/turkevich.hpp"
#include "caravel/formulation/synthesis/wire_explosion.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace caravel::formulation::synthesis {

/// The constants behind a recipe; the recipe's own numbers overwrite the rest of each struct.
using Parameters = std::variant<Chemistry, TurkevichParameters, MicroemulsionSystem,
                                PrecipitationSystem, EmulsionSystem, MillingSystem, WireSystem>;

/// A number that says in which regime the synthesis ran.
struct RegimeNumber {
    std::string name;  // snake case
    double si = 0.0;
    std::string unit;  // UCUM
    std::string doc;
};

/// The course of a synthesis; lines may be empty where a method has none.
struct History {
    std::vector<double> times;            // s
    std::vector<double> monomer;          // mol/m3
    std::vector<double> supersaturation;  // 1
    std::vector<double> number;           // 1/m3
    std::vector<double> mean_diameter;    // m, number mean
};

struct SynthesisOutcome {
    bool formed = false;           // particles came out
    std::string event;             // one line: what happened, or why nothing formed
    double mean_diameter = 0.0;    // m, number mean
    double spread = 0.0;           // 1, standard deviation over mean
    std::optional<double> number;  // 1/m3
    std::optional<double> yield;   // 1, solid over what was given
    std::vector<RegimeNumber> regime;
    History history;
    std::string method;
};

/// What comes out of the recipe. Throws InputError when recipe and parameters do not belong
/// together or a number lies outside a method's range; a recipe without a nucleation event is not
/// an error: `formed` is false and `event` says so.
/// `classes`: least number of size classes where particles ripen or age; the diameter is then
/// within about 2 % of that with ever more classes at 64, 4 % at 32.
SynthesisOutcome make(const Recipe& recipe, const Parameters& parameters, int classes = 64);

}  // namespace caravel::formulation::synthesis
