#include "caravel/inference/least_squares.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace caravel::inference {
namespace {

constexpr const char* solver = "least squares";

// One iteration: the linearised problem at the present point and the trials made from it.
class Iteration {
  public:
    Iteration(const LeastSquaresProblem& problem, const LeastSquaresOptions& options,
              LeastSquaresState& state)
        : problem_(problem), options_(options), state_(state) {}

    void run() {
        linearise();
        if (steepness() <= options_.gradient_tolerance) {
            state_.stop = Stop::gradient;
            return;
        }
        for (int trial = 0; trial < 60; ++trial) {
            if (is_cancelled(options_.cancel)) return;  // the iteration is repeated on resumption
            if (try_step()) return;
        }
        state_.stop = Stop::stuck;
    }

  private:
    void linearise() {
        std::vector<double> residuals(problem_.residuals);
        jacobian_ = Matrix(problem_.residuals, state_.theta.size());
        problem_.evaluate(state_.theta, residuals, &jacobian_);
        guard_finite(jacobian_.values, solver, "Jacobian", describe_point(state_.theta));
        gradient_ = multiply_transposed(jacobian_, state_.residuals);
        free_.clear();
        norm_.assign(state_.theta.size(), 0.0);
        for (std::size_t j = 0; j < state_.theta.size(); ++j) {
            for (std::size_t i = 0; i < jacobian_.rows; ++i) {
                norm_[j] += jacobian_(i, j) * jacobian_(i, j);
            }
            norm_[j] = std::sqrt(norm_[j]);
            state_.scale[j] = std::max(state_.scale[j], norm_[j]);
            if (!problem_.box.holds(j, state_.theta[j], gradient_[j])) free_.push_back(j);
        }
    }

    double steepness() const {
        const double length = std::sqrt(2.0 * state_.cost);
        double greatest = 0.0;
        for (const std::size_t j : free_) {
            if (norm_[j] == 0.0 || length == 0.0) continue;
            greatest = std::max(greatest, std::abs(gradient_[j]) / (norm_[j] * length));
        }
        return greatest;
    }

    // The damped step in the free parameters, zero elsewhere; empty when it cannot be solved.
    std::vector<double> damped_step() const {
        const std::size_t m = problem_.residuals;
        Matrix stacked(m + free_.size(), free_.size());
        std::vector<double> right(m + free_.size());
        for (std::size_t i = 0; i < m; ++i) {
            right[i] = -state_.residuals[i];
            for (std::size_t k = 0; k < free_.size(); ++k) stacked(i, k) = jacobian_(i, free_[k]);
        }
        const double root = std::sqrt(state_.damping);
        for (std::size_t k = 0; k < free_.size(); ++k) {
            const double scale = state_.scale[free_[k]];
            stacked(m + k, k) = root * (scale > 0.0 ? scale : 1.0);
        }
        const auto solution = solve_least_squares(std::move(stacked), std::move(right));
        if (!solution) return {};
        std::vector<double> step(state_.theta.size());
        for (std::size_t k = 0; k < free_.size(); ++k) step[free_[k]] = (*solution)[k];
        return step;
    }

    // Cost at a point, infinite where the model fails.
    double cost_at(const std::vector<double>& theta, std::vector<double>& residuals) {
        ++state_.evaluations;
        double cost = std::numeric_limits<double>::infinity();
        try {
            problem_.evaluate(theta, residuals, nullptr);
            cost = 0.5 * dot(residuals, residuals);
        } catch (const NumericalError&) {
        }
        if (std::isfinite(cost)) return cost;
        ++state_.failed_evaluations;
        return std::numeric_limits<double>::infinity();
    }

    void raise_damping() {
        state_.damping *= state_.damping_growth;
        state_.damping_growth *= 2.0;
    }

    bool is_small(const std::vector<double>& step) const {
        for (std::size_t j = 0; j < step.size(); ++j) {
            const double size = std::abs(state_.theta[j]) + options_.step_tolerance;
            if (std::abs(step[j]) > options_.step_tolerance * size) return false;
        }
        return true;
    }

