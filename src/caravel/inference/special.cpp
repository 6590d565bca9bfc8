#include "caravel/inference/special.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/expects.hpp"
#include "caravel/base/roots.hpp"
#include "caravel/exec/normal_quantile.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::inference {
namespace {

constexpr double half_log_two_pi = 0.91893853320467274178;

// (1 - Phi(x)) / phi(x) for x >= 5: 1/(x + 1/(x + 2/(x + ...))).
double mills_ratio(double x) {
    double tail = x;
    for (int k = 80; k >= 1; --k) tail = x + k / tail;
    return 1.0 / tail;
}

// Value of b0 + a1/(b1 + a2/(b2 + ...)) by the modified Lentz method; term(k) gives {a_k, b_k}.
template <class Term>
double continued_fraction(double b0, const Term& term) {
    constexpr double tiny = 1e-300;
    double value = b0 == 0.0 ? tiny : b0;
    double c = value;
    double d = 0.0;
    for (int k = 1; k <= 100000; ++k) {
        const auto [a, b] = term(k);
        d = b + a * d;
        if (d == 0.0) d = tiny;
        c = b + a / c;
        if (c == 0.0) c = tiny;
        d = 1.0 / d;
        const double change = c * d;
        value *= change;
        if (std::abs(change - 1.0) < 1e-16) break;
    }
    return value;
}

struct Pair {
    double a, b;
};

// log I_x(a, b) with y = 1 - x given apart, so that a small one of the two keeps its digits.
double log_beta_part(double a, double b, double x, double y) {
    if (x > (a + 1.0) / (a + b + 2.0)) return std::log1p(-std::exp(log_beta_part(b, a, y, x)));
    const double log_front = a * std::log(x) + b * (x < 0.5 ? std::log1p(-x) : std::log(y)) +
                             std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) - std::log(a);
    const double fraction = continued_fraction(1.0, [&](int k) {
        const double m = k / 2;  // NOLINT(bugprone-integer-division): the even and odd terms
        if (k % 2 == 0) return Pair{m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), 1.0};
        return Pair{-(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)), 1.0};
    });
    return log_front - std::log(fraction);
}

}  // namespace

double log_normal_density(double z) { return -0.5 * z * z - half_log_two_pi; }

double log_normal_cdf(double z) {
    if (z < -5.0) return log_normal_density(z) + std::log(mills_ratio(-z));
    if (z < 0.0) return std::log(0.5 * std::erfc(-z / std::numbers::sqrt2));
    return std::log1p(-0.5 * std::erfc(z / std::numbers::sqrt2));
}

double normal_hazard(double z) {
    if (z < -5.0) return 1.0 / mills_ratio(-z);
    return std::exp(log_normal_density(z) - log_normal_cdf(z));
}

double gamma_p(double a, double x) {
    CARAVEL_EXPECTS(a > 0.0 && x >= 0.0 && std::isfinite(a));
    if (x == 0.0) return 0.0;
    if (std::isinf(x)) return 1.0;
    const double log_front = a * std::log(x) - x - std::lgamma(a);
    if (x < a + 1.0) {
        double term = 1.0 / a;
        double sum = term;
        for (double k = a + 1.0; term > 1e-17 * sum; k += 1.0) {
            term *= x / k;
            sum += term;
        }
        return std::exp(log_front + std::log(sum));
    }
    const double fraction = continued_fraction(x + 1.0 - a, [&](int k) {
        return Pair{-k * (k - a), x + 1.0 - a + 2.0 * k};
    });
    return 1.0 - std::exp(log_front) / fraction;
}

double chi_squared_quantile(double p, double freedom) {
    require_between(p, 0.0, 1.0 - 1e-16, "the probability of the chi-squared quantile", "");
    require_positive(freedom, "the degrees of freedom", "");
    if (p == 0.0) return 0.0;
    if (freedom == 1.0) {
        const double z = exec::normal_quantile(0.5 * (1.0 + p));
        return z * z;
    }
    double high = freedom + 10.0;
    while (gamma_p(0.5 * freedom, 0.5 * high) < p && high < 1e12) high *= 2.0;
    RootSearch search;
    search.quantity = "the chi-squared quantile";
    search.tolerance = 1e-14 * freedom;
    return find_root([&](double x) { return gamma_p(0.5 * freedom, 0.5 * x) - p; }, 0.0, high,
                     search);
}

double log_incomplete_beta(double a, double b, double x) {
    CARAVEL_EXPECTS(a > 0.0 && b > 0.0 && x > 0.0 && x < 1.0);
    return log_beta_part(a, b, x, 1.0 - x);
}

double log_student_density(double t, double freedom) {
    CARAVEL_EXPECTS(freedom > 0.0);
    return std::lgamma(0.5 * (freedom + 1.0)) - std::lgamma(0.5 * freedom) -
           0.5 * std::log(freedom * std::numbers::pi) -
           0.5 * (freedom + 1.0) * std::log1p(t * t / freedom);
}

double log_student_cdf(double t, double freedom) {
    CARAVEL_EXPECTS(freedom > 0.0);
    const double x = freedom / (freedom + t * t);
    const double rest = t * t / (freedom + t * t);
    if (rest == 0.0) return -std::numbers::ln2;
    if (!(x > 0.0)) {  // t^2 is beyond the range of doubles
        return t > 0.0 ? 0.0 : log_student_density(t, freedom) + std::log(-t / freedom);
    }
    const double log_tail = log_beta_part(0.5 * freedom, 0.5, x, rest) - std::numbers::ln2;
    return t < 0.0 ? log_tail : std::log1p(-std::exp(log_tail));
}

double student_density_slope(double t, double freedom) {
    return -(freedom + 1.0) * t / (freedom + t * t);
}

double student_hazard(double t, double freedom) {
    return std::exp(log_student_density(t, freedom) - log_student_cdf(t, freedom));
}

}  // namespace caravel::inference
