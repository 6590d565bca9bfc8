// Rate factors on dual numbers: value and slope of a factor, and how both change along a direction.
#pragma once

#include "caravel/kinetics/factor.hpp"
#include "caravel/kinetics/model.hpp"

#include <cmath>

namespace caravel::kinetics::dual {

/// value + change * epsilon with epsilon^2 = 0: a number and its derivative along one direction.
struct Dual {
    double value = 0.0;
    double change = 0.0;

    Dual() = default;
    Dual(double v) : value(v) {}  // constants mix with duals
    Dual(double v, double c) : value(v), change(c) {}

    friend Dual operator+(Dual x, Dual y) { return {x.value + y.value, x.change + y.change}; }
    friend Dual operator-(Dual x, Dual y) { return {x.value - y.value, x.change - y.change}; }
    friend Dual operator-(Dual x) { return {-x.value, -x.change}; }
    friend Dual operator*(Dual x, Dual y) {
        return {x.value * y.value, x.change * y.value + x.value * y.change};
    }
    friend Dual operator/(Dual x, Dual y) {
        const double ratio = x.value / y.value;
        return {ratio, (x.change - ratio * y.change) / y.value};
    }
};

inline double value_of(double x) { return x; }
inline double value_of(Dual x) { return x.value; }

inline double exponential(double x) { return std::exp(x); }
inline Dual exponential(Dual x) {
    const double value = std::exp(x.value);
    return {value, value * x.change};
}

inline double logarithm(double x) { return std::log(x); }
inline Dual logarithm(Dual x) { return {std::log(x.value), x.change / x.value}; }

/// x^b for x > 0.
inline double power_of(double x, double b) { return std::pow(x, b); }
inline Dual power_of(Dual x, Dual b) {
    const double value = std::pow(x.value, b.value);
    if (value == 0.0) {
        return {0.0, 0.0};
    }
    const double by_exponent = b.change == 0.0 ? 0.0 : value * std::log(x.value) * b.change;
    return {value, value * b.value * x.change / x.value + by_exponent};
}

/// A factor g(x) and dg/dx.
template <class T>
struct FactorSlope {
    T value{};
    T slope{};
};

template <class T>
FactorSlope<T> power(T x, T a, T b) {
    const T ratio = x / a;
    if (!(value_of(ratio) > smallest_ratio)) {
        return {power_of(T(smallest_ratio), b), T(0.0)};
    }
    const T value = power_of(ratio, b);
    return {value, b * value / x};
}

template <class T>
FactorSlope<T> hill(T x, T a, T b) {
    if (!(value_of(x) > 0.0)) {
        return {T(0.0), T(0.0)};
    }
    if (value_of(x) > value_of(a)) {
        const T inverse = power_of(a / x, b);
        const T value = T(1.0) / (T(1.0) + inverse);
        return {value, b * value * (inverse * value) / x};
    }
    const T t = power_of(x / a, b);
    const T rest = T(1.0) / (T(1.0) + t);
    return {t * rest, b * t * rest * rest / x};
}

template <class T>
FactorSlope<T> simeoni(T x, T a, T b) {
    if (!(value_of(x) > 0.0)) {
        return {T(1.0), T(0.0)};
    }
    const T share = hill(x, a, b).value;
    const T root = T(1.0) / b;
    const T value =
        value_of(x) > value_of(a) ? a / x * power_of(share, root) : power_of(T(1.0) - share, root);
    return {value, -value * share / x};
}

/// The factors of Shape with the guards of `evaluate` in factor.hpp.
template <class T>
FactorSlope<T> factor(Shape shape, T x, T a, T b) {
    const T one(1.0);
    switch (shape) {
    case Shape::capacity:
        return value_of(x) < value_of(a) ? FactorSlope<T>{one - x / a, -one / a}
                                         : FactorSlope<T>{T(0.0), T(0.0)};
    case Shape::michaelis: {
        const T value = one / (one + x / a);
        return {value, -value * value / a};
    }
    case Shape::hill: return hill(x, a, b);
    case Shape::inhibition: {
        const FactorSlope<T> rest = hill(x, a, b);
        const T value =
            value_of(x) > value_of(a) ? power_of(a / x, b) * rest.value : one - rest.value;
        return {value, -rest.slope};
    }
    case Shape::exponential: {
        const T value = exponential(-x / a);
        return {value, -value / a};
    }
    case Shape::power: return power(x, a, b);
    case Shape::logarithm: {
        const T ratio = x / a;
        return value_of(ratio) > smallest_ratio
                   ? FactorSlope<T>{-logarithm(ratio), -one / x}
                   : FactorSlope<T>{T(-std::log(smallest_ratio)), T(0.0)};
    }
    case Shape::simeoni: return simeoni(x, a, b);
    case Shape::linear: return {x / a, one / a};
    case Shape::logistic: {
        const FactorSlope<T> share = power(x, a, b);
        return {one - share.value, -share.slope};
    }
    }
    return {};
}

/// Rate of a reaction per unit of its coefficient, and its derivatives by the species in
/// RateProgram::gradient_columns. A Point has `state(species)`, `sum(index)`, `a(factor)` and
/// `b(factor)` of type T.
template <class T, class Point>
T linearise(const RateProgram& program, const FlatReaction& reaction, const Point& point,
            T* gradient) {
    const T one(1.0);
    const T first = reaction.substrate >= 0 ? point.state(reaction.substrate) : one;
    const T second = reaction.second >= 0 ? point.state(reaction.second) : one;
    T* next = gradient;
    if (reaction.substrate >= 0) {
        *next++ = second;
    }
    if (reaction.second >= 0) {
        *next++ = first;
    }
    T product = first * second;
    const auto append = [&](int sum, T slope) {
        const auto s = static_cast<std::size_t>(sum);
        for (int i = program.sum_starts[s]; i < program.sum_starts[s + 1]; ++i) {
            *next++ = slope * T(program.sum_terms[static_cast<std::size_t>(i)].weight);
        }
    };
    for (int f = reaction.factor_begin; f < reaction.factor_end; ++f) {
        const FlatFactor& flat = program.factors[static_cast<std::size_t>(f)];
        T divisor = one;
        bool held = true;
        if (flat.divisor >= 0) {
            divisor = point.sum(flat.divisor);
            held = value_of(divisor) < smallest_divisor;
            divisor = held ? T(smallest_divisor) : divisor;
        }
        const T x = point.sum(flat.sum) / divisor;
        const FactorSlope<T> g = factor(flat.shape, x, point.a(f), point.b(f));
        for (T* before = gradient; before != next; ++before) {
            *before = *before * g.value;
        }
        const T slope = product * g.slope / divisor;
        append(flat.sum, slope);
        if (flat.divisor >= 0) {
            append(flat.divisor, held ? T(0.0) : -slope * x);
        }
        product = product * g.value;
    }
    return product;
}

}  // namespace caravel::kinetics::dual
