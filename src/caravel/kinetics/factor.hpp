// Value and derivative of the dimensionless rate factors.
#pragma once

#include "caravel/kinetics/model.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::kinetics {

struct FactorValue {
    double value = 0.0;
    double derivative = 0.0;  // d value / d x
};

/// Arguments of power, logarithm and logistic are held at or above this multiple of `a`; below it
/// the factor is constant and its derivative 0, so that rounding below 0 gives no NaN.
inline constexpr double smallest_ratio = 1e-30;

/// A divisor is held at or above this many units of its sum, so that a ratio over an empty volume
/// is finite and has no derivative by the divisor.
inline constexpr double smallest_divisor = 1e-30;

namespace factor_detail {

inline FactorValue power(double x, double a, double b) {
    const double ratio = x / a;
    if (!(ratio > smallest_ratio)) {
        return {std::pow(smallest_ratio, b), 0.0};
    }
    const double value = std::pow(ratio, b);
    return {value, b * value / x};
}

// t/(1+t) with t = (x/a)^b, written so that neither branch overflows
inline FactorValue hill(double x, double a, double b) {
    if (!(x > 0.0)) {
        return {0.0, 0.0};
    }
    if (x > a) {
        const double inverse = std::pow(a / x, b);
        const double value = 1.0 / (1.0 + inverse);
        return {value, b * value * (inverse * value) / x};
    }
    const double t = std::pow(x / a, b);
    const double rest = 1.0 / (1.0 + t);
    return {t * rest, b * t * rest * rest / x};
}

// (1 + (x/a)^b)^(-1/b): 1 for small x, a/x for large x
inline FactorValue simeoni(double x, double a, double b) {
    if (!(x > 0.0)) {
        return {1.0, 0.0};
    }
    const double share = hill(x, a, b).value;
    const double value = x > a ? a / x * std::pow(share, 1.0 / b) : std::pow(1.0 - share, 1.0 / b);
    return {value, -value * share / x};
}

}  // namespace factor_detail

/// Factor of the given shape at x with its derivative. See Shape for the equations and guards.
inline FactorValue evaluate(Shape shape, double x, double a, double b) {
    switch (shape) {
    case Shape::capacity: return x < a ? FactorValue{1.0 - x / a, -1.0 / a} : FactorValue{0.0, 0.0};
    case Shape::michaelis: {
        const double value = 1.0 / (1.0 + x / a);
        return {value, -value * value / a};
    }
    case Shape::hill: return factor_detail::hill(x, a, b);
    case Shape::inhibition: {
        // 1 - hill loses digits above a, where (a/x)^b / (1 + (a/x)^b) does not
        const FactorValue hill = factor_detail::hill(x, a, b);
        const double value = x > a ? std::pow(a / x, b) * hill.value : 1.0 - hill.value;
        return {value, -hill.derivative};
    }
    case Shape::exponential: {
        const double value = std::exp(-x / a);
        return {value, -value / a};
    }
    case Shape::power: return factor_detail::power(x, a, b);
    case Shape::logarithm: {
        const double ratio = x / a;
        return ratio > smallest_ratio ? FactorValue{-std::log(ratio), -1.0 / x}
                                      : FactorValue{-std::log(smallest_ratio), 0.0};
    }
    case Shape::simeoni: return factor_detail::simeoni(x, a, b);
    case Shape::linear: return {x / a, 1.0 / a};
    case Shape::logistic: {
        const FactorValue power = factor_detail::power(x, a, b);
        return {1.0 - power.value, -power.derivative};
    }
    }
    return {};
}

}  // namespace caravel::kinetics
