#include "caravel/kinetics/solver.hpp"

#include "caravel/base/error.hpp"
#include "caravel/kinetics/rosenbrock_step.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>
#include <variant>

namespace caravel::kinetics {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

// Step controller: h_new = h clamp(safety err^(-1/order)).
constexpr double safety = 0.95;
constexpr double least_factor = 0.2;
constexpr double greatest_factor = 8.0;
// A rest of the interval up to this multiple of the step is taken in one step.
constexpr double stretch = 1.1;
// A species that may not be negative is accepted down to this multiple of its absolute tolerance.
constexpr double negative_allowance = 10.0;
constexpr int rejections_in_a_row = 100;

struct Call {
    std::span<double> y;
    double start;
    double end;
    double& next_step;
    const Forcing& forcing;
    std::span<const double> output_times;
    const OutputSink& sink;
    std::span<const CrossingEvent> events;
};

struct Trouble {
    int species = -1;  // in elimination order
    std::string problem;
};

}  // namespace

/// Work space that does not depend on the method.
struct Solver::Work {
    Work(const CompiledModel& compiled, const SolverOptions& chosen)
        : model(compiled),
          options(chosen),
          bound(compiled),
          coefficients(compiled.coefficients().begin(), compiled.coefficients().end()),
          stage_coefficients(coefficients),
          y(bound.padded_size()),
          rates(bound.padded_size()),
          absolute(bound.padded_size(), 1.0),
          least(bound.padded_size()),
          output(static_cast<std::size_t>(compiled.size())),
          stepper(make_stepper()) {
        if (!(options.relative_tolerance > 0.0) || !(options.absolute_factor > 0.0)) {
            throw std::invalid_argument("solver tolerances must be positive");
        }
        for (std::size_t i = 0; i < output.size(); ++i) {
            const Species& species = model.model().all_species()[i];
            const auto place = static_cast<std::size_t>(bound.place()[i]);
            absolute[place] = species.scale * options.relative_tolerance * options.absolute_factor;
            least[place] = species.non_negative ? -negative_allowance * absolute[place]
                                                : -std::numeric_limits<double>::infinity();
        }
    }

    using Stepper =
        std::variant<RosenbrockStep<Rodas4>, RosenbrockStep<Rodas4P>, RosenbrockStep<Rodas5P>>;

    Stepper make_stepper() const {
        const std::size_t padded = bound.padded_size();
        switch (options.method) {
        case Method::rodas4: return RosenbrockStep<Rodas4>(padded);
        case Method::rodas4p: return RosenbrockStep<Rodas4P>(padded);
        case Method::rodas5p: break;
        }
        return RosenbrockStep<Rodas5P>(padded);
    }

    void load(std::span<const double> values) {
        for (std::size_t i = 0; i < output.size(); ++i) {
            y[static_cast<std::size_t>(bound.place()[i])] = values[i];
        }
    }
    void store(const double* from, std::span<double> values) const {
        for (std::size_t i = 0; i < output.size(); ++i) {
            values[i] = from[bound.place()[i]];
        }
    }

    const CompiledModel& model;
    SolverOptions options;
    BoundModel bound;
    std::vector<double> coefficients;
    std::vector<double> stage_coefficients;
    std::vector<double> slope_coefficients;
    std::vector<double> far_coefficients;
    std::vector<double> y;  // in elimination order, padded
    std::vector<double> rates;
    std::vector<double> absolute;
    std::vector<double> least;
    std::vector<double> output;  // in model order
    std::vector<double> event_values;
    SolverStatistics statistics;
    Stepper stepper;
};

namespace {

/// One call of Solver::advance: the step control around the stages of one method.
template <class Tableau>
class Integration {
  public:
    Integration(Solver::Work& work, RosenbrockStep<Tableau>& step, const Call& call)
        : work_(work),
          step_(step),
          call_(call),
          t_(call.start),
          padded_(work.bound.padded_size()) {}

    double run() {
        start();
        deliver_start();
        bool stopped = false;
        while (!stopped && t_ < call_.end) {
            take_step();
            stopped = finish_step();
        }
        work_.store(work_.y.data(), call_.y);
        call_.next_step = wish_;
        return t_;
    }

  private:
    static constexpr double exponent = -1.0 / Tableau::order;

    bool forced() const { return static_cast<bool>(call_.forcing); }

