// The reactions of a model whose rate is an expression, with the derivatives an integrator needs.
#pragma once

#include "caravel/kinetics/expression_tape.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caravel::kinetics {

class KineticModel;

/// The name by which an expression of a model knows the time (s, or the model's own unit).
inline constexpr std::string_view time_name = "time";

/// One such reaction; ranges index the arrays of the program.
struct ExpressionReaction {
    int reaction = 0;  // in KineticModel::reactions()
    int term_begin = 0;
    int term_end = 0;
    int gradient_begin = 0;  // derivatives by species
    int gradient_end = 0;
    int position_begin = 0;  // Jacobian positions, one per (derivative, term)
};

struct ExpressionTerm {
    int species = 0;
    double weight = 1.0;
};

/// A derivative of the rate of `reaction` (in ExpressionProgram::reactions) by a coefficient.
struct CoefficientSlope {
    int reaction = 0;
    int coefficient = 0;
};

/// All tapes read the same inputs: the species in the order of the program, then the coefficients,
/// then the time.
struct ExpressionProgram {
    std::vector<std::string> inputs;
    std::vector<ExpressionReaction> reactions;
    std::vector<ExpressionTerm> terms;
    std::vector<int> gradient_columns;  // species of the derivatives
    std::vector<int> positions;         // of the derivatives in the Jacobian values
    Tape rates;                         // one per reaction
    Tape linearisation;                 // the rates, then the derivatives by species
    Tape slopes;                        // d rate/dt for each reaction, then the derivatives in...
    std::vector<CoefficientSlope> by_coefficient;
    bool explicit_time = false;  // some rate changes with time alone

    bool empty() const { return reactions.empty(); }
    /// Registers that suffice for each tape.
    std::size_t register_count() const;
};

/// Compiles the reactions with expressions, species i of the model stored at place[i]. Positions
/// are left to the caller.
ExpressionProgram compile_expressions(const KineticModel& model, std::span<const int> place);

}  // namespace caravel::kinetics
