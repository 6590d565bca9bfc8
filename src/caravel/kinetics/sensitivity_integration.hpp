// One call of SensitivitySolver::advance: the step control of Integration, step by step the same,
// with the sensitivities of every accepted step.
#pragma once

#include "caravel/base/error.hpp"
#include "caravel/kinetics/sensitivity_work.hpp"
#include "caravel/kinetics/step_control.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

namespace caravel::kinetics {

/// The arguments of SensitivitySolver::advance.
struct SensitivityCall {
    std::span<double> y;
    std::span<double> sensitivities;
    double start;
    double end;
    double& next_step;
    const SensitivityForcing& forcing;
    std::span<const double> output_times;
    const SensitivitySink& sink;
};

template <class Tableau>
class SensitivityIntegration {
  public:
    SensitivityIntegration(SensitivitySolver::Work& work, RosenbrockStep<Tableau>& stepper,
                           const SensitivityCall& call)
        : work_(work),
          state_(work.state),
          stepper_(stepper),
          call_(call),
          t_(call.start),
          control_(start()) {}

    /// Returns the time reached (s), with the results in the call's y and sensitivities.
    double run() {
        deliver_start();
        while (t_ < call_.end) {
            take_step();
            finish_step();
        }
        state_.store(state_.y.data(), call_.y);
        work_.store(call_.sensitivities);
        call_.next_step = control_.wish();
        return t_;
    }

  private:
    static constexpr double epsilon = std::numeric_limits<double>::epsilon();
    static constexpr auto stages = static_cast<std::size_t>(Tableau::stages);
    static constexpr StageWeights<Tableau> tableau{};
    static_assert(stages <= most_sensitivity_stages);

    bool forced() const { return static_cast<bool>(call_.forcing); }
    // Whether f depends on time, by coefficients or formulas.
    bool moving() const { return forced() || state_.bound.explicit_time(); }

    StepController start() {
        state_.load(call_.y);
        work_.load(call_.sensitivities);
        expect_sound(state_.y.data(), "check the initial values");
        state_.start_coefficients = state_.coefficients;
        work_.start_weights = work_.weights;
        bind_start();
        work_.set_start_weights();
        const SolverOptions& options = state_.options;
        const double first = call_.next_step > 0.0 ? call_.next_step
                             : options.first_step > 0
                                 ? options.first_step
                                 : state_.automatic_step(call_.end - call_.start, Tableau::order);
        return {first, options.longest_step, Tableau::order};
    }

    void bind_start() {
        if (forced()) {
            call_.forcing(t_, state_.start_coefficients, work_.start_weights);
        }
        state_.bound.bind(state_.start_coefficients);
        state_.bound.set_time(t_);
    }

    // Steps until one is accepted; leaves its size in h_.
    void take_step() {
        bind_start();
        for (int rejected = 0;; ++rejected) {
            choose_step(rejected);
            double error = try_step();
            if (error <= 1.0 && !below_) {
                differentiate();
                if (work_.options.in_error_test) {
                    const double own = Tableau::error_share * work_.error();
                    error = std::isfinite(own) ? std::max(error, own)
                                               : std::numeric_limits<double>::infinity();
                    trouble_ = "does not meet the error tolerance in its sensitivities";
                } else if (work_.find_flaw()) {
                    fail_sensitivity();
                }
            }
            if (error <= 1.0 && !below_) {
                ++state_.statistics.accepted;
                control_.accept(error);
                return;
            }
            if (error <= 1.0) {
                trouble_ = "is negative";
                control_.shrink(0.5);
            } else if (std::isfinite(error)) {
                control_.reject(error);
            } else {
                trouble_ = "is not finite";
                control_.shrink(0.1);
            }
            ++state_.statistics.rejected;
        }
    }

    void choose_step(int rejected) {
        if (steps_++ >= state_.options.step_limit) {
            fail(worst(), fmt::format("needs more than {} steps", state_.options.step_limit),
                 "raise the step limit, or check for rates far faster than the run");
        }
        const StepController::Step step = control_.propose(call_.end - t_);
        h_ = step.size;
        last_ = step.last;
        const bool whole_rest = last_ && rejected == 0;
        if (rejected >= rejections_in_a_row ||
            (h_ < 16.0 * epsilon * std::abs(t_) && !whole_rest)) {
            fail(worst(), fmt::format("{}, the step size fell to {:.3g} s", trouble_, h_),
                 "check the rates of this species, or loosen the tolerance");
        }
    }

    double try_step() {
        const double* const y = state_.y.data();
        trouble_ = "does not meet the error tolerance";
        ++state_.statistics.factorisations;
        if (!state_.bound.factor(y, 1.0 / (Tableau::gamma * h_))) {
            below_ = false;
            return std::numeric_limits<double>::infinity();
        }
        const StepNorm norm =
            moving() ? run_moving() : stepper_.run(state_.bound, y, h_, state_.limits());
        state_.statistics.rate_evaluations += Tableau::stages;
        state_.statistics.solves += Tableau::stages;
        below_ = norm.below;
        return Tableau::error_share * std::sqrt(norm.squares / static_cast<double>(state_.size()));
    }

