// An SBML document as a KineticModel, with what the document adds to it: the meaning of every name,
// initial values that depend on parameters, jumps at known times and events.
#pragma once

#include "caravel/kinetics/expression_switches.hpp"
#include "caravel/kinetics/model.hpp"
#include "caravel/kinetics/sbml_description.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace caravel::kinetics {

/// Values that take the place of the document's, by name (parameters, local ones as
/// "reaction.parameter", species as the formulas mean them, compartments).
using SbmlValues = std::map<std::string, double, std::less<>>;

/// How the value of a name comes about.
enum class SbmlRole {
    state,        // a species of the KineticModel: changes with time
    coefficient,  // constant but for events
    assigned      // a formula of the others
};

enum class SbmlKind { compartment, species, parameter, reaction };

/// One name of the document.
struct SbmlEntity {
    std::string name;
    SbmlKind kind = SbmlKind::parameter;
    SbmlRole role = SbmlRole::coefficient;
    int index = -1;  // of the species or coefficient of the KineticModel
    /// What formulas mean by the name, of base_names(): a species that formulas mean by its
    /// concentration is stored by its amount, and `value` is amount / compartment.
    Expression value;
    /// The same at the start, of names of the document: the initial assignment, or the name itself
    /// for a number.
    Expression initial;
    std::optional<double> number;  // the document's
};

/// A change of state or coefficient by an event, of base_names().
struct SbmlChange {
    bool state = false;
    int index = -1;
    Expression value;  // an amount for a species
};

struct SbmlTrigger {
    std::string id;
    Expression condition;  // of base_names(), with switches
    bool initial_value = true;
    std::vector<SbmlChange> changes;
};

/// Immutable; shareable between threads.
class SbmlModel {
  public:
    /// Throws InputError for names the document does not define, loops of assignments, and rules
    /// that cannot be joined.
    explicit SbmlModel(SbmlDescription description);
    /// Reads a file; throws what read_sbml and the constructor throw.
    static SbmlModel read(const std::filesystem::path& file);

    const SbmlDescription& description() const { return description_; }
    const KineticModel& model() const { return model_; }
    const CompiledModel& compiled() const { return *compiled_; }
    const TimeSwitches& switches() const { return switches_; }
    const std::vector<SbmlTrigger>& triggers() const { return triggers_; }
    /// Left less right of the comparisons in triggers that depend on the state, of base_names().
    const std::vector<Expression>& crossings() const { return crossings_; }
    const std::vector<SbmlEntity>& entities() const { return entities_; }
    /// nullptr when there is none of this name.
    const SbmlEntity* find(std::string_view name) const;

    /// States, coefficients and time: the inputs of every compiled formula, in this order.
    const std::vector<std::string>& base_names() const { return base_names_; }
    std::size_t state_count() const { return model_.all_species().size(); }
    /// Coefficients without the switches, which come last among them.
    std::size_t fixed_count() const {
        return model_.coefficients().size() - switches_.names().size();
    }

    /// A formula of names of the document (an observable) as one of base_names(); names that the
    /// document does not have are left.
    Expression resolve(const Expression& formula) const;
    /// Initial value of a name, as formulas mean it, of names that have numbers or are `given`.
    Expression initial_expression(std::string_view name,
                                  const std::set<std::string, std::less<>>& given = {}) const;
    /// The inputs of compiled formulas at the start: base values with `given` instead of the
    /// document's numbers and initial assignments; switches as just behind `start`. Throws
    /// InputError for a name that is unknown or assigned by a rule, and for one without a value.
    std::vector<double> initial_values(const SbmlValues& given, double start = 0.0) const;

  private:
    friend class SbmlAssembly;
    struct InitialStep {
        std::size_t entity;
        Tape tape;  // of the values of all entities, then time
    };

    /// `known`: what was found on the way, by name.
    Expression initial_expression(std::string_view name,
                                  const std::set<std::string, std::less<>>& given,
                                  Replacements& known) const;

    SbmlDescription description_;
    KineticModel model_;
    std::optional<CompiledModel> compiled_;
    TimeSwitches switches_;
    std::vector<SbmlTrigger> triggers_;
    std::vector<Expression> crossings_;
    std::vector<SbmlEntity> entities_;
    std::map<std::string, std::size_t, std::less<>> entity_index_;
    std::vector<std::string> base_names_;
    Replacements values_;
    std::vector<InitialStep> initial_steps_;  // in an order in which each finds what it needs
    std::vector<std::pair<std::size_t, std::size_t>> amounts_;  // species entity, its compartment
};

}  // namespace caravel::kinetics
