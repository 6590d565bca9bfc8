#include "caravel/formulation/thermal/small_sphere.hpp"

#include "caravel/base/checks.hpp"

#include <cmath>
#include <complex>
#include <numbers>

namespace caravel::formulation::thermal {
namespace {

using Complex = std::complex<double>;

constexpr double largest_size_parameter = 0.3;

void check(const SoundSphere& s, const SoundMedium& m) {
    require_positive(s.radius, "the radius", "m");
    require_positive(s.density, "the particle's density", "kg/m3");
    require_positive(s.compressibility, "the particle's compressibility", "1/Pa");
    require_positive(m.density, "the medium's density", "kg/m3");
    require_positive(m.speed, "the medium's speed of sound", "m/s");
    require_between(m.viscosity, 0.0, 1e3, "the medium's viscosity", "Pa.s");
}

}  // namespace

SoundResponse small_sphere_response(const SoundSphere& sphere, const SoundMedium& medium,
                                    double frequency) {
    check(sphere, medium);
    require_positive(frequency, "the frequency", "Hz");
    const double omega = 2.0 * std::numbers::pi * frequency;
    const double a = sphere.radius;
    SoundResponse r;
    r.size_parameter = omega * a / medium.speed;
    if (r.size_parameter > largest_size_parameter)
        throw NotAvailable("the sphere is no longer small against the wavelength: k a = " +
                           format_number(r.size_parameter, 3) + " is above 0.3");
    r.boundary_layer = std::sqrt(2.0 * medium.viscosity / (medium.density * omega));
    const double ratio = sphere.density / medium.density;
    const double d = r.boundary_layer / a;
    const Complex gamma = -1.5 * d * Complex(1.0, 1.0 + d);
    const Complex f2 = 2.0 * (1.0 - gamma) * (ratio - 1.0) / (2.0 * ratio + 1.0 - 3.0 * gamma);
    r.monopole = 1.0 - sphere.compressibility / medium.compressibility();
    r.dipole = f2.real();
    r.dipole_loss = f2.imag();
    r.contrast_factor = r.monopole / 3.0 + 0.5 * r.dipole;
    const double k = omega / medium.speed;
    const double k2a3 = k * k * a * a * a;
    r.scattering = 4.0 * std::numbers::pi * k2a3 * k2a3 *
                   (r.monopole * r.monopole / 9.0 + std::norm(f2) / 12.0);
    r.absorption = 2.0 * std::numbers::pi * k * a * a * a * r.dipole_loss;
    return r;
}

double suspension_attenuation(const SoundResponse& response, double number) {
    require_between(number, 0.0, 1e40, "the number of particles", "1/m3");
    return 0.5 * number * (response.scattering + response.absorption);
}

double suspension_speed(const SoundSphere& sphere, const SoundMedium& medium, double fraction) {
    check(sphere, medium);
    require_between(fraction, 0.0, 1.0, "the volume fraction of particles", "");
    const double density = (1.0 - fraction) * medium.density + fraction * sphere.density;
    const double kappa =
        (1.0 - fraction) * medium.compressibility() + fraction * sphere.compressibility;
    return 1.0 / std::sqrt(density * kappa);
}

double decibel_per_metre(double neper_per_metre) {
    return neper_per_metre * 20.0 / std::numbers::ln10;
}

}  // namespace caravel::formulation::thermal
