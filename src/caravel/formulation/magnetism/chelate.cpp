#include "caravel/formulation/magnetism/chelate.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/constants.hpp"
#include "caravel/formulation/magnetism/relaxivity.hpp"
#include "caravel/formulation/magnetism/spectral_density.hpp"

#include <cmath>
#include <numbers>

namespace caravel::formulation::magnetism {
namespace {

using std::numbers::pi;

constexpr double water_concentration = 55.1e3;  // mol/m3 at 37 C
constexpr double electron_g_factor = 2.0;
constexpr double electron_gyromagnetic_ratio =
    electron_g_factor * bohr_magneton / reduced_planck;  // rad/(s T)

void check(const ParamagneticIon& ion, const Rotation& rotation) {
    require_between(ion.spin, 0.5, 3.5, "the electron spin", "1");
    require_between(ion.inner_waters, 0.0, 12.0, "the number of inner-sphere waters", "1");
    require_positive(ion.proton_distance, "the distance of the inner protons", "m");
    require_positive(ion.closest_approach, "the closest approach of outer water", "m");
    require_positive(ion.residence_time, "the residence time of water", "s");
    require_positive(ion.zero_field_splitting, "the zero-field splitting", "1/s2");
    require_positive(ion.splitting_time, "the correlation time of the splitting", "s");
    require_positive(rotation.overall, "the rotational time", "s");
    require_between(rotation.order_parameter, 0.0, 1.0, "the order parameter", "1");
}

/// mu0/(4 pi) squared gammaI^2 g^2 muB^2 S(S+1), the dipolar strength (m6/s2).
double dipolar_strength(double spin) {
    const double coupling = 1e-7 * proton_gyromagnetic_ratio * electron_g_factor * bohr_magneton;
    return coupling * coupling * spin * (spin + 1.0);
}

/// tau/(1+(w tau)^2), with tau from rotation, exchange and electron; both motions of a tether.
struct Correlation {
    double overall, local, order;
    double at(double angular) const {
        return order * overall / (1.0 + angular * angular * overall * overall) +
               (1.0 - order) * local / (1.0 + angular * angular * local * local);
    }
};

Correlation correlation(const ParamagneticIon& ion, const Rotation& r, double electron) {
    const double other = 1.0 / ion.residence_time + 1.0 / electron;
    const double overall = 1.0 / (1.0 / r.overall + other);
    const double local = r.local > 0.0 ? 1.0 / (1.0 / r.overall + 1.0 / r.local + other) : overall;
    return {overall, local, r.local > 0.0 ? r.order_parameter : 1.0};
}

}  // namespace

ElectronTimes electron_times(const ParamagneticIon& ion, double w) {
    const double t = ion.splitting_time;
    const double one = 1.0 / (1.0 + w * w * t * t);
    const double two = 1.0 / (1.0 + 4.0 * w * w * t * t);
    const double strength =
        ion.zero_field_splitting * t * (4.0 * ion.spin * (ion.spin + 1.0) - 3.0) / 50.0;
    return {1.0 / (2.0 * strength * (one + 4.0 * two)),
            1.0 / (strength * (3.0 + 5.0 * one + 2.0 * two))};
}

IonRelaxivity ion_relaxivity(const ParamagneticIon& ion, const Rotation& rotation, double field,
                             double water_diffusion) {
    check(ion, rotation);
    require_positive(field, "the flux density", "T");
    require_positive(water_diffusion, "the diffusion coefficient", "m2/s");
    const double wi = proton_gyromagnetic_ratio * field;
    const double ws = electron_gyromagnetic_ratio * field;
    const ElectronTimes electron = electron_times(ion, ws);
    const Correlation c1 = correlation(ion, rotation, electron.longitudinal);
    const Correlation c2 = correlation(ion, rotation, electron.transverse);
    const double strength = dipolar_strength(ion.spin);
    const double near = strength / std::pow(ion.proton_distance, 6.0);
    const double bound_1 = 2.0 / 15.0 * near * (3.0 * c1.at(wi) + 7.0 * c2.at(ws));
    const double bound_2 =
        1.0 / 15.0 * near * (4.0 * c1.at(0.0) + 3.0 * c1.at(wi) + 13.0 * c2.at(ws));
    const double share = ion.inner_waters / water_concentration;
    const double d = ion.closest_approach;
    const double time = d * d / water_diffusion;
    const double outer = 16.0 * pi / 405.0 * strength * avogadro / (d * water_diffusion);
    const double slow = freed_density(wi, time, electron.longitudinal);
    const double fast = freed_density(ws, time, electron.transverse);
    IonRelaxivity r;
    r.inner_longitudinal = share / (1.0 / bound_1 + ion.residence_time);
    r.inner_transverse = share / (1.0 / bound_2 + ion.residence_time);
    r.outer_longitudinal = 2.0 * outer * (3.0 * slow + 7.0 * fast);
    r.outer_transverse =
        outer * (4.0 * freed_density(0.0, time, electron.longitudinal) + 3.0 * slow + 13.0 * fast);
    return r;
}

double rotational_time(double diameter, double viscosity, double temperature) {
    require_positive(diameter, "the diameter", "m");
    require_positive(viscosity, "the viscosity", "Pa.s");
    require_positive(temperature, "the temperature", "K");
    return pi * viscosity * diameter * diameter * diameter / (6.0 * boltzmann * temperature);
}

double surface_fraction(double diameter, double layer) {
    require_positive(diameter, "the diameter", "m");
    require_positive(layer, "the thickness of one layer of ions", "m");
    if (layer >= 0.5 * diameter) return 1.0;
    const double inner = 1.0 - 2.0 * layer / diameter;
    return 1.0 - inner * inner * inner;
}

double saturation_transfer(const ExchangePool& pool, double nutation, double duration,
                           double water_longitudinal_rate) {
    require_positive(pool.fraction, "the fraction of exchanging protons", "1");
    require_positive(pool.rate, "the exchange rate", "1/s");
    require_positive(nutation, "the saturation", "rad/s");
    require_positive(duration, "the saturation time", "s");
    require_positive(water_longitudinal_rate, "R1 of water", "1/s");
    const double w2 = nutation * nutation;
    const double labelling = w2 / (w2 + pool.rate * pool.rate);
    const double transfer = pool.rate * pool.fraction;
    const double leak = water_longitudinal_rate + transfer;
    return transfer * labelling / leak * -std::expm1(-leak * duration);
}

}  // namespace caravel::formulation::magnetism
