#include "caravel/imaging/xray/tube_spectrum.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace caravel::imaging {
namespace {

constexpr double lowest_voltage = 40.0;      // kV
constexpr double highest_voltage = 140.0;    // kV
constexpr double k_edge = 69.5;              // keV, tungsten
constexpr double line_exponent = 1.63;       // Green and Cosslett 1961
constexpr double per_m2_and_as = 1e6 * 1e3;  // from per mm2 and mA s
constexpr std::array<std::pair<int, int>, 2> lines{{{57, 60}, {66, 69}}};  // keV, bins of K lines

/// One tabulated spectrum: photons in the bin at E keV.
struct Tabulated {
    double voltage = 0.0;  // kV
    std::vector<double> photons{};
};

std::vector<Tabulated> read_spectra(const matter::Library& library) {
    const input::CsvTable& csv = library.csv("xray/tube_spectra.csv");
    const auto voltage = csv.column("tube_voltage_kV");
    const auto energy = csv.column("energy_keV");
    const auto photons = csv.column("photons_per_mA_s_mm2_at_1_m");
    std::vector<Tabulated> all;
    for (std::size_t i = 0; i < csv.rows.size(); ++i) {
        if (all.empty() || all.back().voltage != csv.number(i, voltage))
            all.push_back({csv.number(i, voltage),
                           std::vector<double>(static_cast<std::size_t>(highest_voltage) + 1)});
        const auto bin = static_cast<std::size_t>(csv.number(i, energy));
        all.back().photons.at(bin) = csv.number(i, photons) * per_m2_and_as;
    }
    return all;
}

/// Moves what stands above the straight line under a group of lines out of the continuum.
std::vector<double> take_lines(std::vector<double>& photons) {
    std::vector<double> excess(photons.size());
    for (const auto& [first, last] : lines) {
        const std::size_t low = static_cast<std::size_t>(first) - 1;
        const std::size_t high = static_cast<std::size_t>(last) + 1;
        for (std::size_t i = low + 1; i < high; ++i) {
            const double part = static_cast<double>(i - low) / static_cast<double>(high - low);
            const double under = (1.0 - part) * photons[low] + part * photons[high];
            excess[i] = std::max(0.0, photons[i] - under);
            photons[i] -= excess[i];
        }
    }
    return excess;
}

/// Strength of the K lines at a voltage (kV), any scale.
double line_strength(double voltage) {
    return voltage > k_edge ? std::pow(voltage / k_edge - 1.0, line_exponent) : 0.0;
}

/// Continuum at `energy` (keV) and `voltage` (kV): parabola in the voltage through nought at
/// voltage = energy and two tabulated voltages.
double continuum(const Tabulated& low, const Tabulated& high, std::size_t bin, double voltage) {
    const double energy = static_cast<double>(bin);
    if (voltage <= energy) return 0.0;
    const double x = voltage - energy;
    const double x2 = high.voltage - energy;
    const double x1 = low.voltage - energy;
    if (x1 <= 0.0) return high.photons[bin] * x / x2;
    const double y1 = low.photons[bin] / x1;
    const double y2 = high.photons[bin] / x2;
    return std::max(0.0, x * (y1 + (y2 - y1) * (x - x1) / (x2 - x1)));
}

}  // namespace

PhotonSpectrum tube_spectrum(const matter::Library& library, double tube_voltage) {
    const double voltage = tube_voltage * 1e-3;
    if (!(voltage >= lowest_voltage * (1.0 - 1e-12) && voltage <= highest_voltage * (1.0 + 1e-12)))
        throw InputError(
            Diagnostic{{},
                       fmt::format("no spectrum of a tube at {} kV", format_number(voltage, 4)),
                       "a tube voltage between 40 and 140 kV",
                       "spectra of a tungsten target"});
    std::vector<Tabulated> tabulated = read_spectra(library);
    std::size_t above = 1;
    while (above + 1 < tabulated.size() && tabulated[above].voltage < voltage) ++above;
    PhotonSpectrum spectrum;
    Tabulated low = tabulated[above - 1];
    Tabulated high = tabulated[above];
    const std::vector<double> exact = std::abs(voltage - low.voltage) < 1e-9 ? low.photons
                                      : std::abs(voltage - high.voltage) < 1e-9
                                          ? high.photons
                                          : std::vector<double>{};
    take_lines(low.photons);
    const std::vector<double> excess = take_lines(high.photons);
    const double lines_there = line_strength(voltage) / line_strength(high.voltage);
    for (std::size_t bin = 1; static_cast<double>(bin) < voltage; ++bin) {
        const double photons = exact.empty()
                                   ? continuum(low, high, bin, voltage) + lines_there * excess[bin]
                                   : exact[bin];
        if (!(photons > 0.0)) continue;
        spectrum.energy.push_back(static_cast<double>(bin) * kiloelectronvolt);
        spectrum.photons.push_back(photons);
    }
    return spectrum;
}

void filter_spectrum(const PhotonTables& photons, matter::Library& library,
                     std::string_view material, double thickness, PhotonSpectrum& spectrum) {
    const matter::Composition composition = photons.tables.composition(material);
    const double density = library.value("materials", material, "density");
    for (std::size_t i = 0; i < spectrum.energy.size(); ++i)
        spectrum.photons[i] *= std::exp(
            -mass_attenuation(photons, composition, spectrum.energy[i]) * density * thickness);
}

double photon_count(const PhotonSpectrum& spectrum) {
    double sum = 0.0;
    for (const double photons : spectrum.photons) sum += photons;
    return sum;
}

double mean_energy(const PhotonSpectrum& spectrum) {
    double sum = 0.0;
    for (std::size_t i = 0; i < spectrum.energy.size(); ++i)
        sum += spectrum.energy[i] * spectrum.photons[i];
    const double count = photon_count(spectrum);
    return count > 0.0 ? sum / count : 0.0;
}

}  // namespace caravel::imaging
