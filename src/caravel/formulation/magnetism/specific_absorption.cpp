#include "caravel/formulation/magnetism/specific_absorption.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/constants.hpp"
#include "caravel/base/sphere.hpp"
#include "caravel/formulation/magnetism/fokker_planck.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace caravel::formulation::magnetism {
namespace {

constexpr double linear_below = 1.0;    // xi
constexpr double free_below = 3.0;      // kT
constexpr double most_left_out = 0.05;  // of the volume

double neel_time_in_field(const Macrospin& p, const DriveField& drive) {
    const double relative = drive.amplitude / anisotropy_field(p);
    if (relative >= 1.0) return p.attempt_time;
    const double lowered = barrier(p) * (1.0 - relative) * (1.0 - relative);
    return neel_time(p.attempt_time, lowered);
}

double brown_time_in_field(const Macrospin& p, double xi) {
    return brown_time(p.viscosity, p.hydrodynamic_volume, p.temperature) /
           std::sqrt(1.0 + 0.126 * std::pow(xi, 1.72));
}

}  // namespace

std::string_view to_text(HeatingMethod method) {
    switch (method) {
    case HeatingMethod::linear_response: return "linear response (Rosensweig 2002)";
    case HeatingMethod::turning_particle: return "Fokker-Planck, turning particle (Brown)";
    case HeatingMethod::turning_moment:
        return "Fokker-Planck, moment over its barrier (Neel), axes at random";
    case HeatingMethod::free_moment: break;
    }
    return "Fokker-Planck, free moment with the Neel time";
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

HeatingMethod choose_heating_method(const Macrospin& p, const DriveField& drive) {
    const double xi = langevin_argument(p.volume, p.saturation, drive.amplitude, p.temperature);
    if (xi < linear_below) return HeatingMethod::linear_response;
    if (brown_time_in_field(p, xi) <= neel_time_in_field(p, drive))
        return HeatingMethod::turning_particle;
    return barrier(p) < free_below ? HeatingMethod::free_moment : HeatingMethod::turning_moment;
}

double power_density(const Macrospin& p, const DriveField& drive, HeatingMethod method, int steps) {
    const LinearResponse linear = linear_response(p, drive);
    const RotorDrive rotor_drive{linear.xi, drive.frequency, steps};
    double area = 0.0;
    switch (method) {
    case HeatingMethod::linear_response: return linear.power_density;
    case HeatingMethod::turning_particle:
        area = loop_area(periodic_response({linear.effective, 0.0}, rotor_drive).first);
        break;
    case HeatingMethod::free_moment:
        area = loop_area(periodic_response({linear.neel, 0.0}, rotor_drive).first);
        break;
    case HeatingMethod::turning_moment: {
        const double g = barrier(p);
        const Rotor rotor{neel_diffusion_time(p.attempt_time, g), g};
        area = loop_area(random_axes_response(rotor, rotor_drive).first);
        break;
    }
    }
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
        try {
            const double power = size.weight * power_density(p, drive, method, steps);
            sum.power_density += power;
            sum.heat_share[static_cast<std::size_t>(method)] += power;
        } catch (const NotAvailable&) {
            sum.left_out += size.weight;
            if (sum.left_out > most_left_out) throw;
        }
    }
    if (sum.power_density > 0.0)
        for (double& share : sum.heat_share) share /= sum.power_density;
    return sum;
}

}  // namespace caravel::formulation::magnetism
