#include "caravel/kinetics/rate_program.hpp"

#include "caravel/kinetics/factor.hpp"
#include "caravel/kinetics/model.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace caravel::kinetics {

namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

int count(const auto& values) { return static_cast<int>(values.size()); }

class Compiler {
  public:
    Compiler(const KineticModel& model, std::span<const int> place)
        : model_(model), place_(place), used_sum_(model.sums().size(), -1) {}

    RateProgram run() {
        program_.size = count(model_.all_species());
        program_.coefficient_count = count(model_.coefficients());
        program_.sum_starts.push_back(0);
        for (const Reaction& reaction : model_.reactions()) {
            const RateLaw& law = reaction.law;
            if (!law.expression.empty()) {
                continue;
            }
            if (law.substrate.index >= 0 && law.second.index < 0 && law.factors.empty()) {
                add_linear(reaction);
            } else {
                add_general(reaction);
            }
        }
        program_.expressions = compile_expressions(model_, place_);
        build_pattern();
        return std::move(program_);
    }

  private:
    int place(SpeciesId id) const { return id.index < 0 ? -1 : place_[at(id.index)]; }

    void add_linear(const Reaction& reaction) {
        const int column = place(reaction.law.substrate);
        for (const Term& term : reaction.stoichiometry) {
            program_.linear.push_back(
                {place(term.species), column, reaction.law.coefficient.index, 0, term.weight});
        }
    }

    int use_sum(SumId id) {
        int& index = used_sum_[at(id.index)];
        if (index < 0) {
            index = count(program_.sum_constants);
            const Sum& sum = model_.sums()[at(id.index)];
            for (const Term& term : sum.terms) {
                program_.sum_terms.push_back({place(term.species), term.weight});
            }
            program_.sum_starts.push_back(count(program_.sum_terms));
            program_.sum_constants.push_back(sum.constant);
        }
        return index;
    }

    void add_general(const Reaction& reaction) {
        FlatReaction flat;
        flat.coefficient = reaction.law.coefficient.index;
        flat.substrate = place(reaction.law.substrate);
        flat.second = place(reaction.law.second);
        flat.factor_begin = count(program_.factors);
        for (const Factor& factor : reaction.law.factors) {
            program_.factors.push_back({factor.shape, use_sum(factor.argument), factor.a, factor.b,
                                        factor.divisor.index < 0 ? -1 : use_sum(factor.divisor)});
        }
        flat.factor_end = count(program_.factors);
        flat.term_begin = count(program_.terms);
        for (const Term& term : reaction.stoichiometry) {
            program_.terms.push_back({place(term.species), term.weight});
        }
        flat.term_end = count(program_.terms);
        add_gradient_columns(flat);
        program_.reactions.push_back(flat);
    }

    // In the order in which `linearise` evaluates the derivatives.
    void add_gradient_columns(FlatReaction& reaction) {
        std::vector<int>& columns = program_.gradient_columns;
        reaction.gradient_begin = count(columns);
        for (const int species : {reaction.substrate, reaction.second}) {
            if (species >= 0) {
                columns.push_back(species);
            }
        }
        for (int f = reaction.factor_begin; f < reaction.factor_end; ++f) {
            for (const int sum : {program_.factors[at(f)].sum, program_.factors[at(f)].divisor}) {
                if (sum < 0) {
                    continue;
                }
                for (int i = program_.sum_starts[at(sum)]; i < program_.sum_starts[at(sum) + 1];
                     ++i) {
                    columns.push_back(program_.sum_terms[at(i)].species);
                }
            }
        }
        reaction.gradient_end = count(columns);
    }

