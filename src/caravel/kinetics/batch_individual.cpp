#include "caravel/kinetics/batch_individual.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace caravel::kinetics {

namespace {

void expect_count(const std::vector<double>& values, const std::vector<double>& expected,
                  const char* kind) {
    if (values.size() != expected.size()) {
        throw std::invalid_argument(fmt::format("an individual has {} values of {}, the model {}",
                                                values.size(), kind, expected.size()));
    }
}

void expect_same_form(const Individual& individual, const Individual& expected) {
    expect_count(individual.initial, expected.initial, "initial");
    expect_count(individual.scale, expected.scale, "scale");
    expect_count(individual.coefficients, expected.coefficients, "coefficients");
    expect_count(individual.factor_a, expected.factor_a, "factor_a");
    expect_count(individual.factor_b, expected.factor_b, "factor_b");
    expect_count(individual.sum_weights, expected.sum_weights, "sum_weights");
    expect_count(individual.sum_constants, expected.sum_constants, "sum_constants");
}

void add_sums(const KineticModel& from, const Individual& individual, KineticModel& model) {
    std::size_t weight = 0;
    for (std::size_t s = 0; s < from.sums().size(); ++s) {
        Sum sum = from.sums()[s];
        sum.constant = individual.sum_constants[s];
        for (Term& term : sum.terms) {
            term.weight = individual.sum_weights[weight++];
        }
        model.add_sum(std::move(sum));
    }
}

}  // namespace

Individual individual_of(const KineticModel& model) {
    Individual individual;
    individual.initial = model.initial();
    for (const Species& species : model.all_species()) {
        individual.scale.push_back(species.scale);
    }
    for (const Coefficient& coefficient : model.coefficients()) {
        individual.coefficients.push_back(coefficient.value);
    }
    for (const Reaction& reaction : model.reactions()) {
        for (const Factor& factor : reaction.law.factors) {
            individual.factor_a.push_back(factor.a);
            individual.factor_b.push_back(factor.b);
        }
    }
    for (const Sum& sum : model.sums()) {
        individual.sum_constants.push_back(sum.constant);
        for (const Term& term : sum.terms) {
            individual.sum_weights.push_back(term.weight);
        }
    }
    return individual;
}

KineticModel model_of(const KineticModel& model, const Individual& individual) {
    expect_same_form(individual, individual_of(model));
    KineticModel result;
    for (std::size_t i = 0; i < individual.initial.size(); ++i) {
        Species species = model.all_species()[i];
        species.scale = individual.scale[i];
        result.add_species(std::move(species), individual.initial[i]);
    }
    for (std::size_t i = 0; i < individual.coefficients.size(); ++i) {
        result.add_coefficient(model.coefficients()[i].name, individual.coefficients[i]);
    }
    add_sums(model, individual, result);
    std::size_t place = 0;
    for (Reaction reaction : model.reactions()) {
        for (Factor& factor : reaction.law.factors) {
            factor.a = individual.factor_a[place];
            factor.b = individual.factor_b[place++];
        }
        result.add_reaction(std::move(reaction));
    }
    return result;
}

std::size_t factor_place(const KineticModel& model, std::string_view reaction, std::size_t factor) {
    std::size_t place = 0;
    for (const Reaction& candidate : model.reactions()) {
        if (candidate.name == reaction && factor < candidate.law.factors.size()) {
            return place + factor;
        }
        place += candidate.law.factors.size();
    }
    throw std::invalid_argument(
        fmt::format("the model has no factor {} of a reaction '{}'", factor, reaction));
}

std::size_t weight_place(const KineticModel& model, SumId sum, std::size_t term) {
    std::size_t place = 0;
    for (std::size_t s = 0; s < model.sums().size(); ++s) {
        const std::size_t terms = model.sums()[s].terms.size();
        if (static_cast<int>(s) == sum.index && term < terms) {
            return place + term;
        }
        place += terms;
    }
    throw std::invalid_argument(
        fmt::format("the model has no term {} of a sum with index {}", term, sum.index));
}

}  // namespace caravel::kinetics
