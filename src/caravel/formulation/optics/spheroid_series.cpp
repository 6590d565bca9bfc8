#include "caravel/formulation/optics/spheroid_series.hpp"

#include "caravel/formulation/optics/spheroid_double_double.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace caravel::formulation::optics {
namespace {

/// The same sums in double and in twofold precision.
struct Single {
    using Real = double;
    struct Complex {
        double real = 0.0;
        double imag = 0.0;
        std::complex<double> value() const { return {real, imag}; }
    };
    static Complex from(std::complex<double> z) { return {z.real(), z.imag()}; }
    static constexpr double unit = 1.2e-16;
};

Single::Complex operator+(const Single::Complex& a, const Single::Complex& b) {
    return {a.real + b.real, a.imag + b.imag};
}
Single::Complex operator*(const Single::Complex& a, const Single::Complex& b) {
    return {a.real * b.real - a.imag * b.imag, a.real * b.imag + a.imag * b.real};
}
Single::Complex operator*(const Single::Complex& a, double b) { return {a.real * b, a.imag * b}; }
double size_of(const Single::Complex& a) { return std::abs(a.real) + std::abs(a.imag); }

struct Double {
    using Real = DoubleDouble;
    using Complex = ComplexDoubleDouble;
    static Complex from(std::complex<double> z) { return Complex(z); }
    static constexpr double unit = 1e-31;
};

template <class Precision>
struct Sum {
    typename Precision::Complex value{};
    double terms = 0.0;  // sum of the sizes of the terms

    double cancellation() const {
        const double size = size_of(value);
        return size > 0.0 ? terms / size : std::numeric_limits<double>::infinity();
    }
    void add(const typename Precision::Complex& term) {
        value = value + term;
        terms += size_of(term);
    }
};

template <class Precision>
typename Precision::Real ratio(double up, double down) {
    return typename Precision::Real(up) / typename Precision::Real(down);
}

/// 2F1(-q, n-q+1/2; k+3/2; z) by powers of z.
template <class Precision>
Sum<Precision> hypergeometric(int n, int k, int q, const typename Precision::Complex& z) {
    Sum<Precision> sum;
    auto term = Precision::from(1.0);
    sum.add(term);
    for (int a = 0; a < q; ++a) {
        term = term * z * ratio<Precision>((a - q) * (n - q + 0.5 + a), (a + 1.0) * (k + 1.5 + a));
        sum.add(term);
    }
    return sum;
}

/// The same function by powers of 1 - z; the factors that vanish at n - k > q are left out before
/// they meet their equals in the denominator.
template <class Precision>
Sum<Precision> hypergeometric_about_one(int n, int k, int q,
                                        const typename Precision::Complex& one_minus_z) {
    const int d = k - n + q + 1;
    const double b = n - q + 0.5;
    const int first = d <= 0 ? std::max(0, q + d) : 0;
    Sum<Precision> sum;
    if (first > q) return sum;
    auto term = Precision::from(1.0);
    for (int j = 0; j < first; ++j)
        term = term * one_minus_z * ratio<Precision>((q - j) * (b + j), j + 1.0);
    for (int i = 0; i < q; ++i)
        term = term * ratio<Precision>(i < q - first ? d + i : 1.0, k + 1.5 + i);
    sum.add(term);
    for (int j = first; j < q; ++j) {
        term =
            term * one_minus_z * ratio<Precision>((q - j) * (b + j), (j + 1.0) * (d + q - j - 1.0));
        sum.add(term);
    }
    return sum;
}

/// Coefficients of the Laurent series from power -2 `negative.size()` up, in steps of two.
template <class Precision>
class Laurent {
  public:
    using Complex = typename Precision::Complex;
    using Real = typename Precision::Real;

