// The derivatives of the expressions of a model that SensitivityRates needs.
#pragma once

#include "caravel/kinetics/expression_program.hpp"
#include "caravel/kinetics/sensitivity_tape.hpp"

#include <cstddef>
#include <set>
#include <span>
#include <vector>

namespace caravel::kinetics {

/// A stage of a step from t over h: its time t + alpha_i h, and h d_i.
struct StageTime {
    double time = 0.0;
    double weight = 0.0;
};

/// Derivatives g of the rates by the species (in the order of ExpressionProgram::gradient_columns)
/// and by the chosen coefficients, at the start of a step and, for each stage, there and in their
/// change along (v_i, h d_i dk/dt, h d_i) of state, coefficients and time.
class SensitivityExpressions {
  public:
    SensitivityExpressions() = default;
    /// For `size` species and the derivatives by these coefficients.
    SensitivityExpressions(const ExpressionProgram& program, int size,
                           const std::set<int>& coefficients, std::size_t stages);

    bool empty() const { return tangent_.tape().results.empty(); }
    /// Derivatives by coefficients; the value of i stands at slope_place(i).
    std::span<const CoefficientSlope> by_coefficient() const { return by_coefficient_; }
    std::size_t slope_place(std::size_t i) const {
        return start_.size() - by_coefficient_.size() + i;
    }

    void bind(std::span<const double> coefficients);
    /// g at the start of a step at `time`.
    void linearise(const double* y, double time);
    /// Puts stage i at y + shift, the coefficients further by `change` (empty: not at all).
    void move(std::size_t i, const double* y, const double* shift, StageTime stage,
              std::span<const double> change);
    /// Sets the direction of stage i: solution - shift, and time and coefficients' slope (empty: 0)
    /// times the weight of the stage.
    void direct(std::size_t i, const double* shift, const double* solution, StageTime stage,
                std::span<const double> slope);
    /// The changes along all directions that were set.
    void bend() { tangent_.push(directions_.data(), bends_.data()); }

    const double* start() const { return start_.data(); }
    const double* moved(std::size_t i) const { return moved_.data() + i * start_.size(); }
    double bend(std::size_t i, std::size_t place) const { return bends_[place][i]; }

  private:
    std::size_t size_ = 0;
    std::vector<CoefficientSlope> by_coefficient_;
    TapeTangent tangent_;
    std::vector<double> bound_;   // coefficients
    std::vector<double> inputs_;  // species, coefficients, time
    std::vector<TapeTangent::Change> directions_;
    std::vector<double> start_;
    std::vector<double> moved_;
    std::vector<TapeTangent::Change> bends_;
};

}  // namespace caravel::kinetics