    void build_pattern() {
        std::set<std::pair<int, int>> pattern;  // (column, row)
        for (int i = 0; i < program_.size; ++i) {
            pattern.emplace(i, i);
        }
        for (const LinearEntry& entry : program_.linear) {
            pattern.emplace(entry.column, entry.row);
        }
        for (const FlatReaction& reaction : program_.reactions) {
            for (int g = reaction.gradient_begin; g < reaction.gradient_end; ++g) {
                const int column = program_.gradient_columns[at(g)];
                for (int t = reaction.term_begin; t < reaction.term_end; ++t) {
                    pattern.emplace(column, program_.terms[at(t)].species);
                }
            }
        }
        for_expressions([&](int row, int column) { pattern.emplace(column, row); });
        program_.column_starts.assign(at(program_.size) + 1, 0);
        for (const auto& [column, row] : pattern) {
            ++program_.column_starts[at(column) + 1];
            program_.row_indices.push_back(row);
        }
        for (int i = 0; i < program_.size; ++i) {
            program_.column_starts[at(i) + 1] += program_.column_starts[at(i)];
        }
        assign_positions();
    }

    // Calls use(row, column) for the Jacobian entries of the expressions in their order.
    template <class Use>
    void for_expressions(Use use) {
        const ExpressionProgram& expressions = program_.expressions;
        for (const ExpressionReaction& reaction : expressions.reactions) {
            for (int g = reaction.gradient_begin; g < reaction.gradient_end; ++g) {
                for (int t = reaction.term_begin; t < reaction.term_end; ++t) {
                    use(expressions.terms[at(t)].species, expressions.gradient_columns[at(g)]);
                }
            }
        }
    }

    int position(int row, int column) const {
        const auto begin = program_.row_indices.begin() + program_.column_starts[at(column)];
        const auto end = program_.row_indices.begin() + program_.column_starts[at(column) + 1];
        return static_cast<int>(std::lower_bound(begin, end, row) - program_.row_indices.begin());
    }

    void assign_positions() {
        for (LinearEntry& entry : program_.linear) {
            entry.position = position(entry.row, entry.column);
        }
        for (FlatReaction& reaction : program_.reactions) {
            reaction.position_begin = count(program_.positions);
            for (int g = reaction.gradient_begin; g < reaction.gradient_end; ++g) {
                const int column = program_.gradient_columns[at(g)];
                for (int t = reaction.term_begin; t < reaction.term_end; ++t) {
                    program_.positions.push_back(position(program_.terms[at(t)].species, column));
                }
            }
        }
        ExpressionProgram& expressions = program_.expressions;
        int next = 0;
        for (ExpressionReaction& reaction : expressions.reactions) {
            reaction.position_begin = next;
            next += (reaction.gradient_end - reaction.gradient_begin) *
                    (reaction.term_end - reaction.term_begin);
        }
        for_expressions(
            [&](int row, int column) { expressions.positions.push_back(position(row, column)); });
    }

    const KineticModel& model_;
    std::span<const int> place_;
    std::vector<int> used_sum_;
    RateProgram program_;
};

// x of a factor with what its derivative needs; a divisor that is held has no derivative.
struct Argument {
    double value = 0.0;
    double divisor = 1.0;
    bool held = false;
};

Argument argument(const FlatFactor& factor, const double* sums) {
    if (factor.divisor < 0) {
        return {sums[factor.sum], 1.0, true};
    }
    const double divisor = sums[factor.divisor];
    const bool held = divisor < smallest_divisor;
    const double used = held ? smallest_divisor : divisor;
    return {sums[factor.sum] / used, used, held};
}

double mass_action(const FlatReaction& reaction, const double* y, const double* coefficients) {
    double rate = coefficients[reaction.coefficient];
    if (reaction.substrate >= 0) {
        rate *= y[reaction.substrate];
    }
    if (reaction.second >= 0) {
        rate *= y[reaction.second];
    }
    return rate;
}

}  // namespace

RateProgram compile(const KineticModel& model, std::span<const int> place) {
    return Compiler(model, place).run();
}

void evaluate_sums(const RateProgram& program, const double* y, double* sums) {
    const FlatTerm* term = program.sum_terms.data();
    for (std::size_t s = 0; s < program.sum_constants.size(); ++s) {
        double value = program.sum_constants[s];
        const FlatTerm* const end = program.sum_terms.data() + program.sum_starts[s + 1];
        for (; term != end; ++term) {
            value += term->weight * y[term->species];
        }
        sums[s] = value;
    }
}

