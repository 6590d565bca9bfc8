// How an SbmlModel is made of the description of a document.
#pragma once

#include "caravel/kinetics/sbml_model.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace caravel::kinetics {

/// Fills an SbmlModel step by step.
class SbmlAssembly {
  public:
    explicit SbmlAssembly(SbmlModel& result) : out_(result), in_(result.description_) {}

    void run();

  private:
    using Index = std::map<std::string, const Expression*, std::less<>>;

    static Index index(const std::vector<SbmlAssignment>& assignments, const char* kind);

    void index_rules();

    void add_entity(const std::string& name, SbmlKind kind, std::optional<double> number);

    void add_entities();

    const SbmlEntity& expect_known(std::string_view name, const std::string& user) const;

    /// Whether the state or coefficient of a species is an amount and formulas mean concentration.
    bool by_concentration(std::string_view name) const;

    // Makes out_.values_[name]; assignments are inlined.
    const Expression& resolve(const std::string& name);

    Expression resolve(const Expression& formula);

    // Refuses chains of names being resolved that would exhaust the stack.
    void expect_shallow(const std::string& name) const;

    void read_triggers();

    // Species and coefficients, after the rates, whose switches are coefficients.
    void add_base();

    void find_least(const std::vector<double>& start);

    SpeciesId add_state(const std::string& name, double first);

    // d amount/dt of a species whose concentration c in volume V has the rate r: r V + c dV/dt.
    Expression rate_of(const std::string& name, const Expression& rate);

    void add_rates();

    void add_terms(const SbmlReaction& source, Reaction& reaction) const;

    void finish_triggers();

    // A distance of exactly 0 has the sign of the truth there: "less" is not yet true at 0.
    static Expression decided(Operation operation, const Expression& distance);

    void add_crossings(const Expression& condition);

    // What formulas mean by a name at the start, of names of the document.
    Expression initial_of(const SbmlEntity& entity) const;

    void add_initial_steps();

    void add_initial_step(const std::string& name);

    Tape initial_tape(const SbmlEntity& entity, const std::vector<std::string>& needed) const;

    // States and coefficients as they are stored; NaN where the document gives no value.
    std::vector<double> initial_numbers() const;

    SbmlModel& out_;
    const SbmlDescription& in_;
    Index assigned_;
    Index rates_;
    Index initial_;
    std::set<std::string, std::less<>> reacting_;  // species that reactions change
    std::map<std::string, const SbmlSpecies*, std::less<>> species_;
    std::set<std::string, std::less<>> open_;                   // being resolved
    std::set<std::string, std::less<>> placed_;                 // in the initial order
    std::vector<std::pair<std::string, Expression>> formulas_;  // rate rules, then reactions
    std::size_t parts_ = 0;  // of formulas with everything inlined
    double least_ = 0.0;     // of the states that do not start at 0
};

}  // namespace caravel::kinetics
