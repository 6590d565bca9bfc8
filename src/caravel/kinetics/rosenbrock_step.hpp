// One Rosenbrock step of a compiled model: evaluation only, no step control.
#pragma once

#include "caravel/kinetics/bound_model.hpp"
#include "caravel/kinetics/padded_array.hpp"
#include "caravel/kinetics/rosenbrock_tableau.hpp"
#include "caravel/kinetics/stage_weights.hpp"
#include "caravel/kinetics/vector_kernels.hpp"

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <span>

namespace caravel::kinetics {

/// Coefficients that change inside a step: how far they are at t + x h from those at t.
template <class Change>
concept CoefficientChange = requires(Change change, double x) {
    { change(x) } -> std::convertible_to<std::span<const double>>;
};

/// The error tolerances of a step, in elimination order; padding as in StepEnd.
struct StepLimits {
    const double* absolute = nullptr;
    const double* least = nullptr;
    double relative = 0.0;
};

/// Stages of one step. `Tableau` is one of the methods in rosenbrock_tableau.hpp.
template <class Tableau>
class RosenbrockStep {
  public:
    explicit RosenbrockStep(std::size_t size)
        : size_(padded(size)),
          stages_(size_ * stage_count),
          start_rates_(size_),
          shift_(size_),
          result_(size_),
          forced_(size_),
          kernels_(usable_kernels().back()) {}

    /// From y over h with the factors of `model`, whose coefficients do not change.
    StepNorm run(BoundModel& model, const double* y, double h, const StepLimits& limits) {
        model.evaluate(y, start_rates_.data());
        for (std::size_t i = 0; i < stage_count; ++i) {
            const double* const shift = combine(i, h);
            if (i > 0 && model.nonlinear()) {
                model.add_remainder(y, shift, stage(i));
            }
            model.solve(stage(i));
        }
        return finish(y, limits);
    }

    /// The same with coefficients that change; time_derivative() holds df/dt.
    template <CoefficientChange Change>
    StepNorm run_forced(BoundModel& model, const double* y, double h, const StepLimits& limits,
                        Change&& change) {
        model.evaluate(y, start_rates_.data());
        for (std::size_t i = 0; i < stage_count; ++i) {
            const double* const shift = combine(i, h);
            double* const right = stage(i);
            for (std::size_t p = 0; p < size_; ++p) {
                right[p] += h * Tableau::d[i] * forced_[p];
            }
            if (i > 0) {
                const std::span<const double> moved = change(Tableau::alpha[i]);
                const StagePoint stage_point{model.time() + Tableau::alpha[i] * h, moved};
                model.add_remainder(y, shift, right, &stage_point);
                for (std::size_t p = 0; p < size_; ++p) {
                    result_[p] = y[p] + shift[p];
                }
                model.add_change(moved, result_.data(), right);
            }
            model.solve(right);
        }
        return finish(y, limits);
    }

    /// Space for df/dt, to be filled before a forced step.
    double* time_derivative() { return forced_.data(); }
    /// y at the end of the step.
    const double* result() const { return result_.data(); }
    /// m_i of stage_weights.hpp of the last step.
    const double* stage_solution(std::size_t i) const { return stage(i); }
    /// Estimated error of component i of the result.
    double error(std::size_t i) const {
        return stage(stage_count - 1)[i] - stage(stage_count - 2)[i];
    }

    /// values = y(t + x h) for a step from y.
    void interpolate(const double* y, double x, double* values) {
        double weights[stage_count];
        for (std::size_t j = 0; j < stage_count; ++j) {
            weights[j] = 0.0;
            for (int m = Tableau::dense_terms - 1; m >= 0; --m) {
                weights[j] = weights[j] * x + step_weights.dense[m][j];
            }
        }
        kernels_.combine[stage_count](
            {stages_.data(), size_, nullptr, weights, result_.data(), 1.0 - x, nullptr, values});
        for (std::size_t p = 0; p < size_; ++p) {
            values[p] = (1.0 - x) * y[p] + x * values[p];
        }
    }

  private:
    static constexpr auto stage_count = static_cast<std::size_t>(Tableau::stages);
    static constexpr StageWeights<Tableau> step_weights{};
    static_assert(stage_count <= most_stages);

    double* stage(std::size_t i) { return stages_.data() + i * size_; }
    const double* stage(std::size_t i) const { return stages_.data() + i * size_; }

    // Right side of stage i without its remainder; returns the shift of its state.
    const double* combine(std::size_t i, double h) {
        const bool known = step_weights.shift_is_previous[i];
        kernels_.combine[i]({stages_.data(), size_, step_weights.shift[i], step_weights.right[i],
                             start_rates_.data(), 1.0 / h, known ? nullptr : shift_.data(),
                             stage(i)});
        return known ? stage(i - 1) : shift_.data();
    }

    StepNorm finish(const double* y, const StepLimits& limits) {
        return kernels_.finish({size_, y, stage(stage_count - 1), stage(stage_count - 2),
                                limits.absolute, limits.least, limits.relative, result_.data()});
    }

    std::size_t size_;
    PaddedArray stages_;
    PaddedArray start_rates_;
    PaddedArray shift_;
    PaddedArray result_;
    PaddedArray forced_;
    const VectorKernels& kernels_;
};

}  // namespace caravel::kinetics
