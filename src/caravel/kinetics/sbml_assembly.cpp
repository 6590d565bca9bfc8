// From the description of an SBML document to a KineticModel.
#include "caravel/kinetics/sbml_assembly.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

namespace caravel::kinetics {

namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& expected,
                         const std::string& hint = {}) {
    throw InputError(Diagnostic{{}, what, expected, hint});
}

// What inlining may grow to: hundreds of times the largest published models.
constexpr std::size_t most_names = 100'000;
constexpr std::size_t most_parts = 2'000'000;
constexpr std::size_t most_slope_parts = 10'000'000;  // parts of a rate times names in it, in all
constexpr int deepest_assignments = 500;
constexpr int most_comparisons = 1000;  // of a trigger

bool is_comparison(Operation operation) {
    return operation == Operation::less || operation == Operation::less_equal ||
           operation == Operation::equal || operation == Operation::not_equal;
}

}  // namespace

void SbmlAssembly::run() {
    index_rules();
    add_entities();
    for (const SbmlEntity& entity : out_.entities_) {
        resolve(entity.name);
    }
    for (SbmlEntity& entity : out_.entities_) {
        entity.value = out_.values_.at(entity.name);
    }
    read_triggers();
    add_base();
    add_rates();
    finish_triggers();
}

SbmlAssembly::Index SbmlAssembly::index(const std::vector<SbmlAssignment>& assignments,
                                        const char* kind) {
    Index result;
    for (const SbmlAssignment& one : assignments) {
        if (!result.emplace(one.variable, &one.formula).second) {
            refuse(fmt::format("'{}' has two {}s", one.variable, kind), "one at most");
        }
    }
    return result;
}

void SbmlAssembly::index_rules() {
    assigned_ = index(in_.assignment_rules, "assignment rule");
    rates_ = index(in_.rate_rules, "rate rule");
    initial_ = index(in_.initial_assignments, "initial assignment");
    for (const auto& [name, formula] : rates_) {
        if (assigned_.count(name) > 0) {
            refuse(fmt::format("'{}' has an assignment and a rate rule", name), "one of them");
        }
    }
    for (const SbmlReaction& reaction : in_.reactions) {
        for (const SbmlTerm& term : reaction.terms) {
            reacting_.insert(term.species);
        }
    }
    for (const SbmlSpecies& species : in_.species) {
        if (species.boundary || species.constant) reacting_.erase(species.id);
    }
}

void SbmlAssembly::add_entity(const std::string& name, SbmlKind kind,
                              std::optional<double> number) {
    if (name.empty()) refuse("an element has no identifier", "an identifier");
    if (name == time_name) refuse("the identifier 'time' is taken", "another identifier");
    if (!out_.entity_index_.emplace(name, out_.entities_.size()).second) {
        refuse(fmt::format("the identifier '{}' is used twice", name), "different names");
    }
    SbmlEntity entity{name, kind, SbmlRole::coefficient, -1, {}, {}, number};
    if (kind == SbmlKind::reaction || assigned_.count(name) > 0) {
        entity.role = SbmlRole::assigned;
    } else if (rates_.count(name) > 0 || reacting_.count(name) > 0) {
        entity.role = SbmlRole::state;
    }
    if (rates_.count(name) > 0 && reacting_.count(name) > 0) {
        refuse(fmt::format("species '{}' has a rate rule and takes part in reactions", name),
               "a boundary species");
    }
    if (out_.entities_.size() >= most_names) {
        refuse(fmt::format("the document defines more than {} names", most_names),
               "a smaller model");
    }
    out_.entities_.push_back(std::move(entity));
}

void SbmlAssembly::add_entities() {
    for (const SbmlCompartment& c : in_.compartments) {
        add_entity(c.id, SbmlKind::compartment, c.size);
    }
    for (const SbmlParameter& p : in_.parameters) {
        add_entity(p.id, SbmlKind::parameter, p.value);
    }
    for (const SbmlSpecies& s : in_.species) {
        add_entity(s.id, SbmlKind::species, s.concentration ? s.concentration : s.amount);
        species_.emplace(s.id, &s);
        const SbmlEntity* const place = out_.find(s.compartment);
        if (place == nullptr || place->kind != SbmlKind::compartment) {
            refuse(
                fmt::format("species '{}' is in the unknown compartment '{}'", s.id, s.compartment),
                "a compartment of the document");
        }
    }
    for (const SbmlReaction& r : in_.reactions) {
        add_entity(r.id, SbmlKind::reaction, std::nullopt);
        assigned_.emplace(r.id, &r.rate);
    }
    for (const Index* rules : {&assigned_, &rates_, &initial_}) {
        for (const auto& [name, formula] : *rules) {
            expect_known(name, "a rule");
        }
    }
}

const SbmlEntity& SbmlAssembly::expect_known(std::string_view name, const std::string& user) const {
    const SbmlEntity* const entity = out_.find(name);
    if (entity != nullptr) return *entity;
    std::vector<std::string_view> known;
    for (const SbmlEntity& one : out_.entities_) {
        known.push_back(one.name);
    }
    refuse(fmt::format("{} names '{}', which the document does not define", user, name),
           "a compartment, species, parameter or reaction", did_you_mean(name, known));
}

