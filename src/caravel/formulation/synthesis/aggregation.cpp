#include "caravel/formulation/synthesis/aggregation.hpp"

#include "caravel/base/constants.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace caravel::formulation::synthesis {

double brownian_kernel(double a, double b, double temperature, double viscosity,
                       double stability_ratio) {
    return 2.0 * boltzmann * temperature / (3.0 * viscosity * stability_ratio) * (a + b) * (a + b) /
           (a * b);
}

Quadrature aggregated(const Quadrature& radii, const PairKernel& kernel, double duration) {
    const std::size_t n = radii.size();
    std::vector<double> losses(n, 0.0);  // collisions per particle
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
            losses[i] += kernel(radii.nodes[i], radii.nodes[j]) * radii.weights[j] * duration;
    Quadrature result = radii;
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
            const double a = radii.nodes[i];
            const double b = radii.nodes[j];
            // second order in time, and no size loses more than two thirds
            const double x = std::max(losses[i], losses[j]);
            const double pairs = kernel(a, b) * radii.weights[i] * radii.weights[j] * duration *
                                 (i == j ? 0.5 : 1.0) / (1.0 + 0.5 * x + 0.25 * x * x);
            result.weights[i] -= pairs;
            result.weights[j] -= pairs;
            result.nodes.push_back(std::cbrt(a * a * a + b * b * b));
            result.weights.push_back(pairs);
        }
    }
    return result;
}

std::vector<double> aggregation_rates(const Quadrature& volumes, const PairKernel& kernel,
                                      int count) {
    std::vector<double> rates(static_cast<std::size_t>(count), 0.0);
    for (std::size_t i = 0; i < volumes.size(); ++i) {
        for (std::size_t j = 0; j < volumes.size(); ++j) {
            const double u = volumes.nodes[i];
            const double v = volumes.nodes[j];
            const double pairs = 0.5 * kernel(u, v) * volumes.weights[i] * volumes.weights[j];
            for (int k = 0; k < count; ++k)
                rates[static_cast<std::size_t>(k)] +=
                    pairs * (std::pow(u + v, k) - std::pow(u, k) - std::pow(v, k));
        }
    }
    return rates;
}

std::vector<double> breaking_rates(const Quadrature& volumes,
                                   const std::function<double(double)>& selection, int count) {
    std::vector<double> rates(static_cast<std::size_t>(count), 0.0);
    for (std::size_t i = 0; i < volumes.size(); ++i) {
        const double broken = volumes.weights[i] * selection(volumes.nodes[i]);
        for (int k = 0; k < count; ++k)
            rates[static_cast<std::size_t>(k)] +=
                broken * std::pow(volumes.nodes[i], k) * (2.0 / (k + 1.0) - 1.0);
    }
    return rates;
}

FixedPivot::FixedPivot(std::vector<double> volumes, const PairKernel& kernel)
    : volumes_(std::move(volumes)) {
    const std::size_t n = volumes_.size();
    targets_.reserve(n * (n + 1) / 2);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
            const double sum = volumes_[i] + volumes_[j];
            Target target;
            target.kernel = kernel(volumes_[i], volumes_[j]) * (i == j ? 0.5 : 1.0);
            const auto above = std::upper_bound(volumes_.begin(), volumes_.end(), sum);
            const auto lower = static_cast<std::size_t>(above - volumes_.begin()) - 1;
            target.lower = static_cast<std::int32_t>(lower);
            if (above == volumes_.end()) {
                target.share = sum / volumes_.back();
            } else {
                target.above = (sum - volumes_[lower]) / (*above - volumes_[lower]);
                target.share = 1.0 - target.above;
            }
            targets_.push_back(target);
        }
    }
}

void FixedPivot::add_aggregation(std::span<const double> numbers, double factor,
                                 std::span<double> rates) const {
    std::size_t pair = 0;
    for (std::size_t i = 0; i < volumes_.size(); ++i) {
        if (numbers[i] == 0.0) {
            pair += i + 1;
            continue;
        }
        for (std::size_t j = 0; j <= i; ++j, ++pair) {
            const Target& target = targets_[pair];
            const double events = factor * target.kernel * numbers[i] * numbers[j];
            const auto lower = static_cast<std::size_t>(target.lower);
            rates[i] -= events;
            rates[j] -= events;
            rates[lower] += target.share * events;
            if (target.above > 0.0) rates[lower + 1] += target.above * events;
        }
    }
}

void FixedPivot::add_breaking(std::span<const double> numbers,
                              const std::function<double(double)>& selection,
                              std::span<double> rates) const {
    const std::size_t n = volumes_.size();
    for (std::size_t k = 0; k < n; ++k) {
        const double broken = numbers[k] * selection(volumes_[k]);
        if (broken == 0.0) continue;
        rates[k] -= broken;
        // fragments of density 2/v: between neighbours each pivot takes half of the interval's
        // number; those below the first pivot come as their volume
        const double density = 2.0 * broken / volumes_[k];
        const double first = volumes_[0];
        rates[0] += density * 0.5 * first;
        for (std::size_t i = 0; i < k; ++i) {
            const double half = 0.5 * density * (volumes_[i + 1] - volumes_[i]);
            rates[i] += half;
            rates[i + 1] += half;
        }
    }
}

}  // namespace caravel::formulation::synthesis
