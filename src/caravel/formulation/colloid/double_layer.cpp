#include "caravel/formulation/colloid/double_layer.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/base/roots.hpp"
#include "caravel/matter/water.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace caravel::formulation::colloid {
namespace {

constexpr double ion_product = 1e-14;     // (mol/L)2, at 25 Cel
constexpr double largest_reduced = 56.0;  // e psi/kT, 1.4 V at 25 Cel
constexpr double small_reduced = 1e-3;    // below it the series serves
constexpr double litres_per_cubic_metre = 1e3;

void require_radius(double radius) {
    if (radius > 0.0 && std::isfinite(radius)) return;
    throw InputError(
        Diagnostic{{},
                   fmt::format("a sphere of radius {:.4g} m has no double layer", radius),
                   "a positive radius",
                   ""});
}

double kappa_of(const Electrolyte& e) { return 1.0 / debye_length(e); }

double reduced(double potential, const Electrolyte& e) {
    return e.valence * potential / thermal_voltage(e.temperature);
}

/// 8 ln cosh(y/4) / sinh2(y/2), 1 at y = 0.
double second_curvature(double y) {
    if (std::abs(y) < small_reduced) return 1.0 - 0.09375 * y * y;
    const double s = std::sinh(0.5 * y);
    return 8.0 * std::log(std::cosh(0.25 * y)) / (s * s);
}

double permittivity(const Electrolyte& e) { return e.relative_permittivity * vacuum_permittivity; }

}  // namespace

Electrolyte salt_water(double ionic_strength, double temperature, double ph) {
    const double protons = std::pow(10.0, -ph);
    const double own = 0.5 * (protons + ion_product / protons) * litres_per_cubic_metre;
    return {std::max(ionic_strength, own), temperature, matter::water_permittivity(temperature), 1};
}

double thermal_voltage(double temperature) { return boltzmann * temperature / elementary_charge; }

double debye_length(const Electrolyte& e) {
    if (!(e.ionic_strength > 0.0) || !(e.temperature > 0.0))
        throw InputError(Diagnostic{
            {}, "no Debye length without ions", "a positive ionic strength and temperature", ""});
    return std::sqrt(permittivity(e) * boltzmann * e.temperature /
                     (2.0 * avogadro * elementary_charge * elementary_charge * e.ionic_strength));
}

double surface_charge(double potential, double radius, const Electrolyte& e) {
    require_radius(radius);
    const double kappa = kappa_of(e);
    const double ka = kappa * radius;
    const double y = reduced(potential, e);
    const double c = std::cosh(0.25 * y);
    const double curvature = std::sqrt(1.0 + 2.0 / (ka * c * c) + second_curvature(y) / (ka * ka));
    return 2.0 * permittivity(e) * kappa * thermal_voltage(e.temperature) / e.valence *
           std::sinh(0.5 * y) * curvature;
}

double surface_potential(double charge, double radius, const Electrolyte& e) {
    if (charge == 0.0) return 0.0;
    const double limit = largest_reduced * thermal_voltage(e.temperature) / e.valence;
    const double largest = surface_charge(limit, radius, e);
    if (!(std::abs(charge) < largest))
        throw InputError(Diagnostic{{},
                                    fmt::format("a surface charge of {:.4g} C/m2", charge),
                                    fmt::format("at most {:.4g} C/m2 in this salt", largest),
                                    "real surfaces carry below 1 C/m2"});
    return find_root([&](double psi) { return surface_charge(psi, radius, e) - charge; }, -limit,
                     limit, {1e-15, 200, "the surface potential"});
}

double potential_at(double distance, double potential, double radius, const Electrolyte& e) {
    require_radius(radius);
    const double kappa = kappa_of(e);
    const double ka = kappa * radius;
    const double t = std::tanh(0.25 * reduced(potential, e));
    const double root = std::sqrt(1.0 - (2.0 * ka + 1.0) / ((ka + 1.0) * (ka + 1.0)) * t * t);
    const double b = (2.0 * ka + 1.0) / (ka + 1.0) * t / (1.0 + root);
    const double s = radius / (radius + distance) * std::exp(-kappa * distance);
    const double y = 4.0 * (std::atanh(b * s) + std::atanh(b * s / (2.0 * ka + 1.0)));
    return y * thermal_voltage(e.temperature) / e.valence;
}

double soft_layer_potential(double charge_density, double thickness, double wall_potential,
                            const Electrolyte& e) {
    const double kappa = kappa_of(e);
    const double ions = avogadro * e.ionic_strength / (e.valence * e.valence);
    const double donnan = std::asinh(charge_density / (2.0 * e.valence * elementary_charge * ions));
    const double thick = donnan - std::tanh(0.5 * donnan);
    const double reach = std::exp(-kappa * thickness);
    return thermal_voltage(e.temperature) / e.valence * thick * (1.0 - reach * reach) +
           wall_potential * reach;
}

}  // namespace caravel::formulation::colloid
