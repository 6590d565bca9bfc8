#include "caravel/formulation/magnetism/magnetic_force.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/constants.hpp"
#include "caravel/formulation/magnetism/langevin.hpp"

#include <cmath>
#include <numbers>

namespace caravel::formulation::magnetism {
namespace {

using std::numbers::pi;

void check(const CylinderMagnet& magnet) {
    require_positive(magnet.radius, "the magnet's radius", "m");
    require_positive(magnet.length, "the magnet's length", "m");
    require_between(magnet.remanence, -3.0, 3.0, "the magnet's remanence", "T");
}

/// z/sqrt(z^2 + R^2), the share of one end face on the axis.
double face(double z, double radius) { return z / std::hypot(z, radius); }

double face_slope(double z, double radius) {
    const double distance = std::hypot(z, radius);
    return radius * radius / (distance * distance * distance);
}

/// Both components of one end face, without the factor remanence/pi.
FluxDensity end_face(double z, double a, double rho) {
    const double outer = std::hypot(z, a + rho);
    const double k = std::hypot(z, a - rho) / outer;
    const double g = (a - rho) / (a + rho);
    return {a / (a + rho) * z / outer * complete_elliptic(k, g * g, 1.0, g),
            a / outer * complete_elliptic(k, 1.0, 1.0, -1.0)};
}

/// Bulirsch's running values.
struct EllipticState {
    double p, c, s;
    void advance(double product) {
        const double f = c;
        c += s / p;
        const double g = product / p;
        s = 2.0 * (s + f * g);
        p += g;
    }
};

EllipticState elliptic_start(double k, double p, double c, double s) {
    if (p > 0.0) return {std::sqrt(p), c, s / std::sqrt(p)};
    const double f = k * k;
    const double g = 1.0 - p;
    const double root = std::sqrt((f - p) / g);
    const double turned = (c - s) / g;
    return {root, turned, -(1.0 - f) * (s - c * p) / (g * g * root) + turned * root};
}

}  // namespace

double gradient_force(double mean_moment, double field_slope) {
    return vacuum_permeability * mean_moment * field_slope;
}

double mean_moment(double domains, double volume, double saturation, double field,
                   double temperature) {
    return domains * saturation * volume *
           langevin(langevin_argument(volume, saturation, field, temperature));
}

double drift_speed(double force, double viscosity, double hydrodynamic_diameter) {
    require_positive(viscosity, "the viscosity", "Pa.s");
    require_positive(hydrodynamic_diameter, "the hydrodynamic diameter", "m");
    return force / (3.0 * pi * viscosity * hydrodynamic_diameter);
}

double capture_number(double drift, double flow_speed) {
    require_positive(flow_speed, "the flow speed", "m/s");
    return drift / flow_speed;
}

double axial_flux_density(const CylinderMagnet& magnet, double z) {
    check(magnet);
    const double half = 0.5 * magnet.length;
    return 0.5 * magnet.remanence * (face(z + half, magnet.radius) - face(z - half, magnet.radius));
}

double axial_flux_slope(const CylinderMagnet& magnet, double z) {
    check(magnet);
    const double half = 0.5 * magnet.length;
    return 0.5 * magnet.remanence *
           (face_slope(z + half, magnet.radius) - face_slope(z - half, magnet.radius));
}

double complete_elliptic(double kc, double p, double c, double s) {
    if (kc == 0.0 || !std::isfinite(kc))
        throw InputError(Diagnostic{{},
                                    "the field on the rim of the magnet is asked for",
                                    "a place off the rim",
                                    "the field is infinite there"});
    double k = std::abs(kc);
    EllipticState e = elliptic_start(k, p, c, s);
    double mean = 1.0;
    double product = k;
    double before = mean;
    mean += k;
    e.advance(product);
    // Agreement of 1e-8 gives 1e-16, the iteration converges quadratically.
    for (int i = 0; i < 64 && std::abs(before - k) > before * 1e-8; ++i) {
        k = 2.0 * std::sqrt(product);
        product = k * mean;
        e.advance(product);
        before = mean;
        mean += k;
    }
    return 0.5 * pi * (e.s + e.c * mean) / (mean * (mean + e.p));
}

FluxDensity flux_density(const CylinderMagnet& magnet, double distance, double z) {
    check(magnet);
    require_between(distance, 0.0, 1e6, "the distance from the axis", "m");
    const double half = 0.5 * magnet.length;
    const FluxDensity top = end_face(z + half, magnet.radius, distance);
    const FluxDensity bottom = end_face(z - half, magnet.radius, distance);
    const double scale = magnet.remanence / pi;
    return {scale * (top.axial - bottom.axial), scale * (top.radial - bottom.radial)};
}

}  // namespace caravel::formulation::magnetism
