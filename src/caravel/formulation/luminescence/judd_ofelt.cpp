#include "caravel/formulation/luminescence/judd_ofelt.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/constants.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>
#include <optional>
#include <string>

namespace caravel::formulation::luminescence {
namespace {

using std::numbers::ln2;
using std::numbers::pi;

// e^2/(4 pi eps0), J m: line strengths are divided by the squared charge.
constexpr double charge_square =
    elementary_charge * elementary_charge / (4.0 * pi * vacuum_permittivity);

constexpr double transfer_phonons = 8.0;  // most that a transfer may give to the lattice
constexpr double absorption_phonons = 3.0;
constexpr double thermal_energy = 20713.0;  // 1/m, kT/(hc) at 298 K

double local_field(double n) { return (n * n + 2.0) * (n * n + 2.0) / 9.0; }

double degeneracy(double momentum) { return 2.0 * momentum + 1.0; }

// Half the mismatch at which the phonon law takes over from the overlap of Gaussians.
double critical_gap(double exponent, double width) {
    return exponent * width * width / (4.0 * ln2);
}

double gaussian(double difference, double width) {
    const double t = difference / width;
    return std::sqrt(4.0 * ln2 / pi) / width * std::exp(-4.0 * ln2 * t * t);
}

// Overlap of two Gaussians of the same full width.
double gaussian_overlap(double difference, double width) {
    return gaussian(difference, std::numbers::sqrt2 * width);
}

std::optional<double> number(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace

double total_angular_momentum(std::string_view term) {
    const auto fail = [&] {
        return InputError(Diagnostic{{},
                                     "'" + std::string(term) + "' is not a term symbol",
                                     "multiplicity, letter and J as in 4I13/2",
                                     ""});
    };
    const auto letter = term.find_first_of("SPDFGHIKLMNO");
    if (letter == std::string_view::npos) throw fail();
    std::string_view rest = term.substr(letter + 1);
    if (!rest.empty() && rest.front() == '(') rest = rest.substr(rest.find(')') + 1);
    const auto slash = rest.find('/');
    const auto value = number(rest.substr(0, slash));
    if (!value || (slash != std::string_view::npos && rest.substr(slash) != "/2")) throw fail();
    return slash == std::string_view::npos ? *value : 0.5 * *value;
}

double line_strength(const std::array<double, 3>& omega, const std::array<double, 3>& elements) {
    double sum = 0.0;
    for (std::size_t t = 0; t < 3; ++t) {
        require_between(omega[t], 0.0, 1e-20, "a Judd-Ofelt parameter", "m2");
        require_between(elements[t], 0.0, 100.0, "a squared matrix element", "");
        sum += omega[t] * elements[t];
    }
    return sum;
}

double electric_dipole_rate(double wavenumber, double strength, double momentum,
                            double refractive_index) {
    return 64.0 * std::pow(pi, 4) * charge_square * refractive_index *
           local_field(refractive_index) * std::pow(wavenumber, 3) * strength /
           (3.0 * planck * degeneracy(momentum));
}

double magnetic_dipole_strength(double spin, double orbital, double from, double to) {
    const double larger = std::max(from, to);
    if (from == 0.0 && to == 0.0) return 0.0;
    if (from == to) {
        const double lande =
            spin * (spin + 1.0) - orbital * (orbital + 1.0) + 3.0 * from * (from + 1.0);
        return degeneracy(from) / (4.0 * from * (from + 1.0)) * lande * lande;
    }
    if (std::abs(from - to) != 1.0) return 0.0;
    return (std::pow(spin + orbital + 1.0, 2) - larger * larger) *
           (larger * larger - std::pow(orbital - spin, 2)) / (4.0 * larger);
}

double magnetic_dipole_rate(double wavenumber, double strength, double momentum,
                            double refractive_index) {
    // mu0/(4 pi) takes the place of 1/(4 pi eps0) of the electric dipole.
    return 64.0 * std::pow(pi, 4) * vacuum_permeability / (4.0 * pi) * bohr_magneton *
           bohr_magneton * std::pow(refractive_index, 3) * std::pow(wavenumber, 3) * strength /
           (3.0 * planck * degeneracy(momentum));
}

double absorption_area(double wavenumber, double strength, double momentum,
                       double refractive_index) {
    return 8.0 * std::pow(pi, 3) * charge_square * wavenumber * local_field(refractive_index) /
           refractive_index * strength / (3.0 * speed_of_light * planck * degeneracy(momentum));
}

double HostCrystal::loss_exponent() const { return multiphonon_alpha - ln2 / phonon_energy; }

double multiphonon_rate(const HostCrystal& host, double gap) {
    const double bridged = std::max(std::abs(gap) - host.stokes_shift, 0.0);
    return host.zero_phonon_rate *
           std::exp(-host.multiphonon_alpha * (bridged - 2.0 * host.phonon_energy));
}

double multiphonon_absorption_rate(const HostCrystal& host, double gap) {
    if (gap >= absorption_phonons * host.phonon_energy) return 0.0;
    return multiphonon_rate(host, gap) * std::exp(-host.multiphonon_alpha * gap);
}

double absorption_cross_section(const HostCrystal& host, double wavenumber, double strength,
                                double momentum, double width, double light) {
    require_positive(width, "the line width", "1/m");
    const double area = absorption_area(wavenumber, strength, momentum, host.refractive_index);
    const double difference = std::abs(wavenumber - light);
    if (difference <= critical_gap(host.multiphonon_alpha, width))
        return area * gaussian(difference, width);
    const double uphill = std::max(wavenumber - light, 0.0) / thermal_energy;
    return area * gaussian(0.0, width) * std::exp(-host.multiphonon_alpha * difference - uphill);
}

double transfer_constant(const HostCrystal& host, const IonLine& donor, const IonLine& acceptor) {
    const double n = host.refractive_index;
    const double critical = critical_gap(host.loss_exponent(), donor.width);
    const double mismatch = acceptor.wavenumber - donor.wavenumber;
    if (mismatch > 2.0 * critical || std::abs(mismatch) > transfer_phonons * host.phonon_energy)
        return 0.0;
    const double width = std::max(donor.width, acceptor.width);
    const double shifted = mismatch + host.stokes_shift;
    const double overlap =
        shifted > -critical
            ? gaussian_overlap(shifted, width)
            : gaussian_overlap(0.0, width) * std::exp(-host.loss_exponent() * std::abs(shifted));
    const double field = local_field(n) / (n * n);
    return 8.0 * pi * pi * charge_square * charge_square * overlap * field * field *
           donor.strength * acceptor.strength /
           (3.0 * planck * planck * speed_of_light * degeneracy(donor.momentum) *
            degeneracy(acceptor.momentum));
}

}  // namespace caravel::formulation::luminescence
