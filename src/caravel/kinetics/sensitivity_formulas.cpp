// The reactions of a model whose rate is a formula, in the form of SensitivityRates.
#include "caravel/kinetics/sensitivity_rates.hpp"

#include <utility>

namespace caravel::kinetics {

namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

}  // namespace

void SensitivityRates::add_formulas(const BoundModel& bound, const std::set<int>& coefficients,
                                    std::size_t stages) {
    const ExpressionProgram& program = program_.expressions;
    expressions_ = SensitivityExpressions(program, program_.size, coefficients, stages);
    for (const ExpressionReaction& flat : program.reactions) {
        Reaction reaction;
        reaction.kind = Reaction::Kind::formula;
        reaction.flat.position_begin = flat.position_begin;
        reaction.column_begin = columns_.size();
        columns_.insert(columns_.end(), program.gradient_columns.begin() + flat.gradient_begin,
                        program.gradient_columns.begin() + flat.gradient_end);
        reaction.column_end = columns_.size();
        for (int t = flat.term_begin; t < flat.term_end; ++t) {
            const ExpressionTerm& term = program.terms[at(t)];
            reaction.terms.push_back({term.species, term.weight});
        }
        reactions_.push_back(std::move(reaction));
    }
    for (const int position : program.positions) {
        formula_positions_.push_back(bound.lu().positions()[at(position)]);
    }
}

void SensitivityRates::add_formula_channels() {
    const auto slopes = expressions_.by_coefficient();
    for (std::size_t r = factored_; r < nonlinear_; ++r) {
        reactions_[r].channel_begin = channels_.size();
        for (std::size_t i = 0; i < slopes.size(); ++i) {
            if (at(slopes[i].reaction) != r - factored_) {
                continue;
            }
            Channel channel;
            channel.coefficient = slopes[i].coefficient;
            channel.slope = expressions_.slope_place(i);
            channels_.push_back(channel);
        }
        reactions_[r].channel_end = channels_.size();
    }
}

void SensitivityRates::linearise_formulas(const double* y, double time) {
    expressions_.linearise(y, time);
    const double* gradient = expressions_.start();
    for (std::size_t r = factored_; r < nonlinear_; ++r) {
        const Reaction& reaction = reactions_[r];
        const int* position = formula_positions_.data() + reaction.flat.position_begin;
        for (std::size_t g = reaction.column_begin; g < reaction.column_end; ++g) {
            for (const FlatTerm& term : reaction.terms) {
                minus_jacobian_[at(*position++)] -= term.weight * *gradient;
            }
            ++gradient;
        }
        for (std::size_t c = reaction.channel_begin; c < reaction.channel_end; ++c) {
            channels_[c].start = expressions_.start()[channels_[c].slope];
            start_sources_[c] = channels_[c].start;
        }
    }
}

void SensitivityRates::add_formula_stages(const double* y, std::span<const double* const> shifts,
                                          std::span<const double* const> solutions,
                                          std::span<const StageTime> times,
                                          std::span<const Forced> forced) {
    for (std::size_t i = 0; i < shifts.size(); ++i) {
        const bool steady = forced.empty();
        expressions_.direct(i, shifts[i], solutions[i], times[i],
                            steady ? std::span<const double>() : forced[i].slope);
        expressions_.move(i, y, shifts[i], times[i],
                          steady ? std::span<const double>() : forced[i].change);
    }
    expressions_.bend();
    const double* const start = expressions_.start();
    const std::size_t first_column = reactions_[factored_].column_begin;
    for (std::size_t i = 0; i < shifts.size(); ++i) {
        const double* const moved = expressions_.moved(i);
        double* const by_shift = by_shift_.data() + i * columns_.size();
        double* const by_state = by_state_.data() + i * columns_.size();
        for (std::size_t g = first_column; g < reactions_[nonlinear_ - 1].column_end; ++g) {
            const std::size_t place = g - first_column;
            by_shift[g] = moved[place] - start[place];
            by_state[g] = by_shift[g] + expressions_.bend(i, place);
        }
        for (std::size_t c = reactions_[factored_].channel_begin;
             c < reactions_[nonlinear_ - 1].channel_end; ++c) {
            const std::size_t place = channels_[c].slope;
            moved_[i * channels_.size() + c] = moved[place];
            sources_[i * channels_.size() + c] =
                moved[place] - start[place] + expressions_.bend(i, place);
        }
    }
}

}  // namespace caravel::kinetics
