#include "caravel/formulation/luminescence/fret.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/constants.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace caravel::formulation::luminescence {
namespace {

using std::numbers::pi;

constexpr int overlap_steps = 2000;
constexpr double tails = 3.0;           // widths on either side of a band
constexpr double vibration = 125000.0;  // 1/m, of the progression
constexpr double shoulder = 0.35;       // height of the second band

// The band shifted by a wavenumber, of the same width in energy.
Band shifted(const Band& band, double wavenumber) {
    const double centre = 1.0 / (1.0 / band.centre + wavenumber);
    const double ratio = centre / band.centre;
    return {centre, band.width * ratio * ratio};
}

template <class Emission, class Absorption>
double overlap_of(const Emission& emission, const Absorption& absorption, double from, double to) {
    std::vector<double> x, f, e;
    for (int i = 0; i <= overlap_steps; ++i) {
        x.push_back(from + (to - from) * static_cast<double>(i) / overlap_steps);
        f.push_back(emission(x.back()));
        e.push_back(absorption(x.back()));
    }
    return overlap_integral(x, f, e);
}

// Beyond this argument exp(g^2) overflows long before; the asymptotic series is exact there.
constexpr double asymptotic_from = 20.0;

}  // namespace

double band_height(const Band& band, double wavelength) {
    const double t = (wavelength - band.centre) / band.width;
    return std::exp(-4.0 * std::numbers::ln2 * t * t);
}

double band_density(const Band& band, double wavelength) {
    return band_height(band, wavelength) * std::sqrt(4.0 * std::numbers::ln2 / pi) / band.width;
}

double overlap_integral(std::span<const double> wavelengths, std::span<const double> emission,
                        std::span<const double> absorption) {
    if (wavelengths.size() < 2 || emission.size() != wavelengths.size() ||
        absorption.size() != wavelengths.size())
        throw InputError(Diagnostic{{},
                                    "the spectra have different lengths",
                                    "one emission and one absorption per wavelength, at least two",
                                    ""});
    double area = 0.0;
    double sum = 0.0;
    for (std::size_t i = 1; i < wavelengths.size(); ++i) {
        const double step = wavelengths[i] - wavelengths[i - 1];
        require_positive(step, "the step between wavelengths", "m");
        const auto at = [&](std::size_t j) {
            return emission[j] * absorption[j] * std::pow(wavelengths[j], 4);
        };
        area += 0.5 * step * (emission[i] + emission[i - 1]);
        sum += 0.5 * step * (at(i) + at(i - 1));
    }
    require_positive(area, "the area of the emission spectrum", "m");
    return sum / area;
}

double dye_absorption_height(const Band& band, double wavelength) {
    return band_height(band, wavelength) +
           shoulder * band_height(shifted(band, vibration), wavelength);
}

double dye_emission_height(const Band& band, double wavelength) {
    return band_height(band, wavelength) +
           shoulder * band_height(shifted(band, -vibration), wavelength);
}

double dye_overlap_integral(const Band& emission, const Band& absorption, double peak) {
    require_positive(emission.width, "the emission width", "m");
    require_positive(absorption.width, "the absorption width", "m");
    const Band second = shifted(emission, -vibration);
    return overlap_of([&](double x) { return dye_emission_height(emission, x); },
                      [&](double x) { return peak * dye_absorption_height(absorption, x); },
                      std::max(1e-8, emission.centre - tails * emission.width),
                      second.centre + tails * second.width);
}

double overlap_integral(const Band& emission, const Band& absorption, double peak) {
    require_positive(emission.width, "the emission width", "m");
    require_positive(absorption.width, "the absorption width", "m");
    return overlap_of([&](double x) { return band_density(emission, x); },
                      [&](double x) { return peak * band_height(absorption, x); },
                      std::max(1e-8, emission.centre - tails * emission.width),
                      emission.centre + tails * emission.width);
}

double forster_radius(double orientation, double quantum_yield, double refractive_index,
                      double overlap) {
    require_between(orientation, 0.0, 4.0, "kappa^2", "");
    require_between(quantum_yield, 0.0, 1.0, "the donor's quantum yield", "");
    require_between(refractive_index, 1.0, 4.0, "the refractive index", "");
    require_between(overlap, 0.0, 1.0, "the overlap integral", "m6/mol");
    return std::pow(9.0 * std::numbers::ln10 * orientation * quantum_yield * overlap /
                        (128.0 * std::pow(pi, 5) * avogadro * std::pow(refractive_index, 4)),
                    1.0 / 6.0);
}

double transfer_efficiency(double forster_radius, double distance, double acceptors) {
    require_positive(distance, "the distance", "m");
    require_between(acceptors, 0.0, 1e9, "the number of acceptors", "");
    const double x = acceptors * std::pow(forster_radius / distance, 6);
    return x / (1.0 + x);
}

double random_transfer_efficiency(double forster_radius, double density) {
    require_between(density, 0.0, 1e30, "the density of acceptors", "1/m3");
    const double g = 2.0 / 3.0 * std::pow(pi, 1.5) * std::pow(forster_radius, 3) * density;
    if (g > asymptotic_from) {
        const double h = 1.0 / (2.0 * g * g);
        return 1.0 - h * (1.0 - 3.0 * h * (1.0 - 5.0 * h * (1.0 - 7.0 * h)));
    }
    return std::sqrt(pi) * g * std::exp(g * g) * std::erfc(g);
}

double surface_transfer_distance(const MetalSurface& metal, double quantum_yield,
                                 double wavelength) {
    require_between(quantum_yield, 0.0, 1.0, "the donor's quantum yield", "");
    require_positive(wavelength, "the wavelength", "m");
    const double omega = 2.0 * pi * speed_of_light / wavelength;
    return std::pow(0.225 * std::pow(speed_of_light, 3) * quantum_yield /
                        (omega * omega * metal.plasma_frequency * metal.fermi_wavenumber),
                    0.25);
}

double surface_transfer_efficiency(double half_distance, double distance) {
    require_between(distance, 0.0, 1.0, "the distance", "m");
    if (half_distance == 0.0) return 0.0;
    return 1.0 / (1.0 + std::pow(distance / half_distance, 4));
}

}  // namespace caravel::formulation::luminescence