bool SbmlAssembly::by_concentration(std::string_view name) const {
    const auto found = species_.find(name);
    return found != species_.end() && !found->second->only_substance;
}

const Expression& SbmlAssembly::resolve(const std::string& name) {
    if (const auto known = out_.values_.find(name); known != out_.values_.end()) {
        return known->second;
    }
    const SbmlEntity& entity = expect_known(name, "a formula");
    Expression value;
    if (entity.role == SbmlRole::assigned) {
        if (!open_.insert(name).second) {
            refuse(fmt::format("the assignment of '{}' depends on itself", name),
                   "assignments without loops");
        }
        expect_shallow(name);
        value = resolve(*assigned_.at(name));
        open_.erase(name);
    } else if (by_concentration(name)) {
        value = Expression::variable(name) / resolve(species_.at(name)->compartment);
    } else {
        value = Expression::variable(name);
    }
    return out_.values_.emplace(name, std::move(value)).first->second;
}

Expression SbmlAssembly::resolve(const Expression& formula) {
    Replacements replacements;
    std::size_t parts = formula.nodes().size();
    for (const std::string& name : formula.names()) {
        if (name == time_name) continue;
        const Expression& value = resolve(name);
        parts += value.nodes().size();
        replacements.emplace(name, value);
    }
    parts_ += parts;
    if (parts_ > most_parts) {
        refuse("the formulas, with assignments written out, are too long",
               fmt::format("at most {} numbers, names and operations in all", most_parts),
               "chains of assignment rules grow with the square of their length");
    }
    return formula.substitute(replacements);
}

void SbmlAssembly::expect_shallow(const std::string& name) const {
    if (open_.size() <= deepest_assignments) return;
    refuse(
        fmt::format("the assignment of '{}' stands at the end of a chain that is too long", name),
        fmt::format("at most {} assignments that need each other", deepest_assignments));
}

void SbmlAssembly::read_triggers() {
    for (const SbmlEvent& event : in_.events) {
        out_.triggers_.push_back(
            {event.id, out_.switches_.replace(resolve(event.trigger)), event.initial_value, {}});
    }
}

void SbmlAssembly::add_base() {
    for (const auto& [name, formula] : rates_) {
        formulas_.emplace_back(name, out_.switches_.replace(rate_of(name, resolve(*formula))));
    }
    for (const SbmlReaction& reaction : in_.reactions) {
        formulas_.emplace_back(reaction.id, out_.switches_.replace(out_.values_.at(reaction.id)));
    }
    add_initial_steps();
    const std::vector<double> start = initial_numbers();
    find_least(start);
    std::vector<std::string> fixed;
    for (std::size_t i = 0; i < start.size(); ++i) {
        SbmlEntity& entity = out_.entities_[i];
        if (entity.role == SbmlRole::state) {
            entity.index = add_state(entity.name, start[i]).index;
        } else if (entity.role == SbmlRole::coefficient) {
            entity.index = out_.model_.add_coefficient(entity.name, start[i]).index;
            fixed.push_back(entity.name);
        }
    }
    out_.switches_.compile(fixed);
    for (const std::string& name : out_.switches_.names()) {
        out_.model_.add_coefficient(name, 0.0);
    }
    for (const Species& species : out_.model_.all_species()) {
        out_.base_names_.push_back(species.name);
    }
    for (const Coefficient& coefficient : out_.model_.coefficients()) {
        out_.base_names_.push_back(coefficient.name);
    }
    out_.base_names_.emplace_back(time_name);
}

void SbmlAssembly::find_least(const std::vector<double>& start) {
    for (std::size_t i = 0; i < start.size(); ++i) {
        const double size = std::abs(start[i]);
        if (out_.entities_[i].role == SbmlRole::state && size > 0.0 && std::isfinite(size) &&
            !(least_ > 0.0 && least_ <= size)) {
            least_ = size;
        }
    }
}

// What starts at 0 is as large as the smallest state that does not.
SpeciesId SbmlAssembly::add_state(const std::string& name, double first) {
    double scale = std::isfinite(first) ? std::abs(first) : 0.0;
    if (scale == 0.0) scale = least_ > 0.0 ? least_ : 1.0;
    return out_.model_.add_species({name, "", scale, false}, std::isfinite(first) ? first : 0.0);
}

Expression SbmlAssembly::rate_of(const std::string& name, const Expression& rate) {
    if (!by_concentration(name)) return rate;
    const std::string& place = species_.at(name)->compartment;
    const SbmlEntity& compartment = *out_.find(place);
    const Expression amount_rate = rate * resolve(place);
    if (compartment.role == SbmlRole::coefficient) return amount_rate;
    if (compartment.role == SbmlRole::assigned) {
        refuse(fmt::format("species '{}' has a rate rule for its concentration in compartment "
                           "'{}', whose size has an assignment rule",
                           name, place),
               "a compartment that is constant or has a rate rule");
    }
    return amount_rate + resolve(name) * resolve(*rates_.at(place));
}

