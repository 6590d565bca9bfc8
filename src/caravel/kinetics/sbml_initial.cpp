// Initial values of an SBML model, in an order in which each finds what it needs.
#include "caravel/base/error.hpp"
#include "caravel/kinetics/sbml_assembly.hpp"

#include <fmt/format.h>

#include <cmath>

namespace caravel::kinetics {

namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& expected) {
    throw InputError(Diagnostic{{}, what, expected, ""});
}

}  // namespace

Expression SbmlAssembly::initial_of(const SbmlEntity& entity) const {
    if (entity.role == SbmlRole::assigned) return *assigned_.at(entity.name);
    if (const auto found = initial_.find(entity.name); found != initial_.end()) {
        return *found->second;
    }
    if (const auto found = species_.find(entity.name); found != species_.end()) {
        const SbmlSpecies& species = *found->second;
        const Expression size = Expression::variable(species.compartment);
        if (by_concentration(species.id) && species.amount && !species.concentration) {
            return Expression::constant(*species.amount) / size;
        }
        if (species.only_substance && species.concentration) {
            return Expression::constant(*species.concentration) * size;
        }
    }
    return Expression::variable(entity.name);
}

void SbmlAssembly::add_initial_steps() {
    for (SbmlEntity& entity : out_.entities_) {
        entity.initial = initial_of(entity);
    }
    for (const SbmlEntity& entity : out_.entities_) {
        add_initial_step(entity.name);
    }
    for (const SbmlSpecies& species : in_.species) {
        if (by_concentration(species.id) && out_.find(species.id)->role != SbmlRole::assigned) {
            out_.amounts_.emplace_back(out_.entity_index_.at(species.id),
                                       out_.entity_index_.at(species.compartment));
        }
    }
}

// Of the values of all names, though only a few are looked up.
Tape SbmlAssembly::initial_tape(const SbmlEntity& entity,
                                const std::vector<std::string>& needed) const {
    Tape tape = compile_tape(entity.initial, needed);
    for (TapeStep& step : tape.steps) {
        if (step.operation != Operation::variable) continue;
        const std::string& name = needed[static_cast<std::size_t>(step.operands[0])];
        step.operands[0] = static_cast<int>(name == time_name ? out_.entities_.size()
                                                              : out_.entity_index_.at(name));
    }
    return tape;
}

void SbmlAssembly::add_initial_step(const std::string& name) {
    if (placed_.count(name) > 0 || name == time_name) return;
    const SbmlEntity& entity = expect_known(name, "an initial assignment");
    const auto needed = entity.initial.names();
    if (needed != std::vector<std::string>{name}) {
        if (!open_.insert(name).second) {
            refuse(fmt::format("the initial value of '{}' depends on itself", name),
                   "initial assignments without loops");
        }
        expect_shallow(name);
        for (const std::string& other : needed) {
            add_initial_step(other);
        }
        open_.erase(name);
        out_.initial_steps_.push_back({out_.entity_index_.at(name), initial_tape(entity, needed)});
    }
    placed_.insert(name);
}

std::vector<double> SbmlAssembly::initial_numbers() const {
    std::vector<double> values(out_.entities_.size() + 1, 0.0);
    for (std::size_t i = 0; i < out_.entities_.size(); ++i) {
        values[i] = out_.entities_[i].number.value_or(std::nan(""));
    }
    for (const SbmlModel::InitialStep& step : out_.initial_steps_) {
        values[step.entity] = step.tape.evaluate<double>(values);
    }
    for (const auto& [species, compartment] : out_.amounts_) {
        values[species] *= values[compartment];
    }
    values.pop_back();
    return values;
}

}  // namespace caravel::kinetics
