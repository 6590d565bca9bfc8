#include "caravel/kinetics/sensitivity_rates.hpp"

#include <algorithm>

namespace caravel::kinetics {

namespace {

using dual::Dual;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

// Points at which dual::linearise evaluates a reaction.
struct PlainPoint {
    const RateProgram& program;
    const double* y;
    const double* sums;
    double state(int species) const { return y[species]; }
    double sum(int index) const { return sums[index]; }
    double a(int factor) const { return program.factors[at(factor)].a; }
    double b(int factor) const { return program.factors[at(factor)].b; }
};

struct DirectedPoint {
    PlainPoint point;
    const double* direction;
    const double* sum_directions;
    Dual state(int species) const { return {point.y[species], direction[species]}; }
    Dual sum(int index) const { return {point.sums[index], sum_directions[index]}; }
    Dual a(int factor) const { return point.a(factor); }
    Dual b(int factor) const { return point.b(factor); }
};

struct ConstantPoint {
    PlainPoint point;
    int changed_a;
    int changed_b;
    Dual state(int species) const { return point.y[species]; }
    Dual sum(int index) const { return point.sums[index]; }
    Dual a(int factor) const { return {point.a(factor), factor == changed_a ? 1.0 : 0.0}; }
    Dual b(int factor) const { return {point.b(factor), factor == changed_b ? 1.0 : 0.0}; }
};

}  // namespace

void SensitivityRates::bind(std::span<const double> coefficients) {
    if (std::equal(coefficients.begin(), coefficients.end(), coefficients_.begin())) {
        return;
    }
    std::copy(coefficients.begin(), coefficients.end(), coefficients_.begin());
    expressions_.bind(coefficients);
    std::fill(linear_values_.begin(), linear_values_.end(), 0.0);
    for (std::size_t i = 0; i < program_.linear.size(); ++i) {
        const LinearEntry& entry = program_.linear[i];
        linear_values_[at(linear_positions_[i])] -=
            entry.weight * coefficients_[at(entry.coefficient)];
    }
}

// phi and its gradient
double SensitivityRates::evaluate(const Reaction& reaction, const double* y, const double* sums,
                                  double* gradient) const {
    const FlatReaction& flat = reaction.flat;
    switch (reaction.kind) {
    case Reaction::Kind::linear: return y[flat.substrate];
    case Reaction::Kind::mass_action:
        gradient[0] = y[flat.second];
        gradient[1] = y[flat.substrate];
        return y[flat.substrate] * y[flat.second];
    case Reaction::Kind::capacity: {
        const double a = program_.factors[at(flat.factor_begin)].a;
        const double load = y[columns_[reaction.column_begin + 1]];
        const bool open = load < a;
        gradient[0] = open ? 1.0 - load / a : 0.0;
        gradient[1] = open ? -y[flat.substrate] / a : 0.0;
        return y[flat.substrate] * gradient[0];
    }
    case Reaction::Kind::general:
    case Reaction::Kind::formula: break;
    }
    return dual::linearise<double>(program_, flat, PlainPoint{program_, y, sums}, gradient);
}

// The change of the gradient at y along a direction.
void SensitivityRates::bend(const Reaction& reaction, const double* y, const double* direction) {
    const FlatReaction& flat = reaction.flat;
    double* const result = bend_.data() + reaction.column_begin;
    if (reaction.kind == Reaction::Kind::mass_action) {
        result[0] = direction[flat.second];
        result[1] = direction[flat.substrate];
        return;
    }
    if (reaction.kind == Reaction::Kind::capacity) {
        const double a = program_.factors[at(flat.factor_begin)].a;
        const int load = columns_[reaction.column_begin + 1];
        const bool open = y[load] < a;
        result[0] = open ? -direction[load] / a : 0.0;
        result[1] = open ? -direction[flat.substrate] / a : 0.0;
        return;
    }
    const DirectedPoint point{{program_, y, sums_.data()}, direction, sum_directions_.data()};
    dual::linearise<Dual>(program_, flat, point, dual_gradient_.data());
    for (std::size_t g = 0; g < reaction.column_end - reaction.column_begin; ++g) {
        result[g] = dual_gradient_[g].change;
    }
}

// d phi / d constant and, where wanted, its gradient
double SensitivityRates::by_constant(const Channel& channel, const Reaction& reaction,
                                     const double* y, const double* sums, double* gradient) {
    if (reaction.kind == Reaction::Kind::capacity) {
        const double a = program_.factors[at(reaction.flat.factor_begin)].a;
        const double load = y[columns_[reaction.column_begin + 1]];
        const double share = channel.constant == Constant::factor_a && load < a ? 1.0 / a : 0.0;
        const double first = y[reaction.flat.substrate] * share * share;
        if (gradient != nullptr) {
            gradient[0] = load * share * share;
            gradient[1] = first;
        }
        return first * load;
    }
    const bool is_a = channel.constant == Constant::factor_a;
    const ConstantPoint point{
        {program_, y, sums}, is_a ? channel.factor : -1, is_a ? -1 : channel.factor};
    const Dual rate = dual::linearise<Dual>(program_, reaction.flat, point, dual_gradient_.data());
    if (gradient != nullptr) {
        for (std::size_t g = 0; g < reaction.column_end - reaction.column_begin; ++g) {
            gradient[g] = dual_gradient_[g].change;
        }
    }
    return rate.change;
}

void SensitivityRates::start_channels(Reaction& reaction, const double* y) {
    for (std::size_t c = reaction.channel_begin; c < reaction.channel_end; ++c) {
        Channel& channel = channels_[c];
        if (channel.constant == Constant::coefficient) {
            channel.start = reaction.start;
        } else {
            channel.weight = coefficients_[at(reaction.flat.coefficient)];
            channel.start = by_constant(channel, reaction, y, sums_.data(),
                                        channel_gradient_.data() + channel.gradient);
        }
        start_sources_[c] = channel.weight * channel.start;
    }
}

void SensitivityRates::linearise(const double* y, double time) {
    if (!general_.empty()) {
        evaluate_sums(program_, y, sums_.data());
    }
    std::copy(linear_values_.begin(), linear_values_.end(), minus_jacobian_.begin());
    for (std::size_t r = 0; r < factored_; ++r) {
        Reaction& reaction = reactions_[r];
        reaction.start =
            evaluate(reaction, y, sums_.data(), start_gradient_.data() + reaction.column_begin);
        start_channels(reaction, y);
        const double k = coefficients_[at(reaction.flat.coefficient)];
        const int* position = positions_.data() + reaction.flat.position_begin;
        for (std::size_t g = reaction.column_begin; g < reaction.column_end; ++g) {
            for (const FlatTerm& term : reaction.terms) {
                minus_jacobian_[at(*position++)] -= term.weight * (k * start_gradient_[g]);
            }
        }
    }
    for (Bilinear& form : bilinear_) {
        const Reaction& reaction = reactions_[form.reaction];
        form.scaled = coefficients_[at(reaction.flat.coefficient)] * form.bend;
    }
    for (const std::size_t r : touched_linear_) {
        reactions_[r].start = y[reactions_[r].flat.substrate];
        start_channels(reactions_[r], y);
    }
    if (!expressions_.empty()) {
        linearise_formulas(y, time);
    }
}

// State, direction and sums of a stage.
void SensitivityRates::move_to(const double* y, const double* shift, const double* solution) {
    for (std::size_t p = 0; p < state_.size(); ++p) {
        state_[p] = y[p] + shift[p];
        direction_[p] = solution[p] - shift[p];
    }
    if (general_.empty()) {
        return;
    }
    evaluate_sums(program_, state_.data(), moved_sums_.data());
    for (std::size_t s = 0; s < sums_.size(); ++s) {
        sum_directions_[s] = 0.0;
        for (int t = program_.sum_starts[s]; t < program_.sum_starts[s + 1]; ++t) {
            const FlatTerm& term = program_.sum_terms[at(t)];
            sum_directions_[s] += term.weight * direction_[at(term.species)];
        }
    }
}

void SensitivityRates::add_stages(const double* y, std::span<const double* const> shifts,
                                  std::span<const double* const> solutions,
                                  std::span<const StageTime> times,
                                  std::span<const Forced> forced) {
    if (!expressions_.empty()) {
        add_formula_stages(y, shifts, solutions, times, forced);
    }
    left_ = general_;
    for (const Bilinear& form : bilinear_) {
        if (!forced.empty() || !add_bilinear(form, y, shifts, solutions)) {
            left_.push_back(form.reaction);
        }
    }
    if (forced.empty()) {
        add_steady_linear(solutions);
    }
    if (left_.empty() && forced.empty()) {
        return;
    }
    for (std::size_t i = 0; i < shifts.size(); ++i) {
        move_to(y, shifts[i], solutions[i]);
        const Forced* const now = forced.empty() ? nullptr : &forced[i];
        for (const std::size_t r : left_) {
            add_general(i, reactions_[r], y, now);
        }
        for (std::size_t r = nonlinear_; now != nullptr && r < reactions_.size(); ++r) {
            finish_stage(i, reactions_[r], state_[at(reactions_[r].flat.substrate)], now);
        }
    }
}

void SensitivityRates::add_steady_linear(std::span<const double* const> solutions) {
    for (const std::size_t r : touched_linear_) {
        double* source = sources_.data() + reactions_[r].channel_begin;
        for (const double* const solution : solutions) {
            *source = solution[reactions_[r].flat.substrate];
            source += channels_.size();
        }
    }
}

void SensitivityRates::add_general(std::size_t i, const Reaction& reaction, const double* y,
                                   const Forced* forced) {
    const double phi = evaluate(reaction, state_.data(), moved_sums_.data(),
                                stage_gradient_.data() + reaction.column_begin);
    bend(reaction, y, direction_.data());
    finish_stage(i, reaction, phi, forced);
}

// With phi bilinear, J_i - J = H[s_i] and J_i - J + H[v_i] = H[m_i]. False where a stage or the
// start is not below the capacity.
bool SensitivityRates::add_bilinear(const Bilinear& form, const double* y,
                                    std::span<const double* const> shifts,
                                    std::span<const double* const> solutions) {
    const Reaction& reaction = reactions_[form.reaction];
    double* by_state = by_state_.data() + reaction.column_begin;
    double* by_shift = by_shift_.data() + reaction.column_begin;
    // copies: what is stored cannot change them
    const std::size_t columns = columns_.size();
    const std::size_t first_place = form.first;
    const std::size_t other_place = form.other;
    const double scaled = form.scaled;
    const double start = y[other_place];
    double squares[most_sensitivity_stages];
    double firsts[most_sensitivity_stages];  // of the solutions
    double others[most_sensitivity_stages];
    double highest = start;
    for (std::size_t i = 0; i < shifts.size(); ++i) {
        const double first = shifts[i][first_place];
        const double other = shifts[i][other_place];
        firsts[i] = solutions[i][first_place];
        others[i] = solutions[i][other_place];
        highest = std::max(highest, start + other);
        by_shift[0] = scaled * other;
        by_shift[1] = scaled * first;
        by_state[0] = scaled * others[i];
        by_state[1] = scaled * firsts[i];
        by_shift += columns;
        by_state += columns;
        squares[i] = first * other;
    }
    for (std::size_t c = reaction.channel_begin; c < reaction.channel_end; ++c) {
        const Channel& channel = channels_[c];
        const bool direct = channel.constant == Constant::coefficient;
        const double* const gradient = direct ? start_gradient_.data() + reaction.column_begin
                                              : channel_gradient_.data() + channel.gradient;
        const double bend = direct ? form.bend : form.bend * form.bend;
        const double by_first = gradient[0];
        const double by_other = gradient[1];
        const double weight = channel.weight;
        double* source = sources_.data() + c;
        for (std::size_t i = 0; i < shifts.size(); ++i) {
            *source = weight * (bend * squares[i] + by_first * firsts[i] + by_other * others[i]);
            source += channels_.size();
        }
    }
    return highest < form.end;
}

void SensitivityRates::finish_stage(std::size_t i, const Reaction& reaction, double phi,
                                    const Forced* forced) {
    const std::size_t coefficient = at(reaction.flat.coefficient);
    const double k = coefficients_[coefficient];
    const double slope =
        forced == nullptr ? 0.0 : forced->slope_weight * forced->slope[coefficient];
    const double change =
        forced == nullptr || forced->change.empty() ? 0.0 : forced->change[coefficient];
    double* const by_state = by_state_.data() + i * columns_.size();
    double* const by_shift = by_shift_.data() + i * columns_.size();
    for (std::size_t g = reaction.column_begin; g < reaction.column_end; ++g) {
        const double moved =
            k * (stage_gradient_[g] - start_gradient_[g]) + change * stage_gradient_[g];
        by_shift[g] = moved;
        by_state[g] = moved + k * bend_[g] + slope * start_gradient_[g];
    }
    for (std::size_t c = reaction.channel_begin; c < reaction.channel_end; ++c) {
        const Channel& channel = channels_[c];
        const bool direct = channel.constant == Constant::coefficient;
        const double* const gradient = direct ? start_gradient_.data() + reaction.column_begin
                                              : channel_gradient_.data() + channel.gradient;
        const double moved =
            direct ? phi
                   : by_constant(channel, reaction, state_.data(), moved_sums_.data(), nullptr);
        double sum = moved - channel.start;
        for (std::size_t g = reaction.column_begin; g < reaction.column_end; ++g) {
            sum += gradient[g - reaction.column_begin] * direction_[at(columns_[g])];
        }
        moved_[i * channels_.size() + c] = moved;
        sources_[i * channels_.size() + c] =
            channel.weight * sum + (direct ? 0.0 : change * moved + slope * channel.start);
    }
}

}  // namespace caravel::kinetics
