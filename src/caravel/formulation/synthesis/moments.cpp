#include "caravel/formulation/synthesis/moments.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/quadrature.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace caravel::formulation::synthesis {
namespace {

/// Smallest ratio of successive squared norms (in units of the mean) that is not rounding.
constexpr double smallest_ratio = 1e-14;

[[noreturn]] void not_realisable(std::size_t order, const std::string& problem) {
    throw NumericalError({"moment inversion", "moment " + std::to_string(order), "", 0.0, 0.0,
                          problem, "give moments of a distribution on positive sizes"});
}

}  // namespace

double moment(const Quadrature& measure, double k) {
    double sum = 0.0;
    for (std::size_t i = 0; i < measure.size(); ++i)
        sum += measure.weights[i] * std::pow(measure.nodes[i], k);
    return sum;
}

std::vector<double> moments(const Quadrature& measure, int count) {
    std::vector<double> result(static_cast<std::size_t>(std::max(count, 0)), 0.0);
    for (std::size_t i = 0; i < measure.size(); ++i) {
        double power = measure.weights[i];
        for (double& sum : result) {
            sum += power;
            power *= measure.nodes[i];
        }
    }
    return result;
}

Recurrence recurrence_from_moments(std::span<const double> moments) {
    const std::size_t count = moments.size() / 2;
    if (count == 0 || !(moments[0] > 0.0)) not_realisable(0, "is not positive");
    const double scale = moments[1] / moments[0];
    if (!(scale > 0.0) || !std::isfinite(scale)) not_realisable(1, "gives no positive mean");
    std::vector<double> before(2 * count, 0.0);
    std::vector<double> now(2 * count);
    double power = moments[0];
    for (std::size_t k = 0; k < 2 * count; ++k, power *= scale) now[k] = moments[k] / power;
    Recurrence result{{scale}, {moments[0]}};
    double a = 1.0;
    double b = 0.0;
    for (std::size_t n = 1; n < count; ++n) {
        std::vector<double> next(2 * count, 0.0);
        for (std::size_t k = n; k < 2 * count - n; ++k)
            next[k] = now[k + 1] - a * now[k] - b * before[k];
        const double ratio = next[n] / now[n - 1];
        if (!std::isfinite(ratio) || ratio < -1e-10) not_realisable(2 * n, "cannot be realised");
        if (ratio <= smallest_ratio) break;
        a = next[n + 1] / next[n] - now[n] / now[n - 1];
        b = ratio;
        result.a.push_back(a * scale);
        result.b.push_back(b * scale * scale);
        before = std::move(now);
        now = std::move(next);
    }
    return result;
}

Recurrence recurrence_from_measure(const Quadrature& measure, std::size_t count) {
    const std::size_t size = measure.size();
    count = std::min(count, size);
    std::vector<double> a(measure.nodes.begin(),
                          measure.nodes.begin() + static_cast<std::ptrdiff_t>(size));
    std::vector<double> b(size, 0.0);
    if (size > 0) b[0] = measure.weights[0];
    for (std::size_t n = 1; n < size; ++n) {
        double rest = measure.weights[n];
        double gamma = 1.0;
        double sigma = 0.0;
        double t = 0.0;
        for (std::size_t k = 0; k < std::min(n + 1, count); ++k) {
            const double rho = b[k] + rest;
            const double kept = gamma * rho;
            const double sigma_before = sigma;
            gamma = rho <= 0.0 ? 1.0 : b[k] / rho;
            sigma = rho <= 0.0 ? 0.0 : rest / rho;
            const double shift = sigma * (a[k] - measure.nodes[n]) - gamma * t;
            a[k] -= shift - t;
            t = shift;
            rest = sigma <= 0.0 ? sigma_before * b[k] : t * t / sigma;
            b[k] = kept;
        }
    }
    Recurrence result;
    for (std::size_t k = 0; k < count; ++k) {
        if (k > 0 && !(b[k] > smallest_ratio * a[0] * a[0])) break;
        result.a.push_back(a[k]);
        result.b.push_back(b[k]);
    }
    return result;
}

Quadrature gauss_nodes(const Recurrence& recurrence) {
    const std::size_t n = recurrence.size();
    if (n == 0) return {};
    std::vector<double> off(n, 0.0);
    for (std::size_t i = 0; i + 1 < n; ++i) off[i] = std::sqrt(std::max(recurrence.b[i + 1], 0.0));
    const QuadratureRule rule = gauss_from_recurrence(recurrence.a, off);
    Quadrature result{rule.node, rule.weight};
    for (double& weight : result.weights) weight *= recurrence.b[0];
    return result;
}

std::vector<double> half_line_coefficients(const Recurrence& recurrence) {
    std::vector<double> zeta;
    for (std::size_t n = 0; n < recurrence.size(); ++n) {
        if (n > 0) zeta.push_back(recurrence.b[n] / zeta.back());
        zeta.push_back(n == 0 ? recurrence.a[0] : recurrence.a[n] - zeta.back());
        if (!(zeta.back() > 0.0)) break;  // nothing after it has a meaning
    }
    return zeta;
}

std::vector<double> canonical_moments(const Recurrence& recurrence, double upper) {
    std::vector<double> result;
    double before = 0.0;
    for (const double zeta : half_line_coefficients(recurrence)) {
        const double p = zeta / upper / (1.0 - before);
        result.push_back(p);
        if (!(p > 0.0 && p < 1.0)) break;
        before = p;
    }
    return result;
}

Recurrence recurrence_from_half_line(std::span<const double> zeta, double mass) {
    Recurrence result;
    for (std::size_t k = 0; k < zeta.size(); k += 2) {
        result.a.push_back(k == 0 ? zeta[0] : zeta[k - 1] + zeta[k]);
        result.b.push_back(k == 0 ? mass : zeta[k - 2] * zeta[k - 1]);
    }
    return result;
}

}  // namespace caravel::formulation::synthesis