    StepNorm run_moving() {
        work_.record.clear();
        ForcingRecord::Entry& still = work_.record.add(0.0);
        std::fill(still.change.begin(), still.change.end(), 0.0);
        std::fill(still.weights.begin(), still.weights.end(), 0.0);
        differentiate_by_time();
        const auto change_at = [this](double x) -> std::span<const double> {
            if (const ForcingRecord::Entry* known = work_.record.find(forced() ? x : 0.0)) {
                return known->change;
            }
            ForcingRecord::Entry& entry = work_.record.add(x);
            coefficients_at(t_ + x * h_, entry.change, entry.weights);
            return entry.change;
        };
        return stepper_.run_forced(state_.bound, state_.y.data(), h_, state_.limits(), change_at);
    }

    // Coefficients and weights at t less those at the start of the step.
    void coefficients_at(double t, std::vector<double>& change, std::vector<double>& weights) {
        change = state_.start_coefficients;
        weights = work_.start_weights;
        call_.forcing(t, change, weights);
        for (std::size_t i = 0; i < change.size(); ++i) {
            change[i] -= state_.start_coefficients[i];
        }
        for (std::size_t i = 0; i < weights.size(); ++i) {
            weights[i] -= work_.start_weights[i];
        }
    }

    // df/dt at fixed y.
    void differentiate_by_time() {
        double* const derivative = stepper_.time_derivative();
        std::fill(derivative, derivative + state_.y.size(), 0.0);
        ++state_.statistics.rate_evaluations;
        std::span<const double> slope;
        if (forced()) {
            differentiate_forcing();
            slope = state_.slope_coefficients;
            state_.bound.add_change(slope, state_.y.data(), derivative);
        }
        state_.bound.add_time_derivative(slope, state_.y.data(), derivative);
    }

    // As Integration::differentiate_forcing, of the weights too.
    void differentiate_forcing() {
        const double reach = std::max(h_ / 4096.0, 64.0 * epsilon * std::abs(t_));
        const double half = t_ + 0.5 * reach;
        const double full = t_ + reach;
        const double a = half - t_;
        const double b = full - t_;
        const auto differentiate = [a, b](std::vector<double>& slope,
                                          const std::vector<double>& end) {
            for (std::size_t i = 0; i < slope.size(); ++i) {
                slope[i] = (slope[i] * (b / a) - end[i] * (a / b)) / (b - a);
            }
        };
        coefficients_at(half, state_.slope_coefficients, work_.slope_weights);
        coefficients_at(full, state_.stage_coefficients, work_.end_weights);
        differentiate(state_.slope_coefficients, state_.stage_coefficients);
        differentiate(work_.slope_weights, work_.end_weights);
    }

    // The sensitivities of the step just done.
    void differentiate() {
        SensitivityRates& rates = work_.rates;
        const double* const y = state_.y.data();
        rates.bind(state_.start_coefficients);
        rates.linearise(y, t_);
        if (forced()) {
            work_.set_start_weights();
        }
        std::array<const double*, stages> shifts{}, solutions{};
        std::array<StageTime, stages> times{};
        for (std::size_t i = 0; i < stages; ++i) {
            shifts[i] = shift_of(i);
            solutions[i] = stepper_.stage_solution(i);
            times[i] = {t_ + Tableau::alpha[i] * h_, h_ * Tableau::d[i]};
        }
        if (forced()) {
            add_forced_stages(shifts, solutions, times);
        } else {
            rates.add_stages(y, shifts, solutions, times, {});
        }
        set_stages();
        work_.run_tiles();
    }

    void add_forced_stages(std::span<const double* const> shifts,
                           std::span<const double* const> solutions,
                           std::span<const StageTime> times) {
        std::array<SensitivityRates::Forced, stages> forced{};
        std::array<const ForcingRecord::Entry*, stages> changes{};
        for (std::size_t i = 0; i < stages; ++i) {
            changes[i] = i == 0 ? nullptr : work_.record.find(Tableau::alpha[i]);
            forced[i] = {state_.slope_coefficients, {}, times[i].weight};
            if (changes[i] != nullptr) {
                forced[i].change = changes[i]->change;
            }
        }
        work_.rates.add_stages(state_.y.data(), shifts, solutions, times, forced);
        for (std::size_t i = 0; i < stages; ++i) {
            work_.set_stage_weights(i, changes[i], forced[i].slope_weight);
        }
    }

