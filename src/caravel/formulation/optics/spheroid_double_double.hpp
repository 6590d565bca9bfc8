// Real and complex numbers of twice the precision of a double (about 32 digits), for the few sums
// of the spheroid's radial functions that cancel.
#pragma once

#include <cmath>
#include <complex>

namespace caravel::formulation::optics {

/// An unevaluated sum `high + low` with |low| <= half a unit in the last place of `high` (Dekker
/// 1971; Knuth's two-sum). Needs arithmetic without contraction.
struct DoubleDouble {
    double high = 0.0;
    double low = 0.0;

    DoubleDouble() = default;
    DoubleDouble(double value) : high(value) {}
    DoubleDouble(double h, double l) : high(h), low(l) {}
    double value() const { return high + low; }
};

/// a + b without error, |a| >= |b|.
inline DoubleDouble quick_two_sum(double a, double b) {
    const double sum = a + b;
    return {sum, b - (sum - a)};
}

/// a + b without error.
inline DoubleDouble two_sum(double a, double b) {
    const double sum = a + b;
    const double part = sum - a;
    return {sum, (a - (sum - part)) + (b - part)};
}

/// a b without error while neither exceeds 1e290.
inline DoubleDouble two_product(double a, double b) {
    constexpr double splitter = 134217729.0;  // 2^27 + 1
    const double product = a * b;
    const double ta = splitter * a;
    const double a_high = ta - (ta - a);
    const double a_low = a - a_high;
    const double tb = splitter * b;
    const double b_high = tb - (tb - b);
    const double b_low = b - b_high;
    return {product,
            ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low};
}

inline DoubleDouble operator+(DoubleDouble a, DoubleDouble b) {
    const DoubleDouble s = two_sum(a.high, b.high);
    const DoubleDouble t = two_sum(a.low, b.low);
    const DoubleDouble u = quick_two_sum(s.high, s.low + t.high);
    return quick_two_sum(u.high, u.low + t.low);
}

inline DoubleDouble operator-(DoubleDouble a) { return {-a.high, -a.low}; }

inline DoubleDouble operator-(DoubleDouble a, DoubleDouble b) { return a + (-b); }

inline DoubleDouble operator*(DoubleDouble a, DoubleDouble b) {
    const DoubleDouble p = two_product(a.high, b.high);
    return quick_two_sum(p.high, p.low + (a.high * b.low + a.low * b.high));
}

inline DoubleDouble operator/(DoubleDouble a, DoubleDouble b) {
    const double first = a.high / b.high;
    const DoubleDouble rest = a - b * first;
    const double second = rest.high / b.high;
    const DoubleDouble rest2 = rest - b * second;
    return quick_two_sum(first, second) + DoubleDouble(rest2.high / b.high);
}

/// A complex number of two such reals.
struct ComplexDoubleDouble {
    DoubleDouble real;
    DoubleDouble imag;

    ComplexDoubleDouble() = default;
    ComplexDoubleDouble(DoubleDouble r, DoubleDouble i) : real(r), imag(i) {}
    explicit ComplexDoubleDouble(std::complex<double> z) : real(z.real()), imag(z.imag()) {}
    std::complex<double> value() const { return {real.value(), imag.value()}; }
};

inline ComplexDoubleDouble operator+(const ComplexDoubleDouble& a, const ComplexDoubleDouble& b) {
    return {a.real + b.real, a.imag + b.imag};
}

inline ComplexDoubleDouble operator*(const ComplexDoubleDouble& a, const ComplexDoubleDouble& b) {
    return {a.real * b.real - a.imag * b.imag, a.real * b.imag + a.imag * b.real};
}

inline ComplexDoubleDouble operator*(const ComplexDoubleDouble& a, DoubleDouble b) {
    return {a.real * b, a.imag * b};
}

/// |Re| + |Im|: a cheap size for error bounds.
inline double size_of(const ComplexDoubleDouble& a) {
    return std::abs(a.real.high) + std::abs(a.imag.high);
}

}  // namespace caravel::formulation::optics
