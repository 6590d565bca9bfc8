#include "caravel/base/quadrature.hpp"

#include "caravel/base/error.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <string>
#include <utility>

namespace caravel {
namespace {

constexpr int most_legendre_points = 100000;
constexpr int most_normal_points = 200;  // 1/weight of the outermost node stays below 1e180
constexpr int most_sweeps = 100;         // of QL per eigenvalue; two or three are usual

void check_points(int points, int most) {
    if (points >= 1 && points <= most) return;
    throw InputError(Diagnostic{{},
                                "quadrature with " + std::to_string(points) + " points",
                                "1 to " + std::to_string(most),
                                ""});
}

struct Polynomial {
    double value;
    double slope;
};

Polynomial legendre(int n, double u) {
    double before = 1.0;
    double current = u;
    for (int k = 2; k <= n; ++k) {
        const double next = ((2.0 * k - 1.0) * u * current - (k - 1.0) * before) / k;
        before = current;
        current = next;
    }
    return {current, n * (before - u * current) / ((1.0 - u) * (1.0 + u))};
}

/// Orthonormal for the standard normal distribution.
Polynomial hermite(int n, double t) {
    double before = 0.0;
    double current = 1.0;
    for (int k = 0; k < n; ++k) {
        const double next = (t * current - std::sqrt(static_cast<double>(k)) * before) /
                            std::sqrt(static_cast<double>(k) + 1.0);
        before = current;
        current = next;
    }
    return {current, std::sqrt(static_cast<double>(n)) * before};
}

/// The largest root below those in `found`, which and whose mirror images are divided out.
double next_hermite_root(int n, double start, const std::vector<double>& found) {
    double t = start;
    for (int step = 0; step < 200; ++step) {
        const Polynomial p = hermite(n, t);
        double others = 0.0;
        for (const double root : found) others += 1.0 / (t - root) + 1.0 / (t + root);
        const double change = p.value / (p.slope - p.value * others);
        t -= change;
        if (std::abs(change) < 1e-15 * (1.0 + std::abs(t))) break;
    }
    return t;
}

/// The implicit QL iteration on a symmetric tridiagonal matrix and the first row of the
/// eigenvectors that it turns.
struct TridiagonalQl {
    std::vector<double> d, e, first;

    /// One implicitly shifted sweep from `m` up to `l`.
    void sweep(std::size_t l, std::size_t m) {
        double g = (d[l + 1] - d[l]) / (2.0 * e[l]);
        double r = std::hypot(g, 1.0);
        g = d[m] - d[l] + e[l] / (g + std::copysign(r, g));
        double s = 1.0, c = 1.0, p = 0.0;
        for (std::size_t i = m; i-- > l;) {
            const double f = s * e[i];
            const double b = c * e[i];
            r = std::hypot(f, g);
            e[i + 1] = r;
            if (r == 0.0) {
                d[i + 1] -= p;
                e[m] = 0.0;
                return;
            }
            s = f / r;
            c = g / r;
            g = d[i + 1] - p;
            r = (d[i] - g) * s + 2.0 * c * b;
            p = s * r;
            d[i + 1] = g + p;
            g = c * r - b;
            const double turned = first[i + 1];
            first[i + 1] = s * first[i] + c * turned;
            first[i] = c * first[i] - s * turned;
        }
        d[l] -= p;
        e[l] = g;
        e[m] = 0.0;
    }