    Laurent(int n, int k, std::complex<double> s, double x_max) {
        const Complex index = Precision::from(s);
        const Complex z = index * index;
        const Complex one_minus_z = z * Real(-1.0) + Precision::from(1.0);
        // -(2n-2q-1)!! s^(k+1) / (2^q q! (2k+1)!!), from q to q + 1 as the loop goes
        Complex prefactor = Precision::from(-1.0);
        for (int i = 1; i <= n; ++i)
            prefactor = i <= k + 1 ? prefactor * index : prefactor * Real(2.0 * i - 1.0);
        double largest = 0.0;
        double reach = 1.0;
        int small = 0;
        for (int q = 0; q < 1000 && small < 3; ++q) {
            Sum<Precision> sum = hypergeometric<Precision>(n, k, q, z);
            if (sum.cancellation() > 4.0) {
                const auto other = hypergeometric_about_one<Precision>(n, k, q, one_minus_z);
                if (other.terms < sum.terms) sum = other;
            }
            const double bound = size_of(prefactor) * sum.terms;
            if (q < (n - k - 2) / 2) {
                negative.push_back(prefactor * sum.value);
            } else {
                positive.push_back(prefactor * sum.value);
                positive_terms.push_back(bound);
                largest = std::max(largest, bound * reach);
                small = bound * reach < Precision::unit * largest ? small + 1 : 0;
                reach *= x_max * x_max;
            }
            if (sum.terms > 0.0)
                negative_error =
                    std::max(negative_error, std::min(1.0, Precision::unit * sum.cancellation()));
            prefactor =
                prefactor * ratio<Precision>(1.0, (2.0 * n - 2.0 * q - 1.0) * 2.0 * (q + 1.0));
        }
    }

    std::vector<Complex> negative, positive;
    std::vector<double> positive_terms;  // size of the terms behind each coefficient
    double negative_error = 0.0;         // relative, of any coefficient
};

struct Estimate {
    std::complex<double> value;
    double error;  // relative
};

template <class Precision>
Estimate sum_positive(const Laurent<Precision>& series, double x) {
    const auto square = typename Precision::Real(x) * typename Precision::Real(x);
    typename Precision::Complex sum{};
    double terms = 0.0;
    for (std::size_t i = series.positive.size(); i-- > 0;) {
        sum = sum * square + series.positive[i];
        terms = terms * x * x + series.positive_terms[i];
    }
    return {sum.value(), Precision::unit * terms / size_of(sum)};
}

Estimate subtract_negative(const Laurent<Double>& series, double x, std::complex<double> product) {
    const DoubleDouble inverse = DoubleDouble(1.0) / (DoubleDouble(x) * DoubleDouble(x));
    ComplexDoubleDouble removed;
    double terms = 0.0;
    for (const ComplexDoubleDouble& coefficient : series.negative) {
        removed = (removed + coefficient) * inverse;
        terms = (terms + size_of(coefficient)) * inverse.high;
    }
    const std::complex<double> rest = product - removed.value();
    const double error =
        Single::unit * (4.0 * std::abs(product) + size_of(removed)) + series.negative_error * terms;
    return {rest, error / (std::abs(rest.real()) + std::abs(rest.imag()))};
}

}  // namespace

double keep_positive_powers(int n, int k, std::complex<double> s, std::span<const double> x,
                            double* real, double* imag) {
    constexpr double acceptable = 10.0 * Single::unit;
    const double x_max = *std::max_element(x.begin(), x.end());
    const Laurent<Single> plain(n, k, s, x_max);
    std::vector<Laurent<Double>> precise;  // made where the first point needs it
    double worst = 0.0;
    for (std::size_t t = 0; t < x.size(); ++t) {
        Estimate best = sum_positive(plain, x[t]);
        if (!(best.error < acceptable)) {
            if (precise.empty()) precise.emplace_back(n, k, s, x_max);
            const Estimate fine = sum_positive(precise[0], x[t]);
            best = fine;
            if (!(fine.error < Single::unit)) {
                const Estimate rest = subtract_negative(precise[0], x[t], {real[t], imag[t]});
                if (!(fine.error <= rest.error)) best = rest;
            }
        }
        real[t] = best.value.real();
        imag[t] = best.value.imag();
        worst = std::max(worst, best.error);
    }
    return worst;
}

}  // namespace caravel::formulation::optics
