// The tables of a PEtab problem (version 1) as they stand: checked for themselves and against each
// other, not yet joined with a model.
#pragma once

#include "caravel/base/error.hpp"
#include "caravel/inference/parameter_space.hpp"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace caravel::inference::fit {

/// One experiment: what it sets in the model. A value is a number or the name of a parameter.
struct PetabCondition {
    std::string id;
    std::vector<std::pair<std::string, std::string>> values;  // entity of the model, value
    Location where;
};

enum class PetabTransformation { lin, log, log10 };

/// What is measured, as formulas over entities of the model and parameters.
struct PetabObservable {
    std::string id;
    std::string formula;
    PetabTransformation transformation = PetabTransformation::lin;
    std::string noise_formula;  // standard deviation on the transformed scale
    Location where;
};

struct PetabMeasurement {
    std::string observable;
    std::string condition;
    double value = 0.0;
    double time = 0.0;                               // in the unit of the model
    std::vector<std::string> observable_parameters;  // numbers or names, for the placeholders
    std::vector<std::string> noise_parameters;
    std::string data_set;
    Location where;
};

struct PetabTables {
    std::string name;                   // of the problem: its folder
    std::filesystem::path model;        // SBML
    std::vector<Parameter> parameters;  // scale "log" becomes log10: the same fit
    std::vector<PetabCondition> conditions;
    std::vector<PetabObservable> observables;
    std::vector<PetabMeasurement> measurements;
    std::string identity;  // sha256 of all files
};

/// Reads the problem that `path` (.yaml) describes. Throws IoError for files that cannot be read,
/// InputError with everything wrong: columns missing, a name that no table knows ("did you mean"),
/// ids given twice, NaN, a negative time, bounds, and what is not supported: version 2,
/// preequilibration, measurements at steady state (time inf), several models, Laplace noise.
/// Source of the format: L. Schmiester et al., PLoS Comput. Biol. 17 (2021) e1008646.
PetabTables read_petab_tables(const std::filesystem::path& path);

}  // namespace caravel::inference::fit
