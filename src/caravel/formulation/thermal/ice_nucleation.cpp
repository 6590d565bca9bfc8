#include "caravel/formulation/thermal/ice_nucleation.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/constants.hpp"

#include <cmath>
#include <numbers>

namespace caravel::formulation::thermal {
namespace {

constexpr double warmest = 273.1;                                   // K
constexpr double coldest = 230.0;                                   // K
constexpr double temperature_step = 0.02;                           // K
constexpr double contact_molecules = 1e19;                          // 1/m2
constexpr double molecule_volume = 18.015e-3 / 917.0 / avogadro;    // m3, in ice
constexpr double liquid_molecules = 1000.0 / 18.015e-3 * avogadro;  // 1/m3

double log_ice_pressure(double t) {
    return 9.550426 - 5723.265 / t + 3.53068 * std::log(t) - 0.00728332 * t;
}

double log_liquid_pressure(double t) {
    const double l = std::log(t);
    return 54.842763 - 6763.22 / t - 4.210 * l + 0.000367 * t +
           std::tanh(0.0415 * (t - 218.8)) * (53.878 - 1331.22 / t - 9.44523 * l + 0.014025 * t);
}

/// Cools until the expected number of events is ln 2; `rate(T)` in 1/s for one volume.
template <class Rate>
double half_frozen(double cooling_rate, const Rate& rate) {
    require_positive(cooling_rate, "the cooling rate", "K/s");
    double events = 0.0;
    double last = rate(warmest);
    for (double t = warmest - temperature_step; t > coldest; t -= temperature_step) {
        const double here = rate(t);
        const double added = 0.5 * (last + here) * temperature_step / cooling_rate;
        if (events + added >= std::numbers::ln2) {
            const double part = (std::numbers::ln2 - events) / added;
            return t + temperature_step * (1.0 - part);
        }
        events += added;
        last = here;
    }
    throw NotAvailable("no ice forms above 230 K on this particle; clean water freezes first");
}

}  // namespace

double fletcher_factor(double cosine, double size_ratio) {
    require_between(cosine, -1.0, 1.0, "the cosine of the contact angle", "");
    require_between(size_ratio, 0.0, 1e300, "the particle's radius over the germ's", "");
    const double m = cosine;
    const double x = size_ratio;
    // On a large sphere the terms in x^3 and x^2 vanish against those of the plane.
    if (x > 1e8) return 0.25 * (2.0 + m) * (1.0 - m) * (1.0 - m);
    const double g = std::sqrt((x - m) * (x - m) + (1.0 - m) * (1.0 + m));
    if (g == 0.0) return 0.0;
    const double s = (x - m) / g;
    // 1 - s without the cancellation at large x.
    const double d = x > m ? (1.0 - m) * (1.0 + m) / (g * (g + x - m)) : 1.0 - s;
    const double u = (1.0 - m * x) / g;
    return 0.5 * (1.0 + u * u * u + x * x * x * d * d * (3.0 - d) - 3.0 * m * x * x * d);
}

SupercooledWater supercooled_water(double temperature) {
    require_between(temperature, 200.0, warmest, "the temperature of supercooled water", "K");
    const double kt = boltzmann * temperature;
    SupercooledWater w;
    w.driving_force = kt * (log_liquid_pressure(temperature) - log_ice_pressure(temperature));
    w.interface_energy = 1e-3 * (31.7 + 0.232 * (temperature - 273.15));
    w.germ_radius = 2.0 * w.interface_energy * molecule_volume / w.driving_force;
    w.barrier = 4.0 / 3.0 * std::numbers::pi * w.germ_radius * w.germ_radius * w.interface_energy;
    const double away = temperature - 118.0;
    w.transfer = kt / planck * std::exp(-892.0 * temperature / (away * away));
    return w;
}

double heterogeneous_rate(double temperature, double radius, double cosine) {
    require_positive(radius, "the radius", "m");
    const SupercooledWater w = supercooled_water(temperature);
    const double f = fletcher_factor(cosine, radius / w.germ_radius);
    return contact_molecules * w.transfer * std::exp(-f * w.barrier / (boltzmann * temperature));
}

double homogeneous_rate(double temperature) {
    const SupercooledWater w = supercooled_water(temperature);
    return liquid_molecules * w.transfer * std::exp(-w.barrier / (boltzmann * temperature));
}

double nucleation_temperature(double radius, double cosine, double count, double cooling_rate) {
    require_positive(count, "the number of particles", "");
    const double area = 4.0 * std::numbers::pi * radius * radius * count;
    return half_frozen(cooling_rate,
                       [&](double t) { return area * heterogeneous_rate(t, radius, cosine); });
}

double homogeneous_nucleation_temperature(double volume, double cooling_rate) {
    require_positive(volume, "the volume", "m3");
    return half_frozen(cooling_rate, [&](double t) { return volume * homogeneous_rate(t); });
}

}  // namespace caravel::formulation::thermal