    void bind(double t) {
        call_.forcing(t, work_.stage_coefficients);
        work_.bound.bind(work_.stage_coefficients);
    }

    void start() {
        work_.load(call_.y);
        work_.stage_coefficients = work_.coefficients;
        if (forced()) {
            bind(t_);
        } else {
            work_.bound.bind(work_.stage_coefficients);
        }
        if (const Trouble trouble = inspect(work_.y.data()); trouble.species >= 0) {
            fail(trouble, "check the initial values");
        }
        for (const CrossingEvent& event : call_.events) {
            static_cast<void>(work_.model.sum(event.sum, call_.y));  // throws when unknown
        }
        wish_ = call_.next_step > 0.0          ? call_.next_step
                : work_.options.first_step > 0 ? work_.options.first_step
                                               : automatic_step();
        limit_wish();
    }

    void limit_wish() {
        if (work_.options.longest_step > 0.0) {
            wish_ = std::min(wish_, work_.options.longest_step);
        }
    }

    double weighted_norm(const double* values, const double* y) const {
        double sum = 0.0;
        const std::size_t n = work_.output.size();
        for (std::size_t i = 0; i < n; ++i) {
            const double weight =
                work_.absolute[i] + work_.options.relative_tolerance * std::abs(y[i]);
            const double ratio = values[i] / weight;
            sum += ratio * ratio;
        }
        return std::sqrt(sum / static_cast<double>(n));
    }

    // Largest first step for which an explicit Euler step stays within 1% of the weighted state
    // and its second derivative within the tolerance (Hairer, Norsett, Wanner 1993, II.4).
    double automatic_step() {
        const double span = call_.end - call_.start;
        const double* const y = work_.y.data();
        std::vector<double> first(padded_, 0.0);
        std::vector<double> second(padded_, 0.0);
        std::vector<double> moved(padded_, 0.0);
        work_.bound.add_rates(y, first.data());
        const double size = weighted_norm(y, y);
        const double speed = weighted_norm(first.data(), y);
        double h = size > 1e-5 && speed > 1e-5 ? 0.01 * size / speed : 1e-6 * span;
        h = std::min(h, span);
        for (std::size_t i = 0; i < padded_; ++i) {
            moved[i] = y[i] + h * first[i];
        }
        work_.bound.add_rates(moved.data(), second.data());
        work_.statistics.rate_evaluations += 2;
        for (std::size_t i = 0; i < padded_; ++i) {
            second[i] = (second[i] - first[i]) / h;
        }
        const double bend = std::max(speed, weighted_norm(second.data(), y));
        const double smooth = bend > 1e-15 ? std::pow(0.01 / bend, 1.0 / Tableau::order) : span;
        const double step = std::min({100.0 * h, smooth, span});
        return step > 0.0 && std::isfinite(step) ? step : 1e-6 * span;
    }

    // Steps until one is accepted; leaves its size in h_.
    void take_step() {
        for (int rejected = 0;; ++rejected) {
            choose_step();
            if (rejected >= rejections_in_a_row || h_ < 16.0 * epsilon * std::abs(t_)) {
                last_trouble_.problem += fmt::format(", the step size fell to {:.3g} s", h_);
                fail(last_trouble_, "check the rates of this species, or loosen the tolerance");
            }
            const double error = try_step();
            if (error <= 1.0) {
                const Trouble trouble = inspect(step_.result());
                if (trouble.species < 0) {
                    accept(error, rejected > 0);
                    return;
                }
                last_trouble_ = trouble;
                wish_ = 0.5 * h_;
            } else if (std::isfinite(error)) {
                last_trouble_ = {worst(), "does not meet the error tolerance"};
                wish_ = h_ * std::max(least_factor, safety * std::pow(error, exponent));
            } else {
                last_trouble_ = inspect(step_.result());
                wish_ = 0.1 * h_;
            }
            ++work_.statistics.rejected;
        }
    }

    // Ends exactly at the end of the call, without a tiny last step.
    void choose_step() {
        if (work_.statistics.accepted + work_.statistics.rejected - steps_before_ >=
            work_.options.step_limit) {
            fail({worst(), fmt::format("needs more than {} steps", work_.options.step_limit)},
                 "raise the step limit, or check for rates far faster than the run");
        }
        const double rest = call_.end - t_;
        last_ = rest <= stretch * wish_ && !(work_.options.longest_step > 0.0 &&
                                             rest > (1.0 + 1e-9) * work_.options.longest_step);
        h_ = last_ ? rest : rest < 2.0 * wish_ ? 0.5 * rest : wish_;
        shortened_ = h_ < wish_;
    }

