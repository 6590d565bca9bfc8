#include "caravel/formulation/thermal/particle_heating.hpp"

#include "caravel/base/checks.hpp"

#include <cmath>
#include <numbers>

namespace caravel::formulation::thermal {
namespace {

void check(const HeatedSphere& s, const HeatedMedium& m) {
    require_positive(s.radius, "the radius", "m");
    require_positive(s.conductivity, "the particle's conductivity", "W/(m.K)");
    require_positive(s.heat_capacity, "the particle's heat capacity", "J/(m3.K)");
    require_positive(m.conductivity, "the medium's conductivity", "W/(m.K)");
    require_positive(m.heat_capacity, "the medium's heat capacity", "J/(m3.K)");
}

/// Diffusion time of the medium over one radius (s).
double medium_time(const HeatedSphere& s, const HeatedMedium& m) {
    return s.radius * s.radius * m.heat_capacity / m.conductivity;
}

}  // namespace

double steady_rise(const HeatedSphere& sphere, const HeatedMedium& medium, double power, double r) {
    check(sphere, medium);
    const double a = sphere.radius;
    const double outside = power / (4.0 * std::numbers::pi * medium.conductivity);
    if (r > a) return outside / r;
    require_between(r, 0.0, a, "the distance from the centre", "m");
    const double step =
        medium.interface > 0.0 ? power / (4.0 * std::numbers::pi * a * a * medium.interface) : 0.0;
    const double inside =
        power * (1.0 - r * r / (a * a)) / (8.0 * std::numbers::pi * a * sphere.conductivity);
    return outside / a + step + inside;
}

double relative_rise(const HeatedSphere& sphere, const HeatedMedium& medium, double time) {
    check(sphere, medium);
    if (time <= 0.0) return 0.0;
    // With u in units of 1/sqrt(medium time): integrand 1/((1 - b u^2)^2 + u^2) exp(-u^2 t).
    const double t = time / medium_time(sphere, medium);
    const double b = sphere.heat_capacity / (3.0 * medium.heat_capacity);
    constexpr double step = 0.02;
    double sum = 0.0;
    for (int i = -2000; i <= 1500; ++i) {
        const double u = std::exp(step * i);
        const double exponent = u * u * t;
        if (exponent > 745.0) break;
        const double a = 1.0 - b * u * u;
        sum += u * std::exp(-exponent) / (a * a + u * u);
    }
    return 1.0 - 2.0 / std::numbers::pi * step * sum;
}

double rise_time(const HeatedSphere& sphere, const HeatedMedium& medium) {
    const double target = 1.0 - std::exp(-1.0);
    double low = 1e-6 * medium_time(sphere, medium);
    double high = 1e3 * medium_time(sphere, medium);
    for (int i = 0; i < 60; ++i) {
        const double middle = std::sqrt(low * high);
        (relative_rise(sphere, medium, middle) < target ? low : high) = middle;
    }
    return std::sqrt(low * high);
}

double internal_time(const HeatedSphere& sphere) {
    return sphere.radius * sphere.radius * sphere.heat_capacity /
           (std::numbers::pi * std::numbers::pi * sphere.conductivity);
}

}  // namespace caravel::formulation::thermal
