#include "caravel/kinetics/bound_model.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

namespace caravel::kinetics {

namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

std::vector<int> elimination_places(const CompiledModel& model) {
    const std::vector<int> order =
        elimination_order(model.size(), model.column_starts(), model.row_indices());
    std::vector<int> place(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        place[at(order[i])] = static_cast<int>(i);
    }
    return place;
}

}  // namespace

BoundModel::BoundModel(const CompiledModel& model) : place_(elimination_places(model)) {
    program_ = compile(model.model(), place_);
    lu_ = SparseLu(program_.size, program_.column_starts, program_.row_indices);
    for (const int position : program_.positions) {
        lu_positions_.push_back(lu_.positions()[at(position)]);
    }
    for (const int position : program_.expressions.positions) {
        expression_positions_.push_back(lu_.positions()[at(position)]);
    }
    expressions_ = ExpressionEvaluator(program_.expressions, program_.size);
    sort_linear();
    for (const LinearEntry& entry : program_.linear) {
        linear_positions_.push_back(lu_.positions()[at(entry.position)]);
    }
    collect_uptakes();
    linear_values_.resize(lu_.values().size());
    sums_.resize(program_.sum_constants.size());
    reaction_rates_.resize(program_.reactions.size());
    gradients_.resize(program_.gradient_columns.size());
    moved_.resize(at(program_.size));
    coefficients_.assign(at(program_.coefficient_count), 0.0);
}

void BoundModel::sort_linear() {
    std::stable_sort(
        program_.linear.begin(), program_.linear.end(),
        [](const LinearEntry& a, const LinearEntry& b) { return a.coefficient < b.coefficient; });
    linear_ends_.assign(at(program_.coefficient_count), 0);
    for (const LinearEntry& entry : program_.linear) {
        ++linear_ends_[at(entry.coefficient)];
    }
    std::partial_sum(linear_ends_.begin(), linear_ends_.end(), linear_ends_.begin());
}

bool BoundModel::is_one_species(int sum) const {
    const FlatTerm& first = program_.sum_terms[at(program_.sum_starts[at(sum)])];
    return program_.sum_starts[at(sum) + 1] - program_.sum_starts[at(sum)] == 1 &&
           first.weight == 1.0 && program_.sum_constants[at(sum)] == 0.0;
}

// First-order transfers that saturate with one species need neither sums nor a choice of shape.
bool BoundModel::is_uptake(const FlatReaction& reaction) const {
    if (reaction.second >= 0 || reaction.term_end - reaction.term_begin != 2 ||
        reaction.factor_end - reaction.factor_begin != 1) {
        return false;
    }
    const FlatTerm* const terms = program_.terms.data() + reaction.term_begin;
    const FlatFactor& factor = program_.factors[at(reaction.factor_begin)];
    return terms[0].weight == -1.0 && terms[1].weight == 1.0 &&
           terms[0].species == reaction.substrate && factor.divisor < 0 &&
           factor.shape == Shape::capacity && is_one_species(factor.sum);
}

void BoundModel::collect_uptakes() {
    std::vector<FlatReaction> general;
    for (const FlatReaction& reaction : program_.reactions) {
        if (!is_uptake(reaction)) {
            general.push_back(reaction);
            continue;
        }
        const FlatTerm* const terms = program_.terms.data() + reaction.term_begin;
        const FlatFactor& factor = program_.factors[at(reaction.factor_begin)];
        const auto first = lu_positions_.begin() + reaction.position_begin;
        Uptake uptake;
        uptake.from = terms[0].species;
        uptake.to = terms[1].species;
        uptake.load = program_.sum_terms[at(program_.sum_starts[at(factor.sum)])].species;
        uptake.coefficient = reaction.coefficient;
        uptake.factor = reaction.factor_begin;
        uptake.capacity = factor.a;
        uptake.inverse_capacity = 1.0 / factor.a;
        uptake.positions = {first[0], first[1], first[2], first[3]};
        uptakes_.push_back(uptake);
    }
    program_.reactions = std::move(general);
}

void BoundModel::bind(std::span<const double> coefficients) {
    if (std::equal(coefficients.begin(), coefficients.end(), coefficients_.begin())) {
        return;
    }
    std::copy(coefficients.begin(), coefficients.end(), coefficients_.begin());
    expressions_.bind(coefficients);
    std::fill(linear_values_.begin(), linear_values_.end(), 0.0);
    for (std::size_t i = 0; i < program_.linear.size(); ++i) {
        const LinearEntry& entry = program_.linear[i];
        linear_values_[at(linear_positions_[i])] -=
            entry.weight * coefficients[at(entry.coefficient)];
    }
    factored_diagonal_ = 0.0;
}

void BoundModel::evaluate(const double* y, double* rates) {
    lu_.multiply_negative(linear_values_, y, rates);
    add_uptakes(coefficients_, y, rates);
    add_reactions(coefficients_, y, rates);
    expressions_.add_rates(program_.expressions, y, rates);
}