    void set_stages() {
        const SensitivityRates& rates = work_.rates;
        SensitivityStep& step = work_.step;
        const SparseLu& lu = state_.bound.lu();
        const double per_step = 1.0 / h_;
        step.minus_jacobian = rates.minus_jacobian();
        step.factors = lu.values().data();
        step.inverse_pivots = lu.inverse_pivots().data();
        step.start_sources = rates.start_sources();
        for (std::size_t i = 0; i < stages; ++i) {
            SensitivityStage& stage = step.stage[i];
            for (std::size_t j = 0; j < i; ++j) {
                stage.right[j] = tableau.right[i][j] * per_step;
                stage.shift[j] = tableau.shift[i][j];
            }
            stage.shift_is_previous = tableau.shift_is_previous[i];
            stage.by_state = rates.by_state(i);
            stage.by_shift = rates.by_shift(i);
            stage.sources = forced() ? work_.ones.data() : rates.sources(i);
        }
    }

    // s_i of the state
    const double* shift_of(std::size_t i) {
        if (tableau.shift_is_previous[i]) {
            return stepper_.stage_solution(i - 1);
        }
        double* const shift = work_.shifts.data() + i * state_.y.size();
        if (i > 0) {
            kernels_.combine[i]({stepper_.stage_solution(0), state_.y.size(), tableau.shift[i],
                                 tableau.right[i], state_.y.data(), 1.0, shift,
                                 work_.unused.data()});
        }
        return shift;
    }

    void finish_step() {
        const double end = last_ ? call_.end : t_ + h_;
        while (output_ < call_.output_times.size() && call_.output_times[output_] <= end) {
            const double time = call_.output_times[output_];
            if (time == end) {
                state_.store(stepper_.result(), state_.output);
                work_.store_result();
            } else {
                interpolate((time - t_) / h_);
            }
            call_.sink(output_, time, state_.output, work_.output);
            ++output_;
        }
        std::copy(stepper_.result(), stepper_.result() + state_.y.size(), state_.y.data());
        work_.commit();
        t_ = end;
    }

    void interpolate(double x) {
        stepper_.interpolate(state_.y.data(), x, state_.between.data());
        state_.store(state_.between.data(), state_.output);
        std::array<double, stages> weights{};
        for (std::size_t j = 0; j < stages; ++j) {
            for (int m = Tableau::dense_terms - 1; m >= 0; --m) {
                weights[j] = weights[j] * x + tableau.dense[m][j];
            }
        }
        work_.interpolate(x, weights);
    }

    void deliver_start() {
        while (output_ < call_.output_times.size() && call_.output_times[output_] <= t_) {
            state_.store(state_.y.data(), state_.output);
            work_.store(work_.output);
            call_.sink(output_, call_.output_times[output_], state_.output, work_.output);
            ++output_;
        }
    }

    void expect_sound(const double* y, const char* advice) const {
        for (std::size_t i = 0; i < state_.size(); ++i) {
            if (!std::isfinite(y[i])) {
                fail(i, "is not finite", advice);
            }
            if (y[i] < state_.least[i]) {
                fail(i, fmt::format("is negative ({:.6g})", y[i]), advice);
            }
        }
    }

    // Place of the species with the largest error.
    std::size_t worst() const {
        std::size_t worst = 0;
        double largest = -1.0;
        for (std::size_t i = 0; i < state_.size(); ++i) {
            const double ratio =
                std::abs(stepper_.error(i)) /
                (state_.absolute[i] + state_.options.relative_tolerance * std::abs(state_.y[i]));
            if (!(ratio <= largest)) {
                largest = ratio;
                worst = i;
            }
        }
        return worst;
    }

    [[noreturn]] void fail(std::size_t place, const std::string& problem,
                           const std::string& advice) const {
        const auto places = state_.bound.place();
        const auto found = std::find(places.begin(), places.end(), static_cast<int>(place));
        const auto& species =
            state_.model.model().all_species()[static_cast<std::size_t>(found - places.begin())];
        throw NumericalError({"kinetics", species.name, "", t_ + h_, t_, problem, advice});
    }

    [[noreturn]] void fail_sensitivity() const {
        const std::string& species = state_.model.model().all_species()[work_.flaw_species].name;
        throw NumericalError(
            {"sensitivities", species, "", t_ + h_, t_,
             fmt::format("has a derivative by '{}' that is not finite",
                         work_.parameters[work_.flaw_parameter].name),
             "check factors with an infinite slope, such as a power below 1 of an amount of 0"});
    }

    SensitivitySolver::Work& work_;
    Solver::Work& state_;
    RosenbrockStep<Tableau>& stepper_;
    const SensitivityCall& call_;
    const VectorKernels& kernels_ = usable_kernels().back();
    double t_;
    double h_ = 0.0;
    bool last_ = false;
    bool below_ = false;
    std::size_t output_ = 0;
    std::int64_t steps_ = 0;
    std::string trouble_;
    StepController control_;  // last: it is made by `start`
};

}  // namespace caravel::kinetics
