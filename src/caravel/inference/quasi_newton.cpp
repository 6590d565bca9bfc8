#include "caravel/inference/quasi_newton.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace caravel::inference {
namespace {

constexpr const char* solver = "quasi-Newton";

struct Trial {
    std::vector<double> theta;
    std::vector<double> gradient;
    double value = std::numeric_limits<double>::infinity();
};

class Iteration {
  public:
    Iteration(const Objective& objective, const Box& box, const QuasiNewtonOptions& options,
              QuasiNewtonState& state)
        : objective_(objective), box_(box), options_(options), state_(state) {}

    void run() {
        find_free();
        if (steepness() <= options_.gradient_tolerance * (1.0 + std::abs(state_.value))) {
            state_.stop = Stop::gradient;
            return;
        }
        if (state_.hessian.rows == 0) reset();
        Trial best = search(direction());
        if (!std::isfinite(best.value) && state_.is_scaled) {
            reset();
            best = search(direction());
        }
        if (!std::isfinite(best.value)) {
            state_.stop = Stop::stuck;
            return;
        }
        accept(std::move(best));
    }

  private:
    double width(std::size_t i) const {
        const double w = box_.width(i);
        return std::isfinite(w) ? w : std::max(1.0, std::abs(state_.theta[i]));
    }

    void find_free() {
        free_.clear();
        for (std::size_t i = 0; i < state_.theta.size(); ++i) {
            if (!box_.holds(i, state_.theta[i], state_.gradient[i])) free_.push_back(i);
        }
    }

    double steepness() const {
        double greatest = 0.0;
        for (const std::size_t i : free_) {
            greatest = std::max(greatest, std::abs(state_.gradient[i]) * width(i));
        }
        return greatest;
    }

    // A diagonal whose step moves the steepest parameter by first_step of its width.
    void reset() {
        const std::size_t n = state_.theta.size();
        const double size = std::max(steepness(), std::numeric_limits<double>::min());
        state_.hessian = Matrix(n, n);
        for (std::size_t i = 0; i < n; ++i) {
            state_.hessian(i, i) = size / (options_.first_step * width(i) * width(i));
        }
        state_.is_scaled = false;
    }

    std::vector<double> direction() {
        Matrix part(free_.size(), free_.size());
        std::vector<double> right(free_.size());
        for (std::size_t a = 0; a < free_.size(); ++a) {
            right[a] = -state_.gradient[free_[a]];
            for (std::size_t b = 0; b < free_.size(); ++b) {
                part(a, b) = state_.hessian(free_[a], free_[b]);
            }
        }
        const auto lower = try_cholesky(part);
        if (!lower) {
            reset();
            return direction();
        }
        const std::vector<double> solution = solve_cholesky(*lower, right);
        std::vector<double> result(state_.theta.size());
        for (std::size_t a = 0; a < free_.size(); ++a) result[free_[a]] = solution[a];
        return result;
    }

    Trial evaluate(const std::vector<double>& direction, double length) {
        Trial trial;
        trial.theta = state_.theta;
        for (std::size_t i = 0; i < direction.size(); ++i) trial.theta[i] += length * direction[i];
        box_.project(trial.theta);
        trial.gradient.assign(direction.size(), 0.0);
        ++state_.evaluations;
        try {
            trial.value = objective_(trial.theta, trial.gradient);
            const double size = dot(trial.gradient, trial.gradient);
            if (!std::isfinite(trial.value) || !std::isfinite(size)) {
                trial.value = std::numeric_limits<double>::infinity();
            }
        } catch (const NumericalError&) {
            trial.value = std::numeric_limits<double>::infinity();
        }
        if (!std::isfinite(trial.value)) ++state_.failed_evaluations;
        return trial;
    }

    double slope_along(std::span<const double> gradient, const std::vector<double>& theta) const {
        double sum = 0.0;
        for (std::size_t i = 0; i < theta.size(); ++i) {
            sum += gradient[i] * (theta[i] - state_.theta[i]);
        }
        return sum;
    }

    bool is_lower(const Trial& trial) const {
        const double slope = slope_along(state_.gradient, trial.theta);
        return slope < 0.0 && trial.value <= state_.value + 1e-4 * slope;
    }

