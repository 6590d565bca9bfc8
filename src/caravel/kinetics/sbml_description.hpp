// What an SBML document says, as plain data: formulas are expressions with function definitions
// inlined, names are those of the document.
#pragma once

#include "caravel/kinetics/expression.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caravel::kinetics {

struct SbmlCompartment {
    std::string id;
    std::optional<double> size{};
};

struct SbmlSpecies {
    std::string id;
    std::string compartment;
    std::optional<double> amount{};
    std::optional<double> concentration{};
    bool boundary = false;
    bool constant = false;
    bool only_substance = false;  // formulas mean its amount, else its concentration
};

/// A parameter of the model, or a local one under the name "reaction.parameter".
struct SbmlParameter {
    std::string id;
    std::optional<double> value{};
};

struct SbmlTerm {
    std::string species;
    double weight = 1.0;  // negative: consumed
};

struct SbmlReaction {
    std::string id;
    Expression rate;  // amount per time
    std::vector<SbmlTerm> terms;
};

/// `variable` = formula, always, at the start, or d variable/dt = formula.
struct SbmlAssignment {
    std::string variable;
    Expression formula;
};

struct SbmlEvent {
    std::string id;
    Expression trigger;
    bool initial_value = true;  // of the trigger before the start
    std::vector<SbmlAssignment> assignments;
};

struct SbmlDescription {
    std::string id;
    std::optional<double> time_unit{};  // s
    std::vector<SbmlCompartment> compartments;
    std::vector<SbmlSpecies> species;
    std::vector<SbmlParameter> parameters;
    std::vector<SbmlReaction> reactions;
    std::vector<SbmlAssignment> assignment_rules;
    std::vector<SbmlAssignment> rate_rules;
    std::vector<SbmlAssignment> initial_assignments;
    std::vector<SbmlEvent> events;
};

/// Whether this build can read SBML.
bool sbml_available();

/// Reads SBML Level 2 or 3. Throws NotAvailable when the build lacks libsbml, IoError when the file
/// cannot be read, InputError when it is not valid or uses what Caravel does not have: algebraic
/// rules, fast reactions, delays, event delays and priorities, variable stoichiometry, conversion
/// factors, required packages.
SbmlDescription read_sbml(const std::filesystem::path& file);
SbmlDescription parse_sbml(const std::string& text, const std::string& name = "SBML text");

}  // namespace caravel::kinetics