    double try_step() {
        const double* const y = work_.y.data();
        if (forced()) {
            bind(t_);
            differentiate_forcing();
        }
        const bool regular = work_.bound.factor(y, 1.0 / (Tableau::gamma * h_));
        ++work_.statistics.factorisations;
        if (!regular) {
            return std::numeric_limits<double>::infinity();
        }
        step_.run(work_.bound, y, h_, !forced(), [this](double x) { bind(t_ + x * h_); });
        work_.statistics.rate_evaluations += Tableau::stages;
        work_.statistics.solves += Tableau::stages;
        return error_norm();
    }

    double error_norm() const {
        const double* const error = step_.error();
        const double* const after = step_.result();
        const double* const before = work_.y.data();
        const double relative = work_.options.relative_tolerance;
        double sum = 0.0;
        const std::size_t n = work_.output.size();
        for (std::size_t i = 0; i < n; ++i) {
            const double size = std::max(std::abs(before[i]), std::abs(after[i]));
            const double ratio = error[i] / (work_.absolute[i] + relative * size);
            sum += ratio * ratio;
        }
        return Tableau::error_share * std::sqrt(sum / static_cast<double>(n));
    }

    // df/dt from the coefficients alone: dy/dt is linear in them. One-sided differences of second
    // order stay inside the step, where the forcing is smooth.
    void differentiate_forcing() {
        const double reach = std::max(h_ / 4096.0, 64.0 * epsilon * std::abs(t_));
        const double half = t_ + 0.5 * reach;
        const double full = t_ + reach;
        const double a = half - t_;
        const double b = full - t_;
        std::vector<double>& slope = work_.slope_coefficients;
        slope = work_.stage_coefficients;
        std::vector<double>& end = work_.far_coefficients;
        end = work_.stage_coefficients;
        call_.forcing(half, slope);
        call_.forcing(full, end);
        for (std::size_t i = 0; i < slope.size(); ++i) {
            const double now = work_.stage_coefficients[i];
            slope[i] = ((slope[i] - now) * (b / a) - (end[i] - now) * (a / b)) / (b - a);
        }
        work_.bound.rates_with(slope, work_.y.data(), step_.time_derivative().data());
        ++work_.statistics.rate_evaluations;
    }

    void accept(double error, bool after_rejection) {
        ++work_.statistics.accepted;
        double factor = std::clamp(safety * std::pow(std::max(error, 1e-12), exponent),
                                   least_factor, greatest_factor);
        if (after_rejection) {
            factor = std::min(factor, 1.0);
        }
        // a step cut short by the end of the call says nothing against the longer one
        wish_ = shortened_ && !after_rejection ? std::max(wish_, factor * h_) : factor * h_;
        limit_wish();
    }

    /// Delivers outputs and events of the accepted step; true when an event ends the call.
    bool finish_step() {
        const double end = last_ ? call_.end : t_ + h_;
        interpolation_ready_ = false;
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
            std::copy(step_.result(), step_.result() + padded_, work_.y.begin());
        }
        t_ = stop < 1.0 ? limit : end;
        return stop <= 1.0;
    }

    void interpolate(double x) {
        if (!interpolation_ready_) {
            step_.prepare_interpolation();
            interpolation_ready_ = true;
        }
        for (std::size_t i = 0; i < work_.output.size(); ++i) {
            const auto place = static_cast<std::size_t>(work_.bound.place()[i]);
            work_.output[i] = step_.interpolate(work_.y.data(), x, place);
        }
    }

    double event_distance(const CrossingEvent& event, double x) {
        interpolate(x);
        return work_.model.sum(event.sum, work_.output) - event.threshold;
    }

    /// Place in the step of the first crossing, just behind it; 2 when there is none.
    double find_event() {
        double first = 2.0;
        for (const CrossingEvent& event : call_.events) {
            double before = event_distance(event, 0.0);
            double left = 0.0;
            for (const double right : {0.25, 0.5, 0.75, 1.0}) {
                const double after = event_distance(event, right);
                const bool crosses = before * after < 0.0 || (after == 0.0 && before != 0.0);
                if (crosses) {
                    first = std::min(first, crossing(event, left, right, before));
                    break;
                }
                before = after;
                left = right;
            }
        }
        return first;
    }

