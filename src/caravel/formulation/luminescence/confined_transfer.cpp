#include "caravel/formulation/luminescence/confined_transfer.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/quadrature.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace caravel::formulation::luminescence {
namespace {

constexpr double most_dyes = 1e9;

/// Lower incomplete gamma function of 2/3.
double incomplete_gamma(double z) {
    constexpr double a = 2.0 / 3.0;
    constexpr double complete_from = 40.0;
    if (z > complete_from) return std::tgamma(a);
    double term = 1.0 / a;
    double sum = term;
    for (int n = 1; n < 200 && term > 1e-17 * sum; ++n) {
        term *= z / (a + n);
        sum += term;
    }
    return std::pow(z, a) * std::exp(-z) * sum;
}

/// Integral of exp(-q/t^3) from 0 to `to`.
double shadow(double q, double to) {
    if (to <= 0.0) return 0.0;
    const double z = q / (to * to * to);
    return to * std::exp(-z) - std::cbrt(q) * (std::tgamma(2.0 / 3.0) - incomplete_gamma(z));
}

/// 1 - integral of exp(-s) F(s)^N, by the trapezoidal rule in ln s; `kept(s)` is F.
template <class Kept>
double lost(double acceptors, const Kept& kept) {
    constexpr double from = -24.0;  // ln s
    constexpr double to = 4.0;
    constexpr int steps = 280;
    constexpr double step = (to - from) / steps;
    double sum = 0.0;
    for (int i = 0; i <= steps; ++i) {
        const double s = std::exp(from + step * i);
        const double missing = 1.0 - std::pow(std::clamp(kept(s), 0.0, 1.0), acceptors);
        sum += (i == 0 || i == steps ? 0.5 : 1.0) * s * std::exp(-s) * missing;
    }
    return std::clamp(sum * step, 0.0, 1.0);
}

void check(double forster_radius, double radius, double acceptors) {
    require_positive(forster_radius, "the Forster radius", "m");
    require_positive(radius, "the radius", "m");
    require_between(acceptors, 0.0, most_dyes, "the number of acceptors", "");
}

/// Density (1/m) of the distance r of a point at `from_centre` to points of a ball.
double distance_density(double r, double from_centre, double radius) {
    const double cube = radius * radius * radius;
    if (r <= radius - from_centre) return 3.0 * r * r / cube;
    const double beyond = r - from_centre;
    return 0.75 * r * (radius * radius - beyond * beyond) / (cube * from_centre);
}

double ball_loss_at(double forster_radius, double from_centre, double radius, double acceptors) {
    const double sixth = std::pow(forster_radius, 6);
    std::vector<double> weight, inverse;
    const auto add = [&](double from, double to) {
        const QuadratureRule rule = gauss_legendre(48, from, to);
        for (std::size_t i = 0; i < rule.size(); ++i) {
            weight.push_back(rule.weight[i] * distance_density(rule.node[i], from_centre, radius));
            inverse.push_back(sixth / std::pow(rule.node[i], 6));
        }
    };
    add(0.0, radius - from_centre);
    add(radius - from_centre, radius + from_centre);
    return lost(acceptors, [&](double s) {
        double sum = 0.0;
        for (std::size_t i = 0; i < weight.size(); ++i)
            sum += weight[i] * std::exp(-s * inverse[i]);
        return sum;
    });
}

}  // namespace

double sphere_transfer_efficiency(double forster_radius, double donor_radius,
                                  double acceptor_radius, double acceptors) {
    check(forster_radius, donor_radius, acceptors);
    require_positive(acceptor_radius, "the acceptors' radius", "m");
    const double scale = forster_radius * forster_radius;
    const double near = std::pow(donor_radius - acceptor_radius, 2) / scale;
    const double far = std::pow(donor_radius + acceptor_radius, 2) / scale;
    return lost(acceptors,
                [&](double s) { return (shadow(s, far) - shadow(s, near)) / (far - near); });
}

double ball_transfer_efficiency(double forster_radius, double radius, double acceptors) {
    check(forster_radius, radius, acceptors);
    const QuadratureRule shares = gauss_legendre(8, 0.0, 1.0);  // of the ball's volume
    double sum = 0.0;
    for (std::size_t i = 0; i < shares.size(); ++i)
        sum += shares.weight[i] *
               ball_loss_at(forster_radius, radius * std::cbrt(shares.node[i]), radius, acceptors);
    return sum;
}

double sphere_crowding_yield(double action, double radius, double dyes) {
    check(action, radius, dyes);
    const double t = std::min(action / radius, 2.0);
    return std::pow(1.0 - 0.25 * t * t, std::max(dyes - 1.0, 0.0));
}

double ball_crowding_yield(double action, double radius, double dyes) {
    check(action, radius, dyes);
    const double t = std::min(action / radius, 2.0);
    const double near = t * t * t * (1.0 - 9.0 / 16.0 * t + t * t * t / 32.0);
    return std::pow(std::max(1.0 - near, 0.0), std::max(dyes - 1.0, 0.0));
}

}  // namespace caravel::formulation::luminescence
