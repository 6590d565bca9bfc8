// The flat arrays a KineticModel is compiled to: what an evaluator needs, without names or
// pointers, so that a scalar evaluator and one for blocks of individuals can share it.
#pragma once

#include "caravel/kinetics/expression_program.hpp"

#include <span>
#include <vector>

namespace caravel::kinetics {

class KineticModel;
enum class Shape;

/// dydt[row] += weight * (coefficient * y[column]): one term of a pure first-order reaction.
struct LinearEntry {
    int row = 0;
    int column = 0;
    int coefficient = 0;
    int position = 0;  // in the Jacobian values
    double weight = 1.0;
};

/// A factor with the constants its evaluation needs; `sum` counts in RateProgram::sum_starts.
struct FlatFactor {
    Shape shape{};
    int sum = 0;
    double a = 1.0;
    double b = 1.0;
    int divisor = -1;  // sum below the fraction line, -1: none
};

/// A reaction that is not pure first order; ranges index the arrays of the program.
struct FlatReaction {
    int coefficient = 0;
    int substrate = -1;
    int second = -1;
    int factor_begin = 0;
    int factor_end = 0;
    int term_begin = 0;
    int term_end = 0;
    int gradient_begin = 0;  // columns of the derivatives of the rate
    int gradient_end = 0;
    int position_begin = 0;  // Jacobian positions, one per (derivative, term)
};

struct FlatTerm {
    int species = 0;
    double weight = 1.0;
};

struct RateProgram {
    int size = 0;
    int coefficient_count = 0;
    std::vector<LinearEntry> linear;
    std::vector<FlatReaction> reactions;
    std::vector<FlatFactor> factors;
    std::vector<FlatTerm> terms;  // stoichiometry of `reactions`
    std::vector<int> sum_starts;  // sums that factors use
    std::vector<FlatTerm> sum_terms;
    std::vector<double> sum_constants;
    std::vector<int> gradient_columns;  // of the derivatives of `reactions`
    std::vector<int> positions;         // of the derivatives of `reactions` in the Jacobian values
    ExpressionProgram expressions;      // reactions whose rate is a formula
    std::vector<int> column_starts;     // Jacobian pattern, compressed by column
    std::vector<int> row_indices;
};

/// Jacobian positions of the reactions with expressions have the layout of ExpressionProgram.
/// Compiles with species i of the model stored at place[i] (a permutation).
RateProgram compile(const KineticModel& model, std::span<const int> place);

/// Values of the program's sums at y.
void evaluate_sums(const RateProgram& program, const double* y, double* sums);

/// Rate of one reaction that is not pure first order.
double reaction_rate(const RateProgram& program, const FlatReaction& reaction, const double* y,
                     const double* coefficients, const double* sums);

/// rates += contribution of the reactions that are not pure first order; those whose coefficient is
/// 0 are left out.
void add_nonlinear_rates(const RateProgram& program, const double* y, const double* coefficients,
                         const double* sums, double* rates);

/// Rate of each reaction that is not pure first order and its derivatives by the species in
/// RateProgram::gradient_columns (a species that occurs twice has two derivatives to add).
void linearise(const RateProgram& program, const double* y, const double* coefficients,
               const double* sums, double* rates, double* gradients);

/// values[position] += factor * derivative, with the gradients of `linearise`; positions are looked
/// up in `positions` (same layout as RateProgram::positions).
void add_nonlinear_jacobian(const RateProgram& program, const double* gradients,
                            std::span<const int> positions, double factor, double* values);

}  // namespace caravel::kinetics