void BoundModel::add_uptakes(std::span<const double> coefficients, const double* y,
                             double* rates) const {
    for (const Uptake& uptake : uptakes_) {
        const double k = coefficients[at(uptake.coefficient)];
        if (k == 0.0) {
            continue;
        }
        const double room = std::max(0.0, 1.0 - y[uptake.load] * uptake.inverse_capacity);
        const double rate = k * y[uptake.from] * room;
        rates[uptake.from] -= rate;
        rates[uptake.to] += rate;
    }
}

void BoundModel::add_reactions(std::span<const double> coefficients, const double* y,
                               double* rates) {
    if (!program_.reactions.empty()) {
        evaluate_sums(program_, y, sums_.data());
        add_nonlinear_rates(program_, y, coefficients.data(), sums_.data(), rates);
    }
}

void BoundModel::add_change(std::span<const double> change, const double* y, double* rates) {
    const LinearEntry* entry = program_.linear.data();
    for (std::size_t c = 0; c < change.size(); ++c) {
        const LinearEntry* const end = program_.linear.data() + linear_ends_[c];
        if (change[c] == 0.0) {
            entry = end;
            continue;
        }
        for (; entry != end; ++entry) {
            rates[entry->row] += entry->weight * (change[c] * y[entry->column]);
        }
    }
    add_uptakes(change, y, rates);
    add_reactions(change, y, rates);
}

bool BoundModel::factor(const double* y, double diagonal) {
    if (!nonlinear() && diagonal == factored_diagonal_) {
        return regular_;
    }
    double* const values = lu_.values().data();
    std::copy(linear_values_.begin(), linear_values_.end(), values);
    for (std::size_t i = 0; i < at(program_.size); ++i) {
        values[i] += diagonal;
    }
    linearise_uptakes(y, values);
    if (!program_.reactions.empty()) {
        evaluate_sums(program_, y, sums_.data());
        linearise(program_, y, coefficients_.data(), sums_.data(), reaction_rates_.data(),
                  gradients_.data());
        add_nonlinear_jacobian(program_, gradients_.data(), lu_positions_, -1.0, values);
    }
    expressions_.linearise(program_.expressions, y, expression_positions_, -1.0, values);
    factored_diagonal_ = diagonal;
    regular_ = lu_.factor();
    return regular_;
}

void BoundModel::linearise_uptakes(const double* y, double* values) {
    for (Uptake& uptake : uptakes_) {
        const double room = 1.0 - y[uptake.load] * uptake.inverse_capacity;
        const double k = coefficients_[at(uptake.coefficient)];
        uptake.headroom = uptake.capacity - y[uptake.load];
        uptake.curvature = -k * uptake.inverse_capacity;
        uptake.by_source = room > 0.0 ? k * room : 0.0;
        uptake.by_load = room > 0.0 ? uptake.curvature * y[uptake.from] : 0.0;
        uptake.rate = uptake.by_source * y[uptake.from];
        values[uptake.positions[0]] += uptake.by_source;
        values[uptake.positions[1]] -= uptake.by_source;
        values[uptake.positions[2]] += uptake.by_load;
        values[uptake.positions[3]] -= uptake.by_load;
    }
}

void BoundModel::add_remainder(const double* y, const double* shift, double* rates,
                               const StagePoint* stage) {
    for (const Uptake& uptake : uptakes_) {
        const double from = shift[uptake.from];
        const double load = shift[uptake.load];
        double remainder = uptake.curvature * from * load;
        if (!(load < uptake.headroom && uptake.headroom > 0.0)) {  // at or above the capacity
            const double room = 1.0 - (y[uptake.load] + load) * uptake.inverse_capacity;
            const double k = coefficients_[at(uptake.coefficient)];
            remainder = k * (y[uptake.from] + from) * std::max(0.0, room) -
                        (uptake.rate + uptake.by_source * from + uptake.by_load * load);
        }
        rates[uptake.from] -= remainder;
        rates[uptake.to] += remainder;
    }
    if (!program_.reactions.empty()) {
        add_reaction_remainders(y, shift, rates);
    }
    expressions_.add_remainder(program_.expressions, y, shift, stage, rates);
}

void BoundModel::add_reaction_remainders(const double* y, const double* shift, double* rates) {
    for (std::size_t i = 0; i < moved_.size(); ++i) {
        moved_[i] = y[i] + shift[i];
    }
    evaluate_sums(program_, moved_.data(), sums_.data());
    for (std::size_t i = 0; i < program_.reactions.size(); ++i) {
        const FlatReaction& reaction = program_.reactions[i];
        double remainder = 0.0;
        if (reaction.factor_begin != reaction.factor_end) {
            remainder = reaction_rate(program_, reaction, moved_.data(), coefficients_.data(),
                                      sums_.data()) -
                        reaction_rates_[i];
            for (int g = reaction.gradient_begin; g < reaction.gradient_end; ++g) {
                remainder -= gradients_[at(g)] * shift[program_.gradient_columns[at(g)]];
            }
        } else if (reaction.substrate >= 0 && reaction.second >= 0) {  // mass action is bilinear
            remainder = coefficients_[at(reaction.coefficient)] * shift[reaction.substrate] *
                        shift[reaction.second];
        }
        for (int t = reaction.term_begin; t < reaction.term_end; ++t) {
            const FlatTerm& term = program_.terms[at(t)];
            rates[term.species] += term.weight * remainder;
        }
    }
}

}  // namespace caravel::kinetics
