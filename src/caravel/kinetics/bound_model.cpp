#include "caravel/kinetics/rosenbrock_step.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

namespace caravel::kinetics {

namespace {

std::vector<int> elimination_places(const CompiledModel& model) {
    const std::vector<int> order =
        elimination_order(model.size(), model.column_starts(), model.row_indices());
    std::vector<int> place(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        place[static_cast<std::size_t>(order[i])] = static_cast<int>(i);
    }
    return place;
}

}  // namespace

BoundModel::BoundModel(const CompiledModel& model) : place_(elimination_places(model)) {
    program_ = compile(model.model(), place_);
    lu_ = SparseLu(program_.size, program_.column_starts, program_.row_indices);
    const auto size = static_cast<std::size_t>(program_.size);
    padded_size_ = (size + 1) / 2 * 2;
    for (const int position : program_.positions) {
        lu_positions_.push_back(lu_.positions()[static_cast<std::size_t>(position)]);
    }
    coefficients_.resize(static_cast<std::size_t>(program_.coefficient_count));
    linear_values_.resize(lu_.values().size());
    sums_.resize(program_.sum_constants.size());
    build_matrix();
    collect_uptakes();
}

void BoundModel::build_matrix() {
    diagonal_.resize(padded_size_);
    std::map<std::pair<int, int>, std::uint32_t> place;  // of (column, row), off the diagonal
    for (const LinearEntry& entry : program_.linear) {
        if (entry.row != entry.column) {
            place[{entry.column, entry.row}] = 0;
        }
    }
    for (auto& [position, index] : place) {
        index = static_cast<std::uint32_t>(off_diagonal_.size());
        off_diagonal_.push_back({0.0, static_cast<std::uint32_t>(position.second),
                                 static_cast<std::uint32_t>(position.first)});
    }
    for (const LinearEntry& entry : program_.linear) {
        entry_places_.push_back(entry.row == entry.column ? 0
                                                          : place.at({entry.column, entry.row}));
    }
}

bool BoundModel::is_one_species(int sum) const {
    const auto i = static_cast<std::size_t>(sum);
    const auto begin = static_cast<std::size_t>(program_.sum_starts[i]);
    return program_.sum_starts[i + 1] - program_.sum_starts[i] == 1 &&
           program_.sum_terms[begin].weight == 1.0 && program_.sum_constants[i] == 0.0;
}

// First-order transfers that saturate with one species need neither sums nor a choice of shape.
void BoundModel::collect_uptakes() {
    std::vector<FlatReaction> general;
    for (const FlatReaction& reaction : program_.reactions) {
        const FlatTerm* const terms = program_.terms.data() + reaction.term_begin;
        const bool transfer = reaction.term_end - reaction.term_begin == 2 &&
                              terms[0].weight == -1.0 && terms[1].weight == 1.0 &&
                              terms[0].species == reaction.substrate;
        const bool one_factor = reaction.factor_end - reaction.factor_begin == 1;
        const FlatFactor* const factor = program_.factors.data() + reaction.factor_begin;
        if (!transfer || reaction.second >= 0 || !one_factor || factor->divisor >= 0 ||
            factor->shape != Shape::capacity || !is_one_species(factor->sum)) {
            general.push_back(reaction);
            continue;
        }
        const auto sum = static_cast<std::size_t>(factor->sum);
        const int load =
            program_.sum_terms[static_cast<std::size_t>(program_.sum_starts[sum])].species;
        const auto first = lu_positions_.begin() + reaction.position_begin;
        uptakes_.push_back({terms[0].species,
                            terms[1].species,
                            load,
                            reaction.coefficient,
                            1.0 / factor->a,
                            {first[0], first[1], first[2], first[3]}});
    }
    program_.reactions = std::move(general);
}

void BoundModel::bind(std::span<const double> coefficients) {
    std::copy(coefficients.begin(), coefficients.end(), coefficients_.begin());
    std::fill(linear_values_.begin(), linear_values_.end(), 0.0);
    std::fill(diagonal_.begin(), diagonal_.end(), 0.0);
    for (SparseEntry& entry : off_diagonal_) {
        entry.value = 0.0;
    }
    for (std::size_t i = 0; i < program_.linear.size(); ++i) {
        const LinearEntry& entry = program_.linear[i];
        const double value =
            entry.weight * coefficients[static_cast<std::size_t>(entry.coefficient)];
        (entry.row == entry.column ? diagonal_[static_cast<std::size_t>(entry.row)]
                                   : off_diagonal_[entry_places_[i]].value) += value;
        linear_values_[static_cast<std::size_t>(
            lu_.positions()[static_cast<std::size_t>(entry.position)])] -= value;
    }
}

void BoundModel::add_rates(const double* y, double* rates) {
    for (std::size_t i = 0; i < padded_size_; i += 2) {
        rates[i] += diagonal_[i] * y[i];
        rates[i + 1] += diagonal_[i + 1] * y[i + 1];
    }
    for (const SparseEntry& entry : off_diagonal_) {
        rates[entry.row] += entry.value * y[entry.column];
    }
    add_nonlinear(coefficients_.data(), y, rates);
}

void BoundModel::add_nonlinear(const double* coefficients, const double* y, double* rates) {
    for (const Uptake& uptake : uptakes_) {
        const double room = std::max(0.0, 1.0 - y[uptake.load] * uptake.inverse_capacity);
        const double rate = coefficients[uptake.coefficient] * y[uptake.from] * room;
        rates[uptake.from] -= rate;
        rates[uptake.to] += rate;
    }
    if (!program_.reactions.empty()) {
        evaluate_sums(program_, y, sums_.data());
        add_nonlinear_rates(program_, y, coefficients, sums_.data(), rates);
    }
}

void BoundModel::rates_with(std::span<const double> coefficients, const double* y, double* rates) {
    std::fill(rates, rates + padded_size_, 0.0);
    for (const LinearEntry& entry : program_.linear) {
        rates[entry.row] +=
            entry.weight *
            (coefficients[static_cast<std::size_t>(entry.coefficient)] * y[entry.column]);
    }
    add_nonlinear(coefficients.data(), y, rates);
}

bool BoundModel::factor(const double* y, double diagonal) {
    double* const values = lu_.values().data();
    std::copy(linear_values_.begin(), linear_values_.end(), values);
    for (int i = 0; i < program_.size; ++i) {
        values[i] += diagonal;
    }
    for (const Uptake& uptake : uptakes_) {
        const double room = 1.0 - y[uptake.load] * uptake.inverse_capacity;
        const double k = coefficients_[static_cast<std::size_t>(uptake.coefficient)];
        const double by_source = room > 0.0 ? k * room : 0.0;
        const double by_load = room > 0.0 ? -k * y[uptake.from] * uptake.inverse_capacity : 0.0;
        values[uptake.positions[0]] += by_source;
        values[uptake.positions[1]] -= by_source;
        values[uptake.positions[2]] += by_load;
        values[uptake.positions[3]] -= by_load;
    }
    if (!program_.reactions.empty()) {
        evaluate_sums(program_, y, sums_.data());
        add_nonlinear_jacobian(program_, y, coefficients_.data(), sums_.data(), lu_positions_, -1.0,
                               values);
    }
    return lu_.factor();
}

}  // namespace caravel::kinetics