    // Whether the iteration is over.
    bool try_step() {
        std::vector<double> step = damped_step();
        if (step.empty()) {
            raise_damping();
            return false;
        }
        std::vector<double> trial = state_.theta;
        for (std::size_t j = 0; j < trial.size(); ++j) trial[j] += step[j];
        problem_.box.project(trial);
        for (std::size_t j = 0; j < trial.size(); ++j) step[j] = trial[j] - state_.theta[j];
        const std::vector<double> change = multiply(jacobian_, step);
        const double predicted = -dot(gradient_, step) - 0.5 * dot(change, change);
        const bool is_last = is_small(step);
        std::vector<double> residuals(problem_.residuals);
        const double cost =
            predicted > 0.0 ? cost_at(trial, residuals) : std::numeric_limits<double>::infinity();
        const double actual = state_.cost - cost;
        if (!(actual > 1e-4 * predicted)) {
            if (is_last) state_.stop = Stop::step;
            raise_damping();
            return is_last;
        }
        accept(std::move(trial), std::move(residuals), cost, actual / predicted);
        const double little = options_.cost_tolerance * (cost + actual);
        if (is_last) state_.stop = Stop::step;
        if (actual <= little && predicted <= little) state_.stop = Stop::cost;
        if (cost == 0.0) state_.stop = Stop::cost;
        return true;
    }

    void accept(std::vector<double> theta, std::vector<double> residuals, double cost,
                double ratio) {
        state_.theta = std::move(theta);
        state_.residuals = std::move(residuals);
        state_.cost = cost;
        const double t = 2.0 * ratio - 1.0;
        state_.damping = std::max(1e-20, state_.damping * std::clamp(1.0 - t * t * t, 0.1, 2.0));
        state_.damping_growth = 2.0;
    }

    const LeastSquaresProblem& problem_;
    const LeastSquaresOptions& options_;
    LeastSquaresState& state_;
    Matrix jacobian_;
    std::vector<double> gradient_;
    std::vector<double> norm_;
    std::vector<std::size_t> free_;
};

}  // namespace

LeastSquaresProblem with_difference_jacobian(std::size_t residuals, Box box, VectorFunction f) {
    ResidualFunction evaluate = [residuals, box, f = std::move(f)](std::span<const double> theta,
                                                                   std::span<double> out,
                                                                   Matrix* jacobian) {
        f(theta, out);
        if (jacobian == nullptr) return;
        *jacobian = difference_jacobian(f, residuals, theta, box.lower, box.upper);
    };
    return {residuals, std::move(box), std::move(evaluate)};
}

LeastSquaresState start_least_squares(const LeastSquaresProblem& problem,
                                      std::span<const double> start,
                                      const LeastSquaresOptions& options) {
    require_start(problem.box, start, solver);
    LeastSquaresState state;
    state.theta.assign(start.begin(), start.end());
    state.residuals.assign(problem.residuals, 0.0);
    state.scale.assign(start.size(), 0.0);
    state.damping = options.first_damping;
    problem.evaluate(state.theta, state.residuals, nullptr);
    guard_finite(state.residuals, solver, "residual", describe_point(start));
    state.cost = 0.5 * dot(state.residuals, state.residuals);
    state.evaluations = 1;
    return state;
}

void continue_least_squares(const LeastSquaresProblem& problem, LeastSquaresState& state,
                            const LeastSquaresOptions& options) {
    state.stop = Stop::running;
    if (state.cost == 0.0) state.stop = Stop::cost;
    while (state.stop == Stop::running) {
        if (state.iteration >= options.most_iterations) {
            state.stop = Stop::iterations;
            return;
        }
        LeastSquaresState next = state;
        Iteration(problem, options, next).run();
        if (is_cancelled(options.cancel)) {
            state.stop = Stop::cancelled;
            return;
        }
        state = std::move(next);
        ++state.iteration;
        if (options.progress) options.progress(state.iteration, state.cost, state.theta);
    }
}

LeastSquaresState minimise_squares(const LeastSquaresProblem& problem,
                                   std::span<const double> start,
                                   const LeastSquaresOptions& options) {
    LeastSquaresState state = start_least_squares(problem, start, options);
    continue_least_squares(problem, state, options);
    return state;
}

}  // namespace caravel::inference