double reaction_rate(const RateProgram& program, const FlatReaction& reaction, const double* y,
                     const double* coefficients, const double* sums) {
    double rate = mass_action(reaction, y, coefficients);
    for (int f = reaction.factor_begin; f < reaction.factor_end; ++f) {
        const FlatFactor& factor = program.factors[at(f)];
        rate *= evaluate(factor.shape, argument(factor, sums).value, factor.a, factor.b).value;
    }
    return rate;
}

void add_nonlinear_rates(const RateProgram& program, const double* y, const double* coefficients,
                         const double* sums, double* rates) {
    const FlatTerm* const terms = program.terms.data();
    for (const FlatReaction& reaction : program.reactions) {
        if (coefficients[reaction.coefficient] == 0.0) {
            continue;
        }
        const double rate = reaction_rate(program, reaction, y, coefficients, sums);
        for (int t = reaction.term_begin; t < reaction.term_end; ++t) {
            rates[terms[t].species] += terms[t].weight * rate;
        }
    }
}

namespace {

/// Rate and derivatives of one reaction by the product rule, factor after factor.
class Linearisation {
  public:
    Linearisation(const RateProgram& program, const double* sums, double* gradients)
        : program_(program), sums_(sums), begin_(gradients), next_(gradients) {}

    double run(const FlatReaction& reaction, const double* y, const double* coefficients) {
        const double k = coefficients[reaction.coefficient];
        const double first = reaction.substrate >= 0 ? y[reaction.substrate] : 1.0;
        const double second = reaction.second >= 0 ? y[reaction.second] : 1.0;
        if (reaction.substrate >= 0) {
            *next_++ = k * second;
        }
        if (reaction.second >= 0) {
            *next_++ = k * first;
        }
        product_ = k * first * second;
        for (int f = reaction.factor_begin; f < reaction.factor_end; ++f) {
            multiply_by(program_.factors[at(f)]);
        }
        return product_;
    }

  private:
    void multiply_by(const FlatFactor& factor) {
        const Argument x = argument(factor, sums_);
        const FactorValue g = evaluate(factor.shape, x.value, factor.a, factor.b);
        for (double* before = begin_; before != next_; ++before) {
            *before *= g.value;
        }
        // d(n/d) = (dn - x dd) / d
        const double slope = product_ * g.derivative / x.divisor;
        append(factor.sum, slope);
        if (factor.divisor >= 0) {
            append(factor.divisor, x.held ? 0.0 : -slope * x.value);
        }
        product_ *= g.value;
    }

    void append(int sum, double slope) {
        for (int i = program_.sum_starts[at(sum)]; i < program_.sum_starts[at(sum) + 1]; ++i) {
            *next_++ = slope * program_.sum_terms[at(i)].weight;
        }
    }

    const RateProgram& program_;
    const double* sums_;
    double* begin_;
    double* next_;
    double product_ = 0.0;
};

}  // namespace

void linearise(const RateProgram& program, const double* y, const double* coefficients,
               const double* sums, double* rates, double* gradients) {
    for (const FlatReaction& reaction : program.reactions) {
        *rates++ = Linearisation(program, sums, gradients + reaction.gradient_begin)
                       .run(reaction, y, coefficients);
    }
}

void add_nonlinear_jacobian(const RateProgram& program, const double* gradients,
                            std::span<const int> positions, double factor, double* values) {
    for (const FlatReaction& reaction : program.reactions) {
        const int* position = positions.data() + reaction.position_begin;
        for (int g = reaction.gradient_begin; g < reaction.gradient_end; ++g) {
            const double derivative = factor * gradients[g];
            for (int t = reaction.term_begin; t < reaction.term_end; ++t) {
                values[*position++] += program.terms[at(t)].weight * derivative;
            }
        }
    }
}

}  // namespace caravel::kinetics
