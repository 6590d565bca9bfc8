#include "caravel/formulation/thermal/droplet.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/constants.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace caravel::formulation::thermal {
namespace {

constexpr double atmosphere = 101325.0;  // Pa

/// Slope B of ln p = A - B/T (K).
double clapeyron_slope(const VolatileLiquid& l) {
    require_positive(l.boiling_point, "the boiling point", "K");
    require_positive(l.critical_pressure, "the critical pressure", "Pa");
    if (!(l.critical_temperature > l.boiling_point) || !(l.critical_pressure > atmosphere))
        throw InputError(Diagnostic{{},
                                    "the critical point of " +
                                        format_number(l.critical_temperature, 4) +
                                        " K is not above the boiling point",
                                    "a critical point above the boiling point",
                                    ""});
    return std::log(l.critical_pressure / atmosphere) /
           (1.0 / l.boiling_point - 1.0 / l.critical_temperature);
}

void check_temperature(const VolatileLiquid& l, double temperature) {
    require_between(temperature, 0.5 * l.critical_temperature, l.critical_temperature,
                    "the temperature of the liquid", "K");
}

using Complex = std::complex<double>;

Complex bessel_zero(double x) { return x < 1e-3 ? 1.0 - x * x / 6.0 : std::sin(x) / x; }
Complex bessel_zero_slope(double x) {
    return x < 1e-3 ? -x / 3.0 : std::cos(x) / x - std::sin(x) / (x * x);
}
/// Outgoing spherical wave h0 = -i exp(i x)/x, and its slope.
Complex hankel_zero(double x) { return std::polar(1.0, x) / Complex(0.0, x); }
Complex hankel_zero_slope(double x) { return hankel_zero(x) * Complex(-1.0 / x, 1.0); }

}  // namespace

double vapour_pressure(const VolatileLiquid& liquid, double temperature) {
    const double slope = clapeyron_slope(liquid);
    check_temperature(liquid, temperature);
    return atmosphere * std::exp(slope * (1.0 / liquid.boiling_point - 1.0 / temperature));
}

double vaporisation_heat(const VolatileLiquid& liquid) {
    return gas_constant * clapeyron_slope(liquid);
}

double surface_tension(const VolatileLiquid& liquid, double temperature) {
    check_temperature(liquid, temperature);
    require_positive(liquid.surface_tension, "the surface tension", "N/m");
    const double now = 1.0 - temperature / liquid.critical_temperature;
    const double then = 1.0 - liquid.surface_temperature / liquid.critical_temperature;
    return liquid.surface_tension * std::pow(now / then, 11.0 / 9.0);
}

double nucleation_pressure(const VolatileLiquid& liquid, double temperature, double volume,
                           double time) {
    require_positive(volume, "the volume", "m3");
    require_positive(time, "the time", "s");
    require_positive(liquid.molar_mass, "the molar mass", "kg/mol");
    const double s = surface_tension(liquid, temperature);
    const double molecule = liquid.molar_mass / avogadro;
    const double attempts = liquid.density / molecule *
                            std::sqrt(2.0 * s / (std::numbers::pi * molecule)) * volume * time /
                            std::numbers::ln2;
    if (!(attempts > 1.0))
        throw NotAvailable("the volume is too small or the time too short for nucleation");
    const double barrier = boltzmann * temperature * std::log(attempts);
    return vapour_pressure(liquid, temperature) -
           std::sqrt(16.0 * std::numbers::pi * s * s * s / (3.0 * barrier));
}

double centre_amplification(double radius, double frequency, double inner_density,
                            double inner_speed, double outer_density, double outer_speed) {
    require_positive(radius, "the radius", "m");
    require_positive(frequency, "the frequency", "Hz");
    const double omega = 2.0 * std::numbers::pi * frequency;
    const double x = omega * radius / outer_speed;
    const double y = omega * radius / inner_speed;
    const double ratio = outer_density * outer_speed / (inner_density * inner_speed);
    const Complex below =
        bessel_zero(y) * hankel_zero_slope(x) - ratio * bessel_zero_slope(y) * hankel_zero(x);
    return 1.0 / (x * x * std::abs(below));
}

VaporisationThreshold vaporisation_threshold(const VolatileLiquid& liquid, const Droplet& droplet,
                                             double time, double amplification) {
    require_positive(droplet.radius, "the droplet's radius", "m");
    require_positive(amplification, "the amplification", "");
    const double r = droplet.radius;
    VaporisationThreshold t;
    t.laplace_pressure = 2.0 * droplet.interface_tension / r;
    t.vapour_pressure = vapour_pressure(liquid, droplet.temperature);
    t.superheat = t.vapour_pressure - droplet.pressure - t.laplace_pressure;
    t.inside = nucleation_pressure(liquid, droplet.temperature,
                                   4.0 / 3.0 * std::numbers::pi * r * r * r, time);
    const double needed = droplet.pressure + t.laplace_pressure - t.inside;
    t.peak_negative = std::max(0.0, needed) / amplification;
    return t;
}

}  // namespace caravel::formulation::thermal
