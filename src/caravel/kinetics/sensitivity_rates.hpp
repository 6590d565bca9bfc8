// What the sensitivities of a step need of the reactions: first and directional second derivatives
// at the stages of the state, common to all parameters.
#pragma once

#include "caravel/kinetics/bound_model.hpp"
#include "caravel/kinetics/sensitivity.hpp"
#include "caravel/kinetics/sensitivity_dual.hpp"
#include "caravel/kinetics/sensitivity_expressions.hpp"

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <vector>

namespace caravel::kinetics {

/// With f = sum of reactions k phi(y), v_i = m_i - s_i and the stages of stage_weights.hpp, the
/// derivative of stage i by a parameter p is
///   W M_i = F + sum_j right_ij M_j / h + (J_i - J + H[v_i]) S + (J_i - J) S_i
///           + sum_c (psi_c(y + s_i) - psi_c(y) + grad psi_c(y) v_i) dc/dp,
/// F = J S + sum_c psi_c dc/dp: J_i = J(y + s_i), H[v] = directional derivative of J, c the
/// coefficients and factor constants (channels) and psi_c = df/dc. Changing coefficients add
/// f, J and psi with k(t + alpha_i h) - k(t) at y + s_i, and h d_i dk/dt at y. Formulas are taken
/// at the time and the coefficients of the stage, and H is along (v_i, h d_i dk/dt, h d_i).
class SensitivityRates {
  public:
    enum class Constant { coefficient, factor_a, factor_b };

    /// A constant of one reaction that a parameter changes.
    struct Channel {
        Constant constant = Constant::coefficient;
        int coefficient = -1;      // the constant
        int factor = -1;           // in RateProgram::factors
        std::size_t slope = 0;     // of a formula: in SensitivityExpressions::start
        std::size_t gradient = 0;  // of grad psi
        double start = 0.0;        // psi(y) per unit of the coefficient
        double weight = 1.0;       // the coefficient, where psi has it
    };

    struct Reaction {
        enum class Kind { linear, mass_action, capacity, general, formula };
        Kind kind = Kind::general;
        FlatReaction flat{};
        std::size_t column_begin = 0;  // of the derivatives
        std::size_t column_end = 0;
        std::size_t channel_begin = 0;
        std::size_t channel_end = 0;
        std::vector<FlatTerm> terms{};
        double start = 0.0;  // phi(y)
    };

    /// A reaction with phi = y_first (c + bend y_other), such as mass action and, below its
    /// capacity, saturable uptake.
    struct Bilinear {
        std::size_t reaction = 0;
        std::size_t first = 0;
        std::size_t other = 0;
        double bend = 1.0;
        double end = 0.0;     // of y_other
        double scaled = 0.0;  // k bend
    };

    /// How the coefficients change in a step, at one stage.
    struct Forced {
        std::span<const double> slope{};   // dk/dt
        std::span<const double> change{};  // k at the stage less k at the start; empty: 0
        double slope_weight = 0.0;         // h d_i
    };

    SensitivityRates(const CompiledModel& model, const BoundModel& bound,
                     std::span<const SensitivityParameter> parameters, std::size_t stages);

    /// Those that are not of first order come first.
    const std::vector<Reaction>& reactions() const { return reactions_; }
    const std::vector<Channel>& channels() const { return channels_; }
    /// Species of the derivatives.
    std::span<const int> columns() const { return columns_; }

    /// Uses these coefficients from now on.
    void bind(std::span<const double> coefficients);
    /// Derivatives at the start of a step.
    void linearise(const double* y, double time);
    /// Derivatives for the stages of a step from y: shifts s_i and solutions m_i. `forced` has an
    /// entry per stage, or none for constant coefficients.
    void add_stages(const double* y, std::span<const double* const> shifts,
                    std::span<const double* const> solutions, std::span<const StageTime> times,
                    std::span<const Forced> forced);

    const double* minus_jacobian() const { return minus_jacobian_.data(); }
    /// psi(y), by channel.
    const double* start_sources() const { return start_sources_.data(); }
    const double* by_state(std::size_t i) const { return by_state_.data() + i * columns_.size(); }
    const double* by_shift(std::size_t i) const { return by_shift_.data() + i * columns_.size(); }
    const double* sources(std::size_t i) const { return sources_.data() + i * channels_.size(); }
    /// psi(y + s_i) per unit of the coefficient, by channel.
    const double* moved(std::size_t i) const { return moved_.data() + i * channels_.size(); }

  private:
    void add_linear(const BoundModel& bound);
    void list_form(const Reaction& reaction);
    void add_nonlinear(const BoundModel& bound);
    void add_formulas(const BoundModel& bound, const std::set<int>& coefficients,
                      std::size_t stages);
    void add_channels(const std::set<int>& coefficients,
                      std::span<const SensitivityParameter> parameters);
    void add_formula_channels();
    void linearise_formulas(const double* y, double time);
    void add_formula_stages(const double* y, std::span<const double* const> shifts,
                            std::span<const double* const> solutions,
                            std::span<const StageTime> times, std::span<const Forced> forced);
    bool is_capacity(const FlatReaction& reaction) const;
    double evaluate(const Reaction& reaction, const double* y, const double* sums,
                    double* gradient) const;
    void bend(const Reaction& reaction, const double* y, const double* direction);
    double by_constant(const Channel& channel, const Reaction& reaction, const double* y,
                       const double* sums, double* gradient);
    void start_channels(Reaction& reaction, const double* y);
    void move_to(const double* y, const double* shift, const double* solution);
    void add_general(std::size_t i, const Reaction& reaction, const double* y,
                     const Forced* forced);
    bool add_bilinear(const Bilinear& form, const double* y, std::span<const double* const> shifts,
                      std::span<const double* const> solutions);
    void add_steady_linear(std::span<const double* const> solutions);
    void finish_stage(std::size_t i, const Reaction& reaction, double phi, const Forced* forced);

    RateProgram program_;
    std::vector<Reaction> reactions_;  // those of factors, formulas, linear ones
    std::size_t factored_ = 0;         // reactions of factors
    std::size_t nonlinear_ = 0;        // reactions that are not linear
    SensitivityExpressions expressions_;
    std::vector<Bilinear> bilinear_;
    std::vector<std::size_t> general_;
    std::vector<std::size_t> touched_linear_;  // those with channels
    std::vector<std::size_t> left_;            // bilinear reactions that cross their end
    std::vector<Channel> channels_;
    std::vector<int> columns_;
    std::vector<int> positions_;         // of program_.positions in the LU layout
    std::vector<int> linear_positions_;  // of program_.linear
    std::vector<int> formula_positions_;
    std::vector<double> coefficients_;
    std::vector<double> linear_values_;
    std::vector<double> minus_jacobian_;
    std::vector<double> start_gradient_;
    std::vector<double> stage_gradient_;
    std::vector<double> bend_;
    std::vector<double> channel_gradient_;
    std::vector<dual::Dual> dual_gradient_;
    std::vector<double> sums_, moved_sums_, sum_directions_;
    std::vector<double> state_, direction_;
    std::vector<double> start_sources_, by_state_, by_shift_, sources_, moved_;
};

}  // namespace caravel::kinetics
