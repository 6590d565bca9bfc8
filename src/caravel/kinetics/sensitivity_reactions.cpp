// The reactions of a model in the form of SensitivityRates.
#include "caravel/kinetics/sensitivity_rates.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

namespace caravel::kinetics {

namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

std::set<int> coefficients_of(std::span<const SensitivityParameter> parameters) {
    std::set<int> result;
    for (const SensitivityParameter& parameter : parameters) {
        for (const CoefficientWeight& link : parameter.coefficients) {
            result.insert(link.coefficient.index);
        }
    }
    return result;
}

}  // namespace

SensitivityRates::SensitivityRates(const CompiledModel& model, const BoundModel& bound,
                                   std::span<const SensitivityParameter> parameters,
                                   std::size_t stages)
    : program_(compile(model.model(), bound.place())) {
    const std::set<int> coefficients = coefficients_of(parameters);
    add_nonlinear(bound);
    factored_ = reactions_.size();
    add_formulas(bound, coefficients, stages);
    nonlinear_ = reactions_.size();
    add_linear(bound);
    add_channels(coefficients, parameters);
    coefficients_.assign(at(program_.coefficient_count), 0.0);
    linear_values_.resize(bound.lu().values().size());
    minus_jacobian_.resize(linear_values_.size());
    start_gradient_.assign(columns_.size(), 1.0);
    stage_gradient_.assign(columns_.size(), 1.0);
    bend_.resize(columns_.size());
    dual_gradient_.resize(columns_.size());
    sums_.resize(program_.sum_constants.size());
    moved_sums_.resize(sums_.size());
    sum_directions_.resize(sums_.size());
    state_.resize(at(program_.size));
    direction_.resize(at(program_.size));
    start_sources_.resize(channels_.size());
    by_state_.resize(stages * columns_.size());
    by_shift_.resize(stages * columns_.size());
    sources_.resize(stages * channels_.size());
    moved_.resize(stages * channels_.size());
}

bool SensitivityRates::is_capacity(const FlatReaction& reaction) const {
    if (reaction.substrate < 0 || reaction.second >= 0 ||
        reaction.factor_end - reaction.factor_begin != 1) {
        return false;
    }
    const FlatFactor& factor = program_.factors[at(reaction.factor_begin)];
    const int begin = program_.sum_starts[at(factor.sum)];
    return factor.shape == Shape::capacity && factor.divisor < 0 &&
           program_.sum_starts[at(factor.sum) + 1] - begin == 1 &&
           program_.sum_terms[at(begin)].weight == 1.0 &&
           program_.sum_constants[at(factor.sum)] == 0.0;
}

void SensitivityRates::add_nonlinear(const BoundModel& bound) {
    using Kind = Reaction::Kind;
    for (const FlatReaction& flat : program_.reactions) {
        Reaction reaction;
        reaction.flat = flat;
        reaction.kind =
            is_capacity(flat) ? Kind::capacity
            : flat.factor_begin == flat.factor_end && flat.substrate >= 0 && flat.second >= 0
                ? Kind::mass_action
                : Kind::general;
        reaction.column_begin = columns_.size();
        columns_.insert(columns_.end(), program_.gradient_columns.begin() + flat.gradient_begin,
                        program_.gradient_columns.begin() + flat.gradient_end);
        reaction.column_end = columns_.size();
        reaction.terms.assign(program_.terms.begin() + flat.term_begin,
                              program_.terms.begin() + flat.term_end);
        list_form(reaction);
        reactions_.push_back(std::move(reaction));
    }
    for (const int position : program_.positions) {
        positions_.push_back(bound.lu().positions()[at(position)]);
    }
}

void SensitivityRates::list_form(const Reaction& reaction) {
    const std::size_t index = reactions_.size();
    if (reaction.kind == Reaction::Kind::general) {
        general_.push_back(index);
        return;
    }
    Bilinear form;
    form.reaction = index;
    form.first = at(reaction.flat.substrate);
    form.other = at(columns_[reaction.column_begin + 1]);
    form.end = std::numeric_limits<double>::infinity();
    if (reaction.kind == Reaction::Kind::capacity) {
        form.end = program_.factors[at(reaction.flat.factor_begin)].a;
        form.bend = -1.0 / form.end;
    }
    bilinear_.push_back(form);
}

void SensitivityRates::add_linear(const BoundModel& bound) {
    for (const LinearEntry& entry : program_.linear) {
        linear_positions_.push_back(bound.lu().positions()[at(entry.position)]);
        Reaction* last = reactions_.size() > nonlinear_ ? &reactions_.back() : nullptr;
        if (last == nullptr || last->flat.coefficient != entry.coefficient ||
            last->flat.substrate != entry.column) {
            Reaction reaction;
            reaction.kind = Reaction::Kind::linear;
            reaction.flat.coefficient = entry.coefficient;
            reaction.flat.substrate = entry.column;
            reaction.column_begin = columns_.size();
            columns_.push_back(entry.column);
            reaction.column_end = columns_.size();
            reactions_.push_back(std::move(reaction));
            last = &reactions_.back();
        }
        last->terms.push_back({entry.row, entry.weight});
    }
}

void SensitivityRates::add_channels(const std::set<int>& coefficients,
                                    std::span<const SensitivityParameter> parameters) {
    std::set<int> factors_a;
    std::set<int> factors_b;
    for (const SensitivityParameter& parameter : parameters) {
        for (const FactorWeight& link : parameter.factor_a) {
            factors_a.insert(static_cast<int>(link.place));
        }
        for (const FactorWeight& link : parameter.factor_b) {
            factors_b.insert(static_cast<int>(link.place));
        }
    }
    for (std::size_t r = 0; r < reactions_.size(); ++r) {
        Reaction& reaction = reactions_[r];
        if (r == factored_) {
            add_formula_channels();
        }
        if (reaction.kind == Reaction::Kind::formula) {
            continue;
        }
        reaction.channel_begin = channels_.size();
        const auto add = [&](Constant constant, int factor) {
            Channel channel;
            channel.constant = constant;
            channel.coefficient = factor < 0 ? reaction.flat.coefficient : -1;
            channel.factor = factor;
            channel.gradient = channel_gradient_.size();
            channels_.push_back(channel);
            if (constant != Constant::coefficient) {
                channel_gradient_.resize(channel.gradient + reaction.column_end -
                                         reaction.column_begin);
            }
        };
        if (coefficients.contains(reaction.flat.coefficient)) {
            add(Constant::coefficient, -1);
        }
        for (int f = reaction.flat.factor_begin; f < reaction.flat.factor_end; ++f) {
            if (factors_a.contains(f)) {
                add(Constant::factor_a, f);
            }
            if (factors_b.contains(f)) {
                add(Constant::factor_b, f);
            }
        }
        reaction.channel_end = channels_.size();
    }
    for (std::size_t r = nonlinear_; r < reactions_.size(); ++r) {
        if (reactions_[r].channel_begin != reactions_[r].channel_end) {
            touched_linear_.push_back(r);
        }
    }
}

}  // namespace caravel::kinetics
