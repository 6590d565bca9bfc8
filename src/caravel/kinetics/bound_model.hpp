// A model with one set of coefficients, in the form in which a Rosenbrock step needs it. Arrays are
// in elimination order and padded to whole blocks.
#pragma once

#include "caravel/kinetics/expression_evaluator.hpp"
#include "caravel/kinetics/model.hpp"
#include "caravel/kinetics/rate_program.hpp"
#include "caravel/kinetics/sparse_lu.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace caravel::kinetics {

/// The right-hand side f with the first-order reactions of one set of coefficients gathered into a
/// matrix, its linearisation at one state and the factors of (I d - J) there.
class BoundModel {
  public:
    /// rate = coefficient from max(0, 1 - load / capacity), and its linearisation
    struct Uptake {
        int from = 0;
        int to = 0;
        int load = 0;
        int coefficient = 0;
        int factor = 0;  // in RateProgram::factors
        double capacity = 0.0;
        double inverse_capacity = 0.0;
        std::array<int, 4> positions{};  // in the factors: (from, to) by source, then by load
        double rate = 0.0;
        double by_source = 0.0;
        double by_load = 0.0;
        double curvature = 0.0;  // d2 rate / d from d load
        double headroom = 0.0;   // capacity - load
    };

    explicit BoundModel(const CompiledModel& model);

    int size() const { return program_.size; }
    /// Place of the model's species i in the arrays of this class.
    std::span<const int> place() const { return place_; }
    /// Whether add_remainder does anything.
    bool nonlinear() const {
        return !uptakes_.empty() || !program_.reactions.empty() || !program_.expressions.empty();
    }
    /// Whether some rate changes with time while state and coefficients stay.
    bool explicit_time() const { return program_.expressions.explicit_time; }

    /// The compiled form: `uptakes` are not in the program's reactions.
    const RateProgram& program() const { return program_; }
    const SparseLu& lu() const { return lu_; }
    std::span<const Uptake> uptakes() const { return uptakes_; }
    /// Places in the values of the factors of the program's positions and first-order reactions.
    std::span<const int> lu_positions() const { return lu_positions_; }
    std::span<const int> linear_positions() const { return linear_positions_; }

    /// Uses these coefficients from now on.
    void bind(std::span<const double> coefficients);
    /// Evaluates expressions at this time from now on.
    void set_time(double time) { expressions_.set_time(time); }
    double time() const { return expressions_.time(); }
    /// rates = f(y) with the bound coefficients.
    void evaluate(const double* y, double* rates);
    /// Linearises at y and factors I * diagonal - J(y); false when a pivot vanishes.
    bool factor(const double* y, double diagonal);
    /// rates += f(y + shift) - f(y) - J(y) shift for the y last factored at; expressions take
    /// f(y + shift) at `stage` where there is one.
    void add_remainder(const double* y, const double* shift, double* rates,
                       const StagePoint* stage = nullptr);
    /// rates += f(y) with coefficients `change` (f without expressions is linear in them); those
    /// that are 0 cost little.
    void add_change(std::span<const double> change, const double* y, double* rates);
    /// rates += df/dt of the expressions at y, the coefficients moving with `slope` (may be empty).
    void add_time_derivative(std::span<const double> slope, const double* y, double* rates) {
        expressions_.add_time_derivative(program_.expressions, slope, y, rates);
    }
    /// x <- (I * diagonal - J)^-1 x
    void solve(double* x) const { lu_.solve(x); }

  private:
    void sort_linear();
    void collect_uptakes();
    bool is_uptake(const FlatReaction& reaction) const;
    bool is_one_species(int sum) const;
    void linearise_uptakes(const double* y, double* values);
    void add_reaction_remainders(const double* y, const double* shift, double* rates);
    void add_uptakes(std::span<const double> coefficients, const double* y, double* rates) const;
    void add_reactions(std::span<const double> coefficients, const double* y, double* rates);

    RateProgram program_;  // without the reactions in uptakes_; first-order ones by coefficient
    SparseLu lu_;
    std::vector<int> place_;
    std::vector<int> lu_positions_;          // of program_.positions
    std::vector<int> linear_positions_;      // of program_.linear
    std::vector<int> expression_positions_;  // of program_.expressions
    std::vector<std::size_t> linear_ends_;   // in program_.linear, by coefficient
    std::vector<double> coefficients_;
    std::vector<double> linear_values_;  // -J of the first-order reactions, at LU positions
    std::vector<Uptake> uptakes_;
    ExpressionEvaluator expressions_;
    std::vector<double> sums_;
    std::vector<double> reaction_rates_;
    std::vector<double> gradients_;
    std::vector<double> moved_;
    double factored_diagonal_ = 0.0;  // 0: not factored with these coefficients
    bool regular_ = false;
};

}  // namespace caravel::kinetics