void SbmlAssembly::add_rates() {
    std::size_t slope_parts = 0;
    for (std::size_t i = 0; i < formulas_.size(); ++i) {
        const auto& [name, formula] = formulas_[i];
        slope_parts += formula.nodes().size() * formula.variables().size();
        if (slope_parts > most_slope_parts) {
            refuse(fmt::format("the rates up to that of '{}' are too long to differentiate", name),
                   fmt::format("parts times names below {} in all", most_slope_parts));
        }
        Reaction reaction;
        reaction.law.expression = formula;
        if (i < rates_.size()) {
            reaction.name = "rate of " + name;
            reaction.stoichiometry = {{{out_.find(name)->index}, 1.0}};
        } else {
            reaction.name = name;
            add_terms(in_.reactions[i - rates_.size()], reaction);
        }
        if (!reaction.stoichiometry.empty()) out_.model_.add_reaction(std::move(reaction));
    }
    out_.compiled_.emplace(out_.model_);
}

void SbmlAssembly::add_terms(const SbmlReaction& source, Reaction& reaction) const {
    for (const SbmlTerm& term : source.terms) {
        const SbmlEntity& species = expect_known(term.species, "reaction " + source.id);
        if (species.role != SbmlRole::state || rates_.count(term.species) > 0) continue;
        const auto same =
            std::find_if(reaction.stoichiometry.begin(), reaction.stoichiometry.end(),
                         [&](const Term& t) { return t.species.index == species.index; });
        if (same == reaction.stoichiometry.end()) {
            reaction.stoichiometry.push_back({{species.index}, term.weight});
        } else {
            same->weight += term.weight;
        }
    }
    std::erase_if(reaction.stoichiometry, [](const Term& t) { return t.weight == 0.0; });
}

void SbmlAssembly::finish_triggers() {
    for (std::size_t i = 0; i < in_.events.size(); ++i) {
        for (const SbmlAssignment& one : in_.events[i].assignments) {
            const SbmlEntity& target =
                expect_known(one.variable, fmt::format("event '{}'", in_.events[i].id));
            if (target.role == SbmlRole::assigned) {
                refuse(fmt::format("event '{}' changes '{}', which has an assignment rule",
                                   in_.events[i].id, one.variable),
                       "a quantity without assignment rule");
            }
            Expression value = resolve(one.formula);
            if (by_concentration(target.name)) {
                value = value * resolve(species_.at(target.name)->compartment);
            }
            out_.triggers_[i].changes.push_back(
                {target.role == SbmlRole::state, target.index, std::move(value)});
        }
        add_crossings(out_.triggers_[i].condition);
    }
}

Expression SbmlAssembly::decided(Operation operation, const Expression& distance) {
    const bool holds_at_zero = operation == Operation::less_equal || operation == Operation::equal;
    const Expression zero = Expression::constant(0.0);
    const Expression sign = Expression::constant(holds_at_zero ? -1e-30 : 1e-30);
    const Expression tie = Expression::apply(Operation::equal, {distance, zero});
    return Expression::apply(Operation::select, {tie, sign, distance});
}

void SbmlAssembly::add_crossings(const Expression& condition) {
    ExpressionGraph graph;
    graph.insert(condition);
    const std::vector<ExpressionNode> nodes = graph.nodes();
    int comparisons = 0;
    for (const ExpressionNode& node : nodes) {
        if (!is_comparison(node.operation)) continue;
        if (++comparisons > most_comparisons) {
            refuse("the trigger of an event has too many comparisons",
                   fmt::format("at most {}", most_comparisons));
        }
        const Expression distance =
            graph.extract(graph.make(Operation::subtract, node.operands[0], node.operands[1]));
        const auto names = distance.names();
        const bool moves = std::any_of(names.begin(), names.end(), [&](const auto& name) {
            const SbmlEntity* const entity = out_.find(name);
            return name == time_name || (entity != nullptr && entity->role == SbmlRole::state);
        });
        if (moves) out_.crossings_.push_back(decided(node.operation, distance));
    }
}
SbmlModel::SbmlModel(SbmlDescription description)
    : description_(std::move(description)), switches_([](std::string_view) { return false; }) {
    std::set<std::string, std::less<>> moving;
    for (const SbmlAssignment& rule : description_.rate_rules) {
        moving.insert(rule.variable);
    }
    const auto ruled = moving;
    for (const SbmlReaction& reaction : description_.reactions) {
        for (const SbmlTerm& term : reaction.terms) {
            moving.insert(term.species);
        }
    }
    for (const SbmlSpecies& species : description_.species) {
        if ((species.boundary || species.constant) && ruled.count(species.id) == 0) {
            moving.erase(species.id);
        }
    }
    switches_ =
        TimeSwitches([moving](std::string_view name) { return moving.find(name) == moving.end(); });
    SbmlAssembly(*this).run();
}

}  // namespace caravel::kinetics
