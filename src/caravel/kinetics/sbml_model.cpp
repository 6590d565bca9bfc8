#include "caravel/kinetics/sbml_model.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace caravel::kinetics {

namespace {

[[noreturn]] void refuse_name(const std::vector<SbmlEntity>& entities, std::string_view name) {
    std::vector<std::string_view> known;
    for (const SbmlEntity& entity : entities) {
        known.push_back(entity.name);
    }
    throw InputError(Diagnostic{{},
                                fmt::format("the SBML model has no '{}'", name),
                                "a parameter, species or compartment of the document",
                                did_you_mean(name, known)});
}

}  // namespace

SbmlModel SbmlModel::read(const std::filesystem::path& file) { return SbmlModel(read_sbml(file)); }

const SbmlEntity* SbmlModel::find(std::string_view name) const {
    const auto found = entity_index_.find(name);
    return found == entity_index_.end() ? nullptr : &entities_[found->second];
}

Expression SbmlModel::resolve(const Expression& formula) const {
    return formula.substitute(values_);
}

Expression SbmlModel::initial_expression(std::string_view name,
                                         const std::set<std::string, std::less<>>& given) const {
    Replacements known;
    return initial_expression(name, given, known);
}

Expression SbmlModel::initial_expression(std::string_view name,
                                         const std::set<std::string, std::less<>>& given,
                                         Replacements& known) const {
    const SbmlEntity* const entity = find(name);
    if (entity == nullptr) refuse_name(entities_, name);
    if (given.count(entity->name) > 0) return Expression::variable(name);
    if (const auto found = known.find(name); found != known.end()) return found->second;
    Replacements replacements;
    for (const std::string& other : entity->initial.names()) {
        if (other != name && other != time_name) {
            replacements.emplace(other, initial_expression(other, given, known));
        }
    }
    return known.emplace(name, entity->initial.substitute(replacements)).first->second;
}

std::vector<double> SbmlModel::initial_values(const SbmlValues& given, double start) const {
    std::vector<double> values(entities_.size() + 1, start);
    for (std::size_t i = 0; i < entities_.size(); ++i) {
        values[i] = entities_[i].number.value_or(std::nan(""));
    }
    std::vector<bool> known(entities_.size(), false);
    for (const auto& [name, value] : given) {
        const auto found = entity_index_.find(name);
        if (found == entity_index_.end()) refuse_name(entities_, name);
        if (entities_[found->second].role == SbmlRole::assigned) {
            throw InputError(Diagnostic{{},
                                        fmt::format("'{}' follows from a rule of the model", name),
                                        "a quantity without rule",
                                        ""});
        }
        if (!std::isfinite(value)) {
            throw InputError(Diagnostic{
                {}, fmt::format("the value of '{}' is {}", name, value), "a number", ""});
        }
        values[found->second] = value;
        known[found->second] = true;
    }
    for (const InitialStep& step : initial_steps_) {
        if (!known[step.entity]) values[step.entity] = step.tape.evaluate<double>(values);
    }
    std::vector<double> concentrations = values;
    for (const auto& [species, compartment] : amounts_) {
        values[species] = concentrations[species] * concentrations[compartment];
    }
    std::vector<double> result(base_names_.size(), 0.0);
    for (std::size_t i = 0; i < entities_.size(); ++i) {
        const SbmlEntity& entity = entities_[i];
        if (entity.role == SbmlRole::assigned) continue;
        if (!std::isfinite(values[i])) {
            throw InputError(
                Diagnostic{{},
                           fmt::format("'{}' has no finite initial value", entity.name),
                           "a value in the document or given for this run",
                           ""});
        }
        const std::size_t offset = entity.role == SbmlRole::state ? 0 : state_count();
        result[offset + static_cast<std::size_t>(entity.index)] = values[i];
    }
    result.back() = start;
    const std::span<double> all(result);
    switches_.values(start, all.subspan(state_count(), fixed_count()), Side::after,
                     all.subspan(state_count() + fixed_count(), switches_.names().size()));
    return result;
}

}  // namespace caravel::kinetics