    /// End of the unreduced block that starts at l.
    std::size_t block_end(std::size_t l) const {
        std::size_t m = l;
        const double rounding = std::numeric_limits<double>::epsilon();
        while (m + 1 < d.size() &&
               !(std::abs(e[m]) <= rounding * (std::abs(d[m]) + std::abs(d[m + 1]))))
            ++m;
        return m;
    }
};

}  // namespace

QuadratureRule gauss_legendre(int points) {
    check_points(points, most_legendre_points);
    const auto count = static_cast<std::size_t>(points);
    QuadratureRule rule{std::vector<double>(count, 0.0), std::vector<double>(count, 2.0)};
    if (points == 1) return rule;
    for (std::size_t i = 0; i < (count + 1) / 2; ++i) {
        const double n = points;
        double u = (1.0 - (1.0 - 1.0 / n) / (8.0 * n * n)) *
                   std::cos(std::numbers::pi * (static_cast<double>(i) + 0.75) / (n + 0.5));
        for (int pass = 0; pass < 8; ++pass) {
            const Polynomial p = legendre(points, u);
            const double newton = p.value / p.slope;
            const double step = newton / (1.0 - newton * u / ((1.0 - u) * (1.0 + u)));
            u -= step;
            if (std::abs(step) < 1e-9) break;  // Halley: the steps fall cubically
        }
        if (2 * i + 1 == count) u = 0.0;
        const double slope = legendre(points, u).slope;
        rule.node[i] = -u;
        rule.node[count - 1 - i] = u;
        rule.weight[i] = 2.0 / ((1.0 - u) * (1.0 + u) * slope * slope);
        rule.weight[count - 1 - i] = rule.weight[i];
    }
    return rule;
}

QuadratureRule gauss_legendre(int points, double low, double high) {
    QuadratureRule rule = gauss_legendre(points);
    const double half = 0.5 * (high - low);
    for (double& x : rule.node) x = low + half * (1.0 + x);
    for (double& w : rule.weight) w *= half;
    return rule;
}

QuadratureRule gauss_normal(int points) {
    check_points(points, most_normal_points);
    const auto count = static_cast<std::size_t>(points);
    QuadratureRule rule{std::vector<double>(count, 0.0), std::vector<double>(count, 0.0)};
    const auto weight_at = [&](double t) {
        const double slope = hermite(points, t).slope;
        return 1.0 / (slope * slope);
    };
    std::vector<double> found;
    double start = 2.0 * std::sqrt(points + 1.0);  // above the largest root
    for (std::size_t i = 0; i < count / 2; ++i) {
        const double t = next_hermite_root(points, start, found);
        found.push_back(t);
        rule.node[count - 1 - i] = t;
        rule.node[i] = -t;
        rule.weight[i] = rule.weight[count - 1 - i] = weight_at(t);
        start = t - 1e-3;
    }
    if (count % 2 == 1) rule.weight[count / 2] = weight_at(0.0);
    return rule;
}

QuadratureRule gauss_from_recurrence(std::span<const double> diagonal,
                                     std::span<const double> off_diagonal) {
    const std::size_t n = diagonal.size();
    if (n == 0 || off_diagonal.size() + 1 < n)
        throw InputError(Diagnostic{{},
                                    "Jacobi matrix of " + std::to_string(n) + " rows with " +
                                        std::to_string(off_diagonal.size()) + " neighbours",
                                    "at least one row and one neighbour fewer than rows",
                                    ""});
    TridiagonalQl ql{{diagonal.begin(), diagonal.end()},
                     {off_diagonal.begin(), off_diagonal.begin() + std::ptrdiff_t(n - 1)},
                     std::vector<double>(n, 0.0)};
    ql.e.push_back(0.0);
    ql.first[0] = 1.0;
    for (std::size_t l = 0; l < n; ++l) {
        int sweeps = 0;
        for (std::size_t m = ql.block_end(l); m != l; m = ql.block_end(l)) {
            if (++sweeps > most_sweeps)
                throw NumericalError({"Gauss rule", "nodes", "", 0.0, 0.0, "do not converge",
                                      "give finite recurrence coefficients, fewer of them"});
            ql.sweep(l, m);
        }
    }
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return ql.d[a] < ql.d[b]; });
    QuadratureRule rule;
    for (const std::size_t i : order) {
        rule.node.push_back(ql.d[i]);
        rule.weight.push_back(ql.first[i] * ql.first[i]);
    }
    return rule;
}

}  // namespace caravel
