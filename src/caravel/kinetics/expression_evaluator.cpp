#include "caravel/kinetics/expression_evaluator.hpp"

#include <algorithm>
#include <cstddef>

namespace caravel::kinetics {

namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

void scatter(const ExpressionProgram& program, const ExpressionReaction& reaction, double rate,
             double* rates) {
    for (int t = reaction.term_begin; t < reaction.term_end; ++t) {
        const ExpressionTerm& term = program.terms[at(t)];
        rates[term.species] += term.weight * rate;
    }
}

}  // namespace

ExpressionEvaluator::ExpressionEvaluator(const ExpressionProgram& program, int size)
    : size_(at(size)),
      inputs_(program.inputs.size()),
      bound_(inputs_.empty() ? 0 : inputs_.size() - size_ - 1),
      registers_(program.register_count()),
      rates_(program.reactions.size()),
      linear_(program.linearisation.results.size()),
      slopes_(program.slopes.results.size()) {}

void ExpressionEvaluator::bind(std::span<const double> values) {
    if (inputs_.empty()) return;
    std::copy(values.begin(), values.end(), bound_.begin());
    std::copy(values.begin(), values.end(), coefficients());
}

void ExpressionEvaluator::set_time(double time) {
    if (!inputs_.empty()) inputs_.back() = time;
}

void ExpressionEvaluator::load(const double* y) { std::copy(y, y + size_, inputs_.data()); }

void ExpressionEvaluator::add_rates(const ExpressionProgram& program, const double* y,
                                    double* rates) {
    if (program.empty()) return;
    load(y);
    program.rates.run(inputs_.data(), registers_.data(), rates_.data());
    for (std::size_t r = 0; r < rates_.size(); ++r) {
        scatter(program, program.reactions[r], rates_[r], rates);
    }
}

void ExpressionEvaluator::linearise(const ExpressionProgram& program, const double* y,
                                    std::span<const int> positions, double factor, double* values) {
    if (program.empty()) return;
    load(y);
    program.linearisation.run(inputs_.data(), registers_.data(), linear_.data());
    const double* const gradients = linear_.data() + program.reactions.size();
    for (const ExpressionReaction& reaction : program.reactions) {
        const int* position = positions.data() + reaction.position_begin;
        for (int g = reaction.gradient_begin; g < reaction.gradient_end; ++g) {
            const double derivative = factor * gradients[g];
            for (int t = reaction.term_begin; t < reaction.term_end; ++t) {
                values[*position++] += program.terms[at(t)].weight * derivative;
            }
        }
    }
}

void ExpressionEvaluator::add_remainder(const ExpressionProgram& program, const double* y,
                                        const double* shift, const StagePoint* stage,
                                        double* rates) {
    if (program.empty()) return;
    for (std::size_t i = 0; i < size_; ++i) {
        inputs_[i] = y[i] + shift[i];
    }
    const double start = time();
    if (stage != nullptr) {
        inputs_.back() = stage->time;
        for (std::size_t c = 0; c < stage->change.size(); ++c) {
            coefficients()[c] = bound_[c] + stage->change[c];
        }
    }
    program.rates.run(inputs_.data(), registers_.data(), rates_.data());
    if (stage != nullptr) {
        inputs_.back() = start;
        std::copy(bound_.begin(), bound_.end(), coefficients());
    }
    const double* const gradients = linear_.data() + rates_.size();
    for (std::size_t r = 0; r < rates_.size(); ++r) {
        const ExpressionReaction& reaction = program.reactions[r];
        double remainder = rates_[r] - linear_[r];
        for (int g = reaction.gradient_begin; g < reaction.gradient_end; ++g) {
            remainder -= gradients[g] * shift[program.gradient_columns[at(g)]];
        }
        scatter(program, reaction, remainder, rates);
    }
}

void ExpressionEvaluator::add_time_derivative(const ExpressionProgram& program,
                                              std::span<const double> slope, const double* y,
                                              double* rates) {
    if (program.empty()) return;
    load(y);
    program.slopes.run(inputs_.data(), registers_.data(), slopes_.data());
    for (std::size_t r = 0; r < rates_.size(); ++r) {
        scatter(program, program.reactions[r], slopes_[r], rates);
    }
    if (slope.empty()) return;
    for (std::size_t i = 0; i < program.by_coefficient.size(); ++i) {
        const CoefficientSlope& by = program.by_coefficient[i];
        const double change = slope[at(by.coefficient)];
        if (change != 0.0) {
            scatter(program, program.reactions[at(by.reaction)],
                    slopes_[rates_.size() + i] * change, rates);
        }
    }
}

}  // namespace caravel::kinetics