    // The accepted point of the projected path; its value is infinite when there is none.
    Trial search(const std::vector<double>& direction) {
        double length = 1.0;
        for (int i = 0; i < 50; ++i) {
            Trial trial = evaluate(direction, length);
            if (trial.theta == state_.theta) break;
            if (is_lower(trial))
                return length == 1.0 ? lengthen(direction, std::move(trial)) : trial;
            const double slope = slope_along(state_.gradient, trial.theta);
            const double excess = trial.value - state_.value - slope;
            const double factor = excess > 0.0 ? -0.5 * slope / excess : 0.5;
            length *= std::isfinite(factor) ? std::clamp(factor, 0.1, 0.5) : 0.1;
        }
        return {};
    }

    Trial lengthen(const std::vector<double>& direction, Trial trial) {
        for (double length = 2.0; length <= 1024.0; length *= 2.0) {
            const double before = slope_along(state_.gradient, trial.theta);
            if (slope_along(trial.gradient, trial.theta) > 0.9 * before) break;
            Trial longer = evaluate(direction, length);
            if (!(longer.value < trial.value) || !is_lower(longer)) break;
            trial = std::move(longer);
        }
        return trial;
    }

    void accept(Trial trial) {
        std::vector<double> step(trial.theta.size());
        std::vector<double> change(trial.theta.size());
        for (std::size_t i = 0; i < step.size(); ++i) {
            step[i] = trial.theta[i] - state_.theta[i];
            change[i] = trial.gradient[i] - state_.gradient[i];
        }
        update(step, change);
        const double decrease = state_.value - trial.value;
        state_.theta = std::move(trial.theta);
        state_.gradient = std::move(trial.gradient);
        state_.value = trial.value;
        const bool is_little =
            decrease <= options_.value_tolerance * (1e-30 + std::abs(state_.value));
        if (is_little && state_.was_little) state_.stop = Stop::cost;
        state_.was_little = is_little;
    }

    void update(const std::vector<double>& step, std::vector<double> change) {
        double curvature = dot(step, change);
        std::vector<double> image = multiply(state_.hessian, step);
        double expected = dot(step, image);
        if (!(expected > 0.0)) return;
        if (!state_.is_scaled && curvature > 0.0) {
            const double factor = curvature / expected;
            for (double& value : state_.hessian.values) value *= factor;
            for (double& value : image) value *= factor;
            expected = curvature;
        }
        state_.is_scaled = true;
        if (curvature < 0.2 * expected) {
            const double share = 0.8 * expected / (expected - curvature);
            for (std::size_t i = 0; i < change.size(); ++i) {
                change[i] = share * change[i] + (1.0 - share) * image[i];
            }
            curvature = dot(step, change);
        }
        Matrix& b = state_.hessian;
        for (std::size_t i = 0; i < b.rows; ++i) {
            for (std::size_t j = 0; j < b.columns; ++j) {
                b(i, j) += change[i] * change[j] / curvature - image[i] * image[j] / expected;
            }
        }
    }

    const Objective& objective_;
    const Box& box_;
    const QuasiNewtonOptions& options_;
    QuasiNewtonState& state_;
    std::vector<std::size_t> free_;
};

}  // namespace

QuasiNewtonState start_quasi_newton(const Objective& objective, const Box& box,
                                    std::span<const double> start) {
    require_start(box, start, solver);
    QuasiNewtonState state;
    state.theta.assign(start.begin(), start.end());
    state.gradient.assign(start.size(), 0.0);
    state.value = objective(state.theta, state.gradient);
    state.evaluations = 1;
    guard_finite(state.value, solver, "objective", describe_point(start));
    guard_finite(state.gradient, solver, "gradient", describe_point(start));
    return state;
}

void continue_quasi_newton(const Objective& objective, const Box& box, QuasiNewtonState& state,
                           const QuasiNewtonOptions& options) {
    state.stop = Stop::running;
    while (state.stop == Stop::running) {
        if (is_cancelled(options.cancel)) {
            state.stop = Stop::cancelled;
            return;
        }
        if (state.iteration >= options.most_iterations) {
            state.stop = Stop::iterations;
            return;
        }
        Iteration(objective, box, options, state).run();
        ++state.iteration;
        if (options.progress) options.progress(state.iteration, state.value, state.theta);
    }
}

QuasiNewtonState minimise(const Objective& objective, const Box& box, std::span<const double> start,
                          const QuasiNewtonOptions& options) {
    QuasiNewtonState state = start_quasi_newton(objective, box, start);
    continue_quasi_newton(objective, box, state, options);
    return state;
}

}  // namespace caravel::inference
