// One call of Solver::advance: the step control around the stages of one method.
#pragma once

#include "caravel/base/error.hpp"
#include "caravel/kinetics/crossing.hpp"
#include "caravel/kinetics/solver_work.hpp"
#include "caravel/kinetics/step_control.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

namespace caravel::kinetics {

template <class Tableau>
class Integration {
  public:
    Integration(Solver::Work& work, RosenbrockStep<Tableau>& step, const Call& call)
        : work_(work), step_(step), call_(call), t_(call.start), control_(start()) {}

    /// Returns the time reached (s), with the state in the call's y.
    double run() {
        deliver_start();
        bool stopped = false;
        while (!stopped && t_ < call_.end) {
            take_step();
            stopped = finish_step();
        }
        work_.store(work_.y.data(), call_.y);
        call_.next_step = control_.wish();
        return t_;
    }

  private:
    static constexpr double epsilon = std::numeric_limits<double>::epsilon();

    enum class Flaw { none, not_finite, negative, inaccurate, too_many_steps };

    struct Trouble {
        Flaw flaw = Flaw::none;
        std::size_t place = 0;  // of the species
        double value = 0.0;
    };

    bool forced() const { return call_.forcing || work_.bound.explicit_time(); }

    StepController start() {
        work_.load(call_.y);
        if (const Trouble trouble = inspect(work_.y.data()); trouble.flaw != Flaw::none) {
            fail(trouble, "check the initial values");
        }
        for (const CrossingEvent& event : call_.events) {
            static_cast<void>(distance(event, call_.start, call_.y));  // throws when unknown
        }
        work_.start_coefficients = work_.coefficients;
        bind_start();
        const SolverOptions& options = work_.options;
        const double first = call_.next_step > 0.0 ? call_.next_step
                             : options.first_step > 0
                                 ? options.first_step
                                 : work_.automatic_step(call_.end - call_.start, Tableau::order);
        return {first, options.longest_step, Tableau::order};
    }

    void bind_start() {
        if (call_.forcing) {
            call_.forcing(t_, work_.start_coefficients);
        }
        work_.bound.bind(work_.start_coefficients);
        work_.bound.set_time(t_);
    }

    // Steps until one is accepted; leaves its size in h_.
    void take_step() {
        bind_start();
        for (int rejected = 0;; ++rejected) {
            choose_step(rejected);
            const double error = try_step();
            if (error <= 1.0) {
                if (!below_) {
                    ++work_.statistics.accepted;
                    control_.accept(error);
                    return;
                }
                trouble_ = inspect(step_.result());
                control_.shrink(0.5);
            } else if (std::isfinite(error)) {
                trouble_ = {Flaw::inaccurate, worst()};
                control_.reject(error);
            } else {
                trouble_ = inspect(step_.result());
                control_.shrink(0.1);
            }
            ++work_.statistics.rejected;
        }
    }

    void choose_step(int rejected) {
        if (steps_++ >= work_.options.step_limit) {
            fail({Flaw::too_many_steps, worst()},
                 "raise the step limit, or check for rates far faster than the run");
        }
        const StepController::Step step = control_.propose(call_.end - t_);
        h_ = step.size;
        last_ = step.last;
        // A call over a few rounding errors of t is one step, however short.
        const bool whole_rest = last_ && rejected == 0;
        if (rejected >= rejections_in_a_row ||
            (h_ < 16.0 * epsilon * std::abs(t_) && !whole_rest)) {
            fail(trouble_, "check the rates of this species, or loosen the tolerance");
        }
    }

    // The error of a step over h_ in tolerances; not finite when the result is not.
    double try_step() {
        const double* const y = work_.y.data();
        ++work_.statistics.factorisations;
        if (!work_.bound.factor(y, 1.0 / (Tableau::gamma * h_))) {
            return std::numeric_limits<double>::infinity();
        }
        const StepNorm norm =
            forced() ? run_forced() : step_.run(work_.bound, y, h_, work_.limits());
        work_.statistics.rate_evaluations += Tableau::stages;
        work_.statistics.solves += Tableau::stages;
        below_ = norm.below;
        return Tableau::error_share * work_.root_mean(norm.squares);
    }

    StepNorm run_forced() {
        differentiate_forcing();
        std::vector<double>& change = work_.stage_coefficients;
        double known = 0.0;  // where in the step `change` holds
        std::fill(change.begin(), change.end(), 0.0);
        const auto change_at = [&](double x) -> std::span<const double> {
            if (x != known && call_.forcing) {
                known = x;
                coefficients_at(t_ + x * h_, change);
            }
            return change;
        };
        return step_.run_forced(work_.bound, work_.y.data(), h_, work_.limits(), change_at);
    }

    // change = coefficients at t less those at the start of the step
    void coefficients_at(double t, std::vector<double>& change) {
        change = work_.start_coefficients;
        call_.forcing(t, change);
        for (std::size_t i = 0; i < change.size(); ++i) {
            change[i] -= work_.start_coefficients[i];
        }
    }

