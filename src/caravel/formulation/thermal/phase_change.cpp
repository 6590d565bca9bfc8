#include "caravel/formulation/thermal/phase_change.hpp"

#include "caravel/base/checks.hpp"

#include <cmath>
#include <numbers>

namespace caravel::formulation::thermal {
namespace {

/// Position in the range, -1/2 at the solidus and 1/2 at the liquidus.
double place(const MeltingRange& range, double temperature) {
    require_positive(temperature, "the temperature", "K");
    require_positive(range.solidus, "the solidus", "K");
    if (!(range.liquidus > range.solidus))
        throw InputError(Diagnostic{{},
                                    "melting ends at " + format_number(range.liquidus, 5) +
                                        " K and begins at " + format_number(range.solidus, 5) +
                                        " K",
                                    "a liquidus above the solidus",
                                    "a range of 1 K stands for a sharp melting point"});
    return (temperature - range.solidus) / (range.liquidus - range.solidus) - 0.5;
}

double gibbs_thomson(const MeltInterface& i, double radius) {
    require_positive(radius, "the radius that can freeze", "m");
    return 2.0 * i.energy * i.melting_temperature / (i.density * i.latent_heat * radius);
}

}  // namespace

double molten_fraction(const MeltingRange& range, double temperature) {
    const double x = place(range, temperature);
    if (x <= -0.5) return 0.0;
    if (x >= 0.5) return 1.0;
    const double turn = 2.0 * std::numbers::pi;
    return x + 0.5 + std::sin(turn * x) / turn;
}

double melting_heat_capacity(const MeltingRange& range, double temperature) {
    const double x = place(range, temperature);
    if (std::abs(x) >= 0.5) return 0.0;
    return range.latent_heat / (range.liquidus - range.solidus) *
           (1.0 + std::cos(2.0 * std::numbers::pi * x));
}

double heat_taken_up(const MeltingRange& range, double sensible, double from, double to) {
    return sensible * (to - from) +
           range.latent_heat * (molten_fraction(range, to) - molten_fraction(range, from));
}

MeltInterface ice_water() { return {31.7e-3, 273.15, 917.0, 333.6e3}; }

double pore_freezing_depression(const MeltInterface& interface, double radius, double unfrozen) {
    return gibbs_thomson(interface, radius - unfrozen);
}

double pore_melting_depression(const MeltInterface& interface, double radius, double unfrozen) {
    return 0.5 * gibbs_thomson(interface, radius - unfrozen);
}

double particle_melting_depression(const MeltInterface& interface, double radius) {
    return gibbs_thomson(interface, radius);
}

}  // namespace caravel::formulation::thermal
