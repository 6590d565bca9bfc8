// The expressions of a model with one set of coefficients, at one time: rates, linearisation and
// what the stages of a Rosenbrock method need. Owns the work space.
#pragma once

#include "caravel/kinetics/expression_program.hpp"

#include <span>
#include <vector>

namespace caravel::kinetics {

/// Where in time a stage is, and how far the coefficients are there from the bound ones (empty: not
/// at all).
struct StagePoint {
    double time = 0.0;
    std::span<const double> change{};
};

class ExpressionEvaluator {
  public:
    ExpressionEvaluator() = default;
    /// For this program and `size` species; the calls below need the same program.
    ExpressionEvaluator(const ExpressionProgram& program, int size);

    void bind(std::span<const double> coefficients);
    void set_time(double time);
    double time() const { return inputs_.empty() ? 0.0 : inputs_.back(); }

    /// rates += the reactions at y.
    void add_rates(const ExpressionProgram& program, const double* y, double* rates);
    /// values[position] += factor * derivative at y, positions as ExpressionProgram::positions;
    /// keeps the linearisation for add_remainder.
    void linearise(const ExpressionProgram& program, const double* y,
                   std::span<const int> positions, double factor, double* values);
    /// rates += f(y + shift, stage) - f(y) - J shift, with the linearisation last made.
    void add_remainder(const ExpressionProgram& program, const double* y, const double* shift,
                       const StagePoint* stage, double* rates);
    /// rates += df/dt at y, the coefficients moving with `slope` (empty: not at all).
    void add_time_derivative(const ExpressionProgram& program, std::span<const double> slope,
                             const double* y, double* rates);

  private:
    void load(const double* y);
    double* coefficients() { return inputs_.data() + size_; }

    std::size_t size_ = 0;
    std::vector<double> inputs_;  // species, coefficients, time
    std::vector<double> bound_;   // coefficients
    std::vector<double> registers_;
    std::vector<double> rates_;
    std::vector<double> linear_;  // rates, then gradients
    std::vector<double> slopes_;
};

}  // namespace caravel::kinetics
