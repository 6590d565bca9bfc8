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
            if (law.substrate.index >= 0 && law.second.index < 0 && law.factors.empty()) {
                add_linear(reaction);
            } else {
                add_general(reaction);
            }
        }
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
            program_.factors.push_back(
                {factor.shape, use_sum(factor.argument), factor.a, factor.b,
                 factor.divisor.index < 0 ? -1 : use_sum(factor.divisor)});
        }
        flat.factor_end = count(program_.factors);
        flat.term_begin = count(program_.terms);
        for (const Term& term : reaction.stoichiometry) {
            program_.terms.push_back({place(term.species), term.weight});
        }
        flat.term_end = count(program_.terms);
        program_.reactions.push_back(flat);
    }

    // Columns of the derivatives of a reaction in the order in which they are evaluated.
    std::vector<int> derivative_columns(const FlatReaction& reaction) const {
        std::vector<int> columns;
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
        return columns;
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
            for (const int column : derivative_columns(reaction)) {
                for (int t = reaction.term_begin; t < reaction.term_end; ++t) {
                    pattern.emplace(column, program_.terms[at(t)].species);
                }
            }
        }
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
            for (const int column : derivative_columns(reaction)) {
                for (int t = reaction.term_begin; t < reaction.term_end; ++t) {
                    program_.positions.push_back(position(program_.terms[at(t)].species, column));
                }
            }
        }
    }

    const KineticModel& model_;
    std::span<const int> place_;
    std::vector<int> used_sum_;
    RateProgram program_;
};

/// A factor's x: a sum, or the ratio of two.
double argument(const FlatFactor& factor, const double* sums) {
    return factor.divisor < 0 ? sums[factor.sum] : sums[factor.sum] / sums[factor.divisor];
}

double factor_product(const RateProgram& program, const FlatReaction& reaction, const double* sums,
                      int left_out) {
    double product = 1.0;
    for (int f = reaction.factor_begin; f < reaction.factor_end; ++f) {
        if (f != left_out) {
            const FlatFactor& factor = program.factors[at(f)];
            product *= evaluate(factor.shape, argument(factor, sums), factor.a, factor.b).value;
        }
    }
    return product;
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

void add_nonlinear_rates(const RateProgram& program, const double* y, const double* coefficients,
                         const double* sums, double* rates) {
    const FlatTerm* const terms = program.terms.data();
    for (const FlatReaction& reaction : program.reactions) {
        const double rate =
            mass_action(reaction, y, coefficients) * factor_product(program, reaction, sums, -1);
        for (int t = reaction.term_begin; t < reaction.term_end; ++t) {
            rates[terms[t].species] += terms[t].weight * rate;
        }
    }
}

void add_nonlinear_jacobian(const RateProgram& program, const double* y, const double* coefficients,
                            const double* sums, std::span<const int> positions, double factor,
                            double* values) {
    for (const FlatReaction& reaction : program.reactions) {
        const int* position = positions.data() + reaction.position_begin;
        const auto scatter = [&](double derivative) {
            for (int t = reaction.term_begin; t < reaction.term_end; ++t) {
                values[*position++] += program.terms[at(t)].weight * (factor * derivative);
            }
        };
        const double k = coefficients[reaction.coefficient];
        const double first = reaction.substrate >= 0 ? y[reaction.substrate] : 1.0;
        const double second = reaction.second >= 0 ? y[reaction.second] : 1.0;
        const double product = factor_product(program, reaction, sums, -1);
        if (reaction.substrate >= 0) {
            scatter(k * second * product);
        }
        if (reaction.second >= 0) {
            scatter(k * first * product);
        }
        for (int f = reaction.factor_begin; f < reaction.factor_end; ++f) {
            const FlatFactor& flat = program.factors[at(f)];
            const double x = argument(flat, sums);
            const double slope = k * first * second * factor_product(program, reaction, sums, f) *
                                 evaluate(flat.shape, x, flat.a, flat.b).derivative;
            // d(n/d) = dn/d - x dd/d
            const double below = flat.divisor < 0 ? 1.0 : sums[flat.divisor];
            const auto scatter_sum = [&](int sum, double weight) {
                for (int i = program.sum_starts[at(sum)]; i < program.sum_starts[at(sum) + 1]; ++i) {
                    scatter(weight * program.sum_terms[at(i)].weight);
                }
            };
            scatter_sum(flat.sum, slope / below);
            if (flat.divisor >= 0) {
                scatter_sum(flat.divisor, -slope * x / below);
            }
        }
    }
}

}  // namespace caravel::kinetics
