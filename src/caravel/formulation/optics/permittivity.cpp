#include "caravel/formulation/optics/permittivity.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"

#include <fmt/format.h>

#include <cmath>

namespace caravel::formulation::optics {
namespace {

using Complex = std::complex<double>;

[[noreturn]] void refuse(std::string what, std::string expected) {
    throw InputError(Diagnostic{{}, std::move(what), std::move(expected), ""});
}

void check_fraction(double fraction) {
    if (!(fraction >= 0.0 && fraction <= 1.0))
        refuse(fmt::format("volume fraction {} of a mixture", fraction), "0 to 1");
}

void check_positive(double value, const char* name) {
    if (!(value > 0.0) || !std::isfinite(value))
        refuse(fmt::format("{} {}", name, value), "a positive number");
}

Complex drude_part(const FreeElectrons& e, double energy, double damping) {
    const double width = reduced_planck * damping;
    return -e.plasma_energy * e.plasma_energy / (energy * Complex(energy, width));
}

}  // namespace

double mean_electron_path(double volume, double surface) {
    check_positive(volume, "volume");
    check_positive(surface, "surface");
    return 4.0 * volume / surface;
}

Complex size_corrected_permittivity(Complex bulk, const FreeElectrons& electrons,
                                    double photon_energy, double path, double surface_factor) {
    check_positive(electrons.plasma_energy, "plasma energy");
    check_positive(electrons.damping, "damping");
    check_positive(electrons.fermi_velocity, "Fermi velocity");
    check_positive(photon_energy, "photon energy");
    check_positive(path, "mean path of electrons");
    if (!(surface_factor >= 0.0))
        refuse(fmt::format("surface factor {}", surface_factor), "0 or more");
    const double more = electrons.damping + surface_factor * electrons.fermi_velocity / path;
    return bulk - drude_part(electrons, photon_energy, electrons.damping) +
           drude_part(electrons, photon_energy, more);
}

Complex maxwell_garnett(Complex host, Complex inclusion, double fraction) {
    check_fraction(fraction);
    const Complex pull = fraction * (inclusion - host);
    return host * (1.0 + 3.0 * pull / (inclusion + 2.0 * host - pull));
}

Complex bruggeman(Complex first, Complex second, double fraction) {
    check_fraction(fraction);
    const Complex b = (2.0 - 3.0 * fraction) * first + (3.0 * fraction - 1.0) * second;
    const Complex root = std::sqrt(b * b + 8.0 * first * second);
    const Complex plus = 0.25 * (b + root);
    const Complex minus = 0.25 * (b - root);
    // of the two roots the passive one; without absorption the positive one
    const double noise = 1e-14 * (std::abs(first) + std::abs(second));
    if (std::abs(plus.imag() - minus.imag()) <= noise)
        return plus.real() >= minus.real() ? plus : minus;
    return plus.imag() > minus.imag() ? plus : minus;
}

Complex refractive_index(Complex permittivity) {
    const Complex m = std::sqrt(permittivity);
    return m.imag() < 0.0 ? -m : m;
}

}  // namespace caravel::formulation::optics
