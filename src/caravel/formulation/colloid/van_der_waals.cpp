#include "caravel/formulation/colloid/van_der_waals.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace caravel::formulation::colloid {
namespace {

constexpr double series_limit = 0.05;          // of x = 4 r1 r2/f2
constexpr double absorption_frequency = 3e15;  // Hz

/// x/2/(1 - x) + x/2 + ln(1 - x) = sum over n >= 3 of (1/2 - 1/n) x^n.
double geometry_of(double x) {
    if (x > series_limit) return 0.5 * x / (1.0 - x) + 0.5 * x + std::log1p(-x);
    double sum = 0.0;
    double power = x * x;
    for (int n = 3; n < 20; ++n) {
        power *= x;
        sum += (0.5 - 1.0 / n) * power;
    }
    return sum;
}

}  // namespace

double hamaker_geometry(double r1, double r2, double gap) {
    if (!(r1 > 0.0) || !(r2 > 0.0) || !(gap > 0.0))
        throw InputError(
            Diagnostic{{},
                       fmt::format("spheres of {:.4g} m and {:.4g} m, {:.4g} m apart", r1, r2, gap),
                       "positive radii and gap",
                       ""});
    const double f1 = gap * (gap + 2.0 * (r1 + r2));
    const double f2 = f1 + 4.0 * r1 * r2;
    if (f1 < 0.5 * f2) {
        const double half = 2.0 * r1 * r2;
        return (half / f1 + half / f2 + std::log(f1 / f2)) / 6.0;
    }
    return geometry_of(4.0 * r1 * r2 / f2) / 6.0;
}

double retardation(double gap, double wavelength) {
    const double u = 5.32 * gap / wavelength;
    if (u <= 0.0) return 1.0;
    if (u > 1e4) return 0.5 / u;
    return 1.0 - u * std::log1p(1.0 / u);
}

double van_der_waals(double hamaker, double r1, double r2, double gap, double wavelength) {
    return -hamaker * hamaker_geometry(r1, r2, gap) * retardation(gap, wavelength);
}

double layered_attraction(std::span<const AttractionLayer> layers, double gap, double wavelength) {
    if (layers.empty())
        throw InputError(Diagnostic{{}, "no attraction without layers", "at least one layer", ""});
    const double outer = layers.back().outer_radius;
    const auto excess = [&](std::size_t i) {
        const double next = i + 1 < layers.size() ? layers[i + 1].root_hamaker : 0.0;
        return layers[i].root_hamaker - next;
    };
    double energy = 0.0;
    for (std::size_t i = 0; i < layers.size(); ++i)
        for (std::size_t j = 0; j < layers.size(); ++j) {
            const double ri = layers[i].outer_radius;
            const double rj = layers[j].outer_radius;
            const double apart = gap + (outer - ri) + (outer - rj);
            energy += van_der_waals(excess(i) * excess(j), ri, rj, apart, wavelength);
        }
    return energy;
}

double tabor_winterton(double n, double eps, double medium_n, double medium_eps,
                       double temperature) {
    const double contrast = (eps - medium_eps) / (eps + medium_eps);
    const double n2 = n * n;
    const double m2 = medium_n * medium_n;
    const double optical = (n2 - m2) * (n2 - m2) / std::pow(n2 + m2, 1.5);
    return 0.75 * boltzmann * temperature * contrast * contrast +
           3.0 * planck * absorption_frequency / (16.0 * std::numbers::sqrt2) * optical;
}

}  // namespace caravel::formulation::colloid
