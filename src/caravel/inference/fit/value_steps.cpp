#include "caravel/inference/fit/value_steps.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::inference::fit {
namespace {

constexpr double relative_step = 1e-4;

double step_in_theta(const Parameter& p, double theta) {
    switch (p.scale) {
    case Scale::linear:
        return relative_step * std::max(std::abs(theta), 1e-3 * (p.upper - p.lower));
    case Scale::log10: return relative_step / std::numbers::ln10;
    case Scale::logit: break;
    }
    return relative_step;
}

}  // namespace

DifferencePair values_around(const Parameter& parameter, double value) {
    const double theta = to_scale(parameter.scale, value);
    const double step = step_in_theta(parameter, theta);
    return {std::max(parameter.lower, from_scale(parameter.scale, theta - step)),
            std::min(parameter.upper, from_scale(parameter.scale, theta + step))};
}

}  // namespace caravel::inference::fit
