#include "caravel/inference/sobol_indices.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/expects.hpp"
#include "caravel/inference/guards.hpp"

#include <cmath>

namespace caravel::inference {
namespace {

void require_plan(const SobolIndexPlan& plan) {
    require_between(static_cast<double>(plan.dimensions), 1, 0.5 * sobol_dimensions,
                    "the number of parameters of a Sobol analysis", "",
                    "screen with Morris first and fix what does not matter");
    require_between(static_cast<double>(plan.base), 2, 0x1p32, "the number of base points", "");
}

// Indices of all parameters from chosen base rows: first ones, then total ones.
class Estimator {
  public:
    Estimator(const SobolIndexPlan& plan, std::span<const double> outputs)
        : outputs_(outputs), dimensions_(plan.dimensions) {}

    std::vector<double> operator()(std::span<const std::size_t> rows) const {
        const auto n = static_cast<double>(rows.size());
        double sum = 0.0;
        for (const std::size_t r : rows) sum += at(r, 0) + at(r, 1);
        const double centre = sum / (2.0 * n);
        double square = 0.0;
        for (const std::size_t r : rows) {
            square += (at(r, 0) - centre) * (at(r, 0) - centre) +
                      (at(r, 1) - centre) * (at(r, 1) - centre);
        }
        const double variance = square / (2.0 * n - 1.0);
        if (!(variance > 0.0)) {
            NumericalFailure failure;
            failure.process = "Sobol indices";
            failure.quantity = "the output";
            failure.problem = "does not vary (value " + format_number(centre) + ")";
            failure.advice = "widen the ranges of the parameters or choose another output.";
            throw NumericalError(std::move(failure));
        }
        std::vector<double> result(2 * dimensions_);
        for (std::size_t d = 0; d < dimensions_; ++d) {
            double first = 0.0;
            double total = 0.0;
            for (const std::size_t r : rows) {
                const double change = at(r, d + 2) - at(r, 0);
                first += (at(r, 1) - centre) * change;
                total += change * change;
            }
            result[d] = first / n / variance;
            result[dimensions_ + d] = total / (2.0 * n) / variance;
        }
        return result;
    }

  private:
    double at(std::size_t row, std::size_t place) const {
        return outputs_[row * (dimensions_ + 2) + place];
    }

    std::span<const double> outputs_;
    std::size_t dimensions_;
};

}  // namespace

SobolIndexDesign::SobolIndexDesign(const SobolIndexPlan& plan)
    : plan_((require_plan(plan), plan)),
      sequence_(static_cast<int>(2 * plan.dimensions), Scrambling::linear, plan.seed) {}

std::vector<double> SobolIndexDesign::point(std::uint64_t i) const {
    CARAVEL_EXPECTS(i < plan_.points());
    std::vector<double> both(2 * plan_.dimensions);
    sequence_.point(i / (plan_.dimensions + 2), both);
    const std::uint64_t place = i % (plan_.dimensions + 2);
    const auto d = static_cast<std::ptrdiff_t>(plan_.dimensions);
    if (place == 1) return {both.begin() + d, both.end()};
    std::vector<double> point(both.begin(), both.begin() + d);
    if (place >= 2) point[place - 2] = both[plan_.dimensions + place - 2];
    return point;
}

std::vector<double> sobol_index_point(const SobolIndexPlan& plan, std::uint64_t i) {
    return SobolIndexDesign(plan).point(i);
}

std::vector<SobolIndex> sobol_indices(const SobolIndexPlan& plan, std::span<const double> outputs,
                                      const BootstrapOptions& options) {
    require_plan(plan);
    CARAVEL_EXPECTS(outputs.size() == plan.points());
    require_finite(outputs, "the output of Sobol point");
    const std::vector<Estimate> estimates =
        bootstrap(static_cast<std::size_t>(plan.base), Estimator(plan, outputs), options);
    std::vector<SobolIndex> result(plan.dimensions);
    for (std::size_t d = 0; d < plan.dimensions; ++d) {
        result[d] = {estimates[d], estimates[plan.dimensions + d]};
    }
    return result;
}

}  // namespace caravel::inference
