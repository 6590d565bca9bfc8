#include "caravel/formulation/thermal/effective_conductivity.hpp"

#include "caravel/base/checks.hpp"

#include <cmath>

namespace caravel::formulation::thermal {
namespace {

void check(double medium, double particle, double fraction) {
    require_positive(medium, "the medium's conductivity", "W/(m.K)");
    require_between(particle, 0.0, 1e5, "the particle's conductivity", "W/(m.K)");
    require_between(fraction, 0.0, 1.0, "the volume fraction of particles", "");
}

constexpr double dilute_limit = 0.1;
constexpr double dense_limit = 0.2;

}  // namespace

double volume_fraction(double mass_concentration, double particle_density) {
    require_positive(particle_density, "the particle's density", "kg/m3");
    require_between(mass_concentration, 0.0, particle_density, "the mass concentration", "kg/m3");
    return mass_concentration / particle_density;
}

double conductivity_behind_interface(double particle, double radius, double interface) {
    require_between(particle, 0.0, 1e5, "the particle's conductivity", "W/(m.K)");
    require_positive(radius, "the radius", "m");
    if (!(interface > 0.0))
        throw InputError(Diagnostic{{},
                                    "the interface conductance is " + format_number(interface, 4),
                                    "a number above 0 W/(m2.K)",
                                    ""});
    return particle / (1.0 + particle / (radius * interface));
}

double coated_sphere_conductivity(double core, double shell, double core_share) {
    check(shell, core, core_share);
    const double x = core_share;
    return shell * (core * (1.0 + 2.0 * x) + 2.0 * shell * (1.0 - x)) /
           (core * (1.0 - x) + shell * (2.0 + x));
}

double maxwell_conductivity(double medium, double particle, double fraction) {
    check(medium, particle, fraction);
    const double excess = fraction * (particle - medium);
    const double base = particle + 2.0 * medium;
    return medium * (base + 2.0 * excess) / (base - excess);
}

double bruggeman_conductivity(double medium, double particle, double fraction) {
    check(medium, particle, fraction);
    const double b = (3.0 * fraction - 1.0) * particle + (2.0 - 3.0 * fraction) * medium;
    const double root = std::sqrt(b * b + 8.0 * particle * medium);
    // The form without cancellation when b is negative.
    return b >= 0.0 ? 0.25 * (b + root) : 2.0 * particle * medium / (root - b);
}

double loaded_conductivity(double medium, double particle, double fraction) {
    if (fraction <= dilute_limit) return maxwell_conductivity(medium, particle, fraction);
    const double dense = bruggeman_conductivity(medium, particle, fraction);
    if (fraction >= dense_limit) return dense;
    const double w = (fraction - dilute_limit) / (dense_limit - dilute_limit);
    return (1.0 - w) * maxwell_conductivity(medium, particle, fraction) + w * dense;
}

double depolarisation(double aspect) {
    require_positive(aspect, "the aspect ratio", "");
    const double e2 = 1.0 - 1.0 / (aspect * aspect);
    if (std::abs(aspect - 1.0) < 1e-3) return 1.0 / 3.0 - 2.0 / 15.0 * e2 - 2.0 / 35.0 * e2 * e2;
    if (aspect > 1.0) {
        const double e = std::sqrt(e2);
        return (1.0 - e2) / e2 * (std::atanh(e) / e - 1.0);
    }
    const double f = std::sqrt(1.0 - aspect * aspect);
    return (1.0 - aspect * std::acos(aspect) / f) / (f * f);
}

double nan_conductivity(double medium, const ConductingSpheroid& particle, double fraction) {
    check(medium, particle.conductivity, fraction);
    require_positive(particle.equatorial_radius, "the radius", "m");
    require_between(particle.interface_resistance, 0.0, 1.0, "the interface resistance", "m2.K/W");
    const double p = particle.aspect;
    const double along = depolarisation(p);
    const double across = 0.5 * (1.0 - along);
    const double short_axis = particle.equatorial_radius * (p < 1.0 ? p : 1.0);
    const double kapitza = particle.interface_resistance * medium / short_axis;
    const double gamma = (p >= 1.0 ? 2.0 + 1.0 / p : 1.0 + 2.0 * p) * kapitza;
    const auto polarisability = [&](double l) {
        const double k = particle.conductivity / (1.0 + gamma * l * particle.conductivity / medium);
        return (k - medium) / (medium + l * (k - medium));
    };
    const double b1 = polarisability(across);
    const double b3 = polarisability(along);
    return medium * (3.0 + fraction * (2.0 * b1 * (1.0 - across) + b3 * (1.0 - along))) /
           (3.0 - fraction * (2.0 * b1 * across + b3 * along));
}

double mixture(double medium, double particle, double fraction) {
    require_between(fraction, 0.0, 1.0, "the volume fraction of particles", "");
    return (1.0 - fraction) * medium + fraction * particle;
}

}  // namespace caravel::formulation::thermal