    // df/dt at fixed y: of expressions by time, and from the coefficients. One-sided differences of
    // second order stay inside the step, where the forcing is smooth.
    void differentiate_forcing() {
        double* const derivative = step_.time_derivative();
        std::fill(derivative, derivative + work_.y.size(), 0.0);
        ++work_.statistics.rate_evaluations;
        if (!call_.forcing) {
            work_.bound.add_time_derivative({}, work_.y.data(), derivative);
            return;
        }
        const double reach = std::max(h_ / 4096.0, 64.0 * epsilon * std::abs(t_));
        const double half = t_ + 0.5 * reach;
        const double full = t_ + reach;
        const double a = half - t_;
        const double b = full - t_;
        std::vector<double>& slope = work_.slope_coefficients;
        std::vector<double>& end = work_.stage_coefficients;
        coefficients_at(half, slope);
        coefficients_at(full, end);
        for (std::size_t i = 0; i < slope.size(); ++i) {
            slope[i] = (slope[i] * (b / a) - end[i] * (a / b)) / (b - a);
        }
        work_.bound.add_change(slope, work_.y.data(), derivative);
        work_.bound.add_time_derivative(slope, work_.y.data(), derivative);
    }

    /// Delivers outputs and events of the accepted step; true when an event ends the call.
    bool finish_step() {
        const double end = last_ ? call_.end : t_ + h_;
        const double stop = find_event();
        const double limit = stop < 1.0 ? t_ + stop * h_ : end;
        while (output_ < call_.output_times.size() && call_.output_times[output_] <= limit) {
            const double time = call_.output_times[output_];
            if (time == end) {
                work_.store(step_.result(), work_.output);
            } else {
                interpolate((time - t_) / h_);
            }
            call_.sink(output_, time, work_.output);
            ++output_;
        }
        if (stop <= 1.0) {
            interpolate(stop);
            work_.load(work_.output);
        } else {
            std::copy(step_.result(), step_.result() + work_.y.size(), work_.y.data());
        }
        t_ = limit;
        return stop <= 1.0;
    }

    // The state at t + x h into work_.output.
    void interpolate(double x) {
        step_.interpolate(work_.y.data(), x, work_.between.data());
        work_.store(work_.between.data(), work_.output);
    }

    /// Place in the step of the first crossing, just behind it; 2 when there is none.
    double find_event() {
        double first = no_crossing;
        for (const CrossingEvent& event : call_.events) {
            first = std::min(first, first_crossing([&](double x) {
                                 interpolate(x);
                                 return distance(event, t_ + x * h_, work_.output);
                             }));
        }
        return first;
    }

    double distance(const CrossingEvent& event, double t, std::span<const double> y) const {
        return (event.function ? event.function(t, y) : work_.model.sum(event.sum, y)) -
               event.threshold;
    }

    void deliver_start() {
        while (output_ < call_.output_times.size() && call_.output_times[output_] <= t_) {
            work_.store(work_.y.data(), work_.output);
            call_.sink(output_, call_.output_times[output_], work_.output);
            ++output_;
        }
    }

    Trouble inspect(const double* y) const {
        for (std::size_t i = 0; i < work_.size(); ++i) {
            if (!std::isfinite(y[i])) {
                return {Flaw::not_finite, i};
            }
            if (y[i] < work_.least[i]) {
                return {Flaw::negative, i, y[i]};
            }
        }
        return {};
    }

    std::size_t worst() const {
        std::size_t worst = 0;
        double largest = -1.0;
        for (std::size_t i = 0; i < work_.size(); ++i) {
            const double ratio =
                std::abs(step_.error(i)) /
                (work_.absolute[i] + work_.options.relative_tolerance * std::abs(work_.y[i]));
            if (ratio > largest) {
                largest = ratio;
                worst = i;
            }
        }
        return worst;
    }

    std::string describe(const Trouble& trouble) const {
        const std::string step =
            h_ > 0.0 ? fmt::format(", the step size fell to {:.3g} s", h_) : std::string();
        switch (trouble.flaw) {
        case Flaw::none: break;
        case Flaw::not_finite: return "is not finite" + step;
        case Flaw::negative: return fmt::format("is negative ({:.6g})", trouble.value) + step;
        case Flaw::inaccurate: return "does not meet the error tolerance" + step;
        case Flaw::too_many_steps:
            return fmt::format("needs more than {} steps", work_.options.step_limit);
        }
        return "cannot be advanced" + step;
    }

    [[noreturn]] void fail(const Trouble& trouble, const std::string& advice) const {
        const auto place = work_.bound.place();
        const auto found = std::find(place.begin(), place.end(), static_cast<int>(trouble.place));
        const auto& species =
            work_.model.model().all_species()[static_cast<std::size_t>(found - place.begin())];
        throw NumericalError(
            {"kinetics", species.name, "", t_ + h_, t_, describe(trouble), advice});
    }

    Solver::Work& work_;
    RosenbrockStep<Tableau>& step_;
    const Call& call_;
    double t_;
    double h_ = 0.0;
    bool last_ = false;
    bool below_ = false;
    std::size_t output_ = 0;
    std::int64_t steps_ = 0;
    Trouble trouble_;
    StepController control_;  // last: it is made by `start`
};

}  // namespace caravel::kinetics
