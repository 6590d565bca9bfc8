#include "caravel/kinetics/model.hpp"

#include "caravel/base/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace caravel::kinetics {

namespace {

[[noreturn]] void refuse(const std::string& message) { throw std::invalid_argument(message); }

void expect_index(int index, std::size_t count, std::string_view kind, std::string_view user) {
    if (index < 0 || static_cast<std::size_t>(index) >= count) {
        refuse(fmt::format("{}: unknown {} (index {})", user, kind, index));
    }
}

}  // namespace

void KineticModel::expect_known(SpeciesId id, std::string_view user) const {
    expect_index(id.index, species_.size(), "species", user);
}

SpeciesId KineticModel::add_species(Species species, double initial) {
    if (!(species.scale > 0.0)) {
        refuse(fmt::format("species '{}': scale must be positive", species.name));
    }
    const int index = static_cast<int>(species_.size());
    if (!species_index_.emplace(species.name, index).second) {
        refuse(fmt::format("species '{}' is already in the model", species.name));
    }
    species_.push_back(std::move(species));
    initial_.push_back(initial);
    return {index};
}

CoefficientId KineticModel::add_coefficient(std::string name, double value) {
    if (!coefficient_names_.insert(name).second) {
        refuse(fmt::format("coefficient '{}' is already in the model", name));
    }
    coefficients_.push_back({std::move(name), value});
    return {static_cast<int>(coefficients_.size()) - 1};
}

SumId KineticModel::add_sum(Sum sum) {
    for (const Term& term : sum.terms) {
        expect_known(term.species, fmt::format("sum '{}'", sum.name));
    }
    if (!sum_names_.insert(sum.name).second) {
        refuse(fmt::format("sum '{}' is already in the model", sum.name));
    }
    sums_.push_back(std::move(sum));
    return {static_cast<int>(sums_.size()) - 1};
}

void KineticModel::add_reaction(Reaction reaction) {
    const std::string user = fmt::format("reaction '{}'", reaction.name);
    for (const Term& term : reaction.stoichiometry) {
        expect_known(term.species, user);
    }
    if (reaction.law.expression.empty()) {
        expect_known_parts(reaction.law, user);
    } else {
        expect_known_names(reaction.law, user);
    }
    if (!reaction_names_.insert(reaction.name).second) {
        refuse(user + " is already in the model");
    }
    reactions_.push_back(std::move(reaction));
}

void KineticModel::expect_known_parts(const RateLaw& law, std::string_view name) const {
    const std::string user(name);
    expect_index(law.coefficient.index, coefficients_.size(), "coefficient", user);
    for (const SpeciesId id : {law.substrate, law.second}) {
        if (id.index != -1) {
            expect_known(id, user);
        }
    }
    for (const Factor& factor : law.factors) {
        expect_index(factor.argument.index, sums_.size(), "sum", user);
        if (factor.divisor.index != -1) {
            expect_index(factor.divisor.index, sums_.size(), "sum", user);
        }
        if (!(factor.a > 0.0)) {
            refuse(user + ": a factor needs a > 0");
        }
    }
}

void KineticModel::expect_known_names(const RateLaw& law, std::string_view user) const {
    if (law.coefficient.index != -1 || law.substrate.index != -1 || law.second.index != -1 ||
        !law.factors.empty()) {
        refuse(
            fmt::format("{}: an expression is the whole rate; a coefficient, substrate or "
                        "factor belongs into its formula",
                        user));
    }
    for (const std::string& name : law.expression.names()) {
        const int meanings = (species_index_.count(name) > 0 ? 1 : 0) +
                             (coefficient_names_.count(name) > 0 ? 1 : 0) +
                             (sum_names_.count(name) > 0 ? 1 : 0) + (name == time_name ? 1 : 0);
        if (meanings > 1) {
            refuse(fmt::format("{}: '{}' names several quantities of the model", user, name));
        }
        if (meanings == 0 && name != "pi" && name != "e") {
            std::vector<std::string_view> known{time_name};
            known.insert(known.end(), coefficient_names_.begin(), coefficient_names_.end());
            known.insert(known.end(), sum_names_.begin(), sum_names_.end());
            for (const Species& species : species_) {
                known.push_back(species.name);
            }
            refuse(fmt::format("{}: the formula names '{}', which the model does not have {}", user,
                               name, did_you_mean(name, known)));
        }
    }
}

void KineticModel::add_formula(std::string name, std::vector<Term> stoichiometry,
                               std::string_view formula) {
    RateLaw law;
    law.expression = Expression::parse(formula);
    add_reaction({std::move(name), std::move(stoichiometry), std::move(law)});
}

bool KineticModel::has_expressions() const {
    return std::any_of(reactions_.begin(), reactions_.end(),
                       [](const Reaction& r) { return !r.law.expression.empty(); });
}

void KineticModel::add_transfer(std::string name, SpeciesId from, SpeciesId to, CoefficientId rate,
                                std::vector<Factor> factors) {
    add_reaction({std::move(name),
                  {{from, -1.0}, {to, 1.0}},
                  {rate, from, SpeciesId{}, std::move(factors)}});
}

SpeciesId KineticModel::species(std::string_view name) const {
    const auto found = species_index_.find(name);
    if (found == species_index_.end()) {
        refuse(fmt::format("the model has no species '{}'", name));
    }
    return {found->second};
}

bool KineticModel::has_species(std::string_view name) const {
    return species_index_.find(name) != species_index_.end();
}

void KineticModel::check_conservation() const {
    for (const Reaction& reaction : reactions_) {
        if (reaction.law.substrate.index < 0) {
            continue;
        }
        std::map<std::string, std::pair<double, double>> balances;  // sum and sum of magnitudes
        for (const Term& term : reaction.stoichiometry) {
            const Species& species = species_[static_cast<std::size_t>(term.species.index)];
            auto& [balance, magnitude] = balances[species.substance];
            balance += term.weight;
            magnitude += std::abs(term.weight);
        }
        for (const auto& [substance, sums] : balances) {
            if (!substance.empty() && std::abs(sums.first) > 1e-12 * sums.second) {
                refuse(fmt::format("reaction '{}' does not conserve '{}': its weights add to {}",
                                   reaction.name, substance, sums.first));
            }
        }
    }
}

}  // namespace caravel::kinetics