    // Bisection down to neighbouring times: robust, and cheap beside a step.
    double crossing(const CrossingEvent& event, double left, double right, double before) {
        while (right - left > epsilon) {
            const double middle = 0.5 * (left + right);
            const double value = event_distance(event, middle);
            if (value == 0.0 || (value < 0.0) != (before < 0.0)) {
                right = middle;
            } else {
                left = middle;
            }
        }
        return right;
    }

    void deliver_start() {
        while (output_ < call_.output_times.size() && call_.output_times[output_] <= t_) {
            work_.store(work_.y.data(), work_.output);
            call_.sink(output_, call_.output_times[output_], work_.output);
            ++output_;
        }
    }

    Trouble inspect(const double* y) const {
        for (std::size_t i = 0; i < work_.output.size(); ++i) {
            if (!std::isfinite(y[i])) {
                return {static_cast<int>(i), "is not finite"};
            }
            if (y[i] < work_.least[i]) {
                return {static_cast<int>(i), fmt::format("is negative ({:.6g})", y[i])};
            }
        }
        return {};
    }

    int worst() const {
        const double* const error = step_.error();
        int worst = 0;
        double largest = -1.0;
        for (std::size_t i = 0; i < work_.output.size(); ++i) {
            const double ratio =
                std::abs(error[i]) /
                (work_.absolute[i] + work_.options.relative_tolerance * std::abs(work_.y[i]));
            if (ratio > largest) {
                largest = ratio;
                worst = static_cast<int>(i);
            }
        }
        return worst;
    }

    [[noreturn]] void fail(const Trouble& trouble, const std::string& advice) const {
        const auto place = work_.bound.place();
        const auto found = std::find(place.begin(), place.end(), std::max(trouble.species, 0));
        const auto& species =
            work_.model.model().all_species()[static_cast<std::size_t>(found - place.begin())];
        throw NumericalError({"kinetics", species.name, "", t_ + h_, t_, trouble.problem, advice});
    }

    Solver::Work& work_;
    RosenbrockStep<Tableau>& step_;
    const Call& call_;
    double t_;
    std::size_t padded_;
    double wish_ = 0.0;  // what the controller would take
    double h_ = 0.0;
    bool last_ = false;
    bool shortened_ = false;
    bool interpolation_ready_ = false;
    std::size_t output_ = 0;
    Trouble last_trouble_{0, "cannot be advanced"};
    std::int64_t steps_before_ = work_.statistics.accepted + work_.statistics.rejected;
};

void expect_valid(const Call& call, int size) {
    if (std::ssize(call.y) != size) {
        throw std::invalid_argument("the state does not have one value per species");
    }
    if (!(call.end >= call.start) || !std::isfinite(call.end) || !std::isfinite(call.start)) {
        throw std::invalid_argument("the time interval must be finite and not run backwards");
    }
    const auto& times = call.output_times;
    if (!std::is_sorted(times.begin(), times.end()) ||
        (!times.empty() && (times.front() < call.start || times.back() > call.end))) {
        throw std::invalid_argument("output times must ascend inside the time interval");
    }
    if (!times.empty() && !call.sink) {
        throw std::invalid_argument("output times need a sink");
    }
}

}  // namespace

Solver::Solver(const CompiledModel& model, SolverOptions options)
    : work_(std::make_unique<Work>(model, options)) {}
Solver::~Solver() = default;
Solver::Solver(Solver&&) noexcept = default;
Solver& Solver::operator=(Solver&&) noexcept = default;

double Solver::advance(std::span<double> y, double t0, double t1, double& next_step,
                       const Forcing& forcing, std::span<const double> output_times,
                       const OutputSink& sink, std::span<const CrossingEvent> events) {
    const Call call{y, t0, t1, next_step, forcing, output_times, sink, events};
    expect_valid(call, work_->model.size());
    return std::visit(
        [&]<class Tableau>(RosenbrockStep<Tableau>& step) {
            return Integration<Tableau>(*work_, step, call).run();
        },
        work_->stepper);
}

std::span<double> Solver::coefficients() { return work_->coefficients; }

const SolverStatistics& Solver::statistics() const { return work_->statistics; }

}  // namespace caravel::kinetics
