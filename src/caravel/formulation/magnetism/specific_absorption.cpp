#include "caravel/formulation/magnetism/specific_absorption.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/sphere.hpp"

#include <cmath>

namespace caravel::formulation::magnetism {
namespace {

constexpr double linear_below = 0.2;  // xi; beyond, the loop differs by more than 2 %
constexpr double low_barrier = 3.0;   // kT

/// Moments over a low barrier diffuse instead of hopping.
double hopping_share(double barrier) {
    const double ratio = barrier / low_barrier;
    return -std::expm1(-ratio * ratio);
}

}  // namespace

std::string_view to_text(HeatingMethod method) {
    return method == HeatingMethod::linear_response ? "linear response (Rosensweig 2002)"
                                                    : "Fokker-Planck, particle that turns while "
                                                      "its moment hops (Brown and Neel at once)";
}

Macrospin particle_of(const Ensemble& ensemble, double diameter) {
    Macrospin p = ensemble.particle;
    p.volume = sphere_volume(diameter);
    p.hydrodynamic_volume =
        ensemble.hydrodynamic_volume.value_or(sphere_volume(diameter + 2.0 * ensemble.shell));
    return p;
}

double anisotropy_field(const Macrospin& p) {
    return 2.0 * p.anisotropy / (vacuum_permeability * p.saturation);
}

HoppingRotor hopping_rotor(const Macrospin& p) {
    const double g = barrier(p);
    const double share = hopping_share(g);
    const double brown = brown_time(p.viscosity, p.hydrodynamic_volume, p.temperature);
    const double neel = neel_time(p.attempt_time, g);
    return {1.0 / (1.0 / brown + (1.0 - share) / neel), share, p.attempt_time, g};
}

HeatingMethod choose_heating_method(const Macrospin& p, const DriveField& drive) {
    const double xi = langevin_argument(p.volume, p.saturation, drive.amplitude, p.temperature);
    return xi < linear_below ? HeatingMethod::linear_response : HeatingMethod::turning_and_hopping;
}

double power_density(const Macrospin& p, const DriveField& drive, HeatingMethod method, int steps) {
    const LinearResponse linear = linear_response(p, drive);
    if (method == HeatingMethod::linear_response) return linear.power_density;
    const double area =
        loop_area(periodic_magnetisation(hopping_rotor(p), {linear.xi, drive.frequency, steps}));
    return vacuum_permeability * p.saturation * drive.amplitude * area * drive.frequency;
}

Absorption specific_absorption(const Ensemble& ensemble, const DriveField& drive, int steps) {
    Absorption sum;
    double nearest = 2.0;
    double volume_below = 0.0;
    for (const SizeNode& size : ensemble.sizes) {
        const Macrospin p = particle_of(ensemble, size.diameter);
        volume_below += size.weight;
        if (std::abs(volume_below - 0.5 * size.weight - 0.5) < nearest) {
            nearest = std::abs(volume_below - 0.5 * size.weight - 0.5);
            sum.xi = langevin_argument(p.volume, p.saturation, drive.amplitude, p.temperature);
        }
        const HeatingMethod method = choose_heating_method(p, drive);
        const double power = size.weight * power_density(p, drive, method, steps);
        sum.power_density += power;
        if (method == HeatingMethod::linear_response) sum.linear_share += power;
    }
    if (sum.power_density > 0.0) sum.linear_share /= sum.power_density;
    return sum;
}

}  // namespace caravel::formulation::magnetism
