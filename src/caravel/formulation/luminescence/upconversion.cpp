#include "caravel/formulation/luminescence/upconversion.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/constants.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::formulation::luminescence {
namespace {

constexpr double negligible = 1e-4;  // 1/s
constexpr int depth_steps = 400;

void require_ion(const DopedIon& doped) {
    const std::size_t n = doped.ion.size();
    require_between(doped.fraction, 0.0, 1.0, "the fraction of " + doped.ion.symbol, "");
    if (n < 2 || doped.ion.momenta.size() != n || doped.ion.labels.size() != n ||
        doped.ion.strengths.size() != n * n || doped.ion.magnetic_rates.size() != n * n)
        throw InputError(Diagnostic{{},
                                    "the levels of " + doped.ion.symbol + " do not fit its lines",
                                    "at least two levels, and matrices of levels x levels",
                                    ""});
}

// Photons of one ion: spontaneous downwards, driven by the light in both directions.
void add_light(const DopedIon& doped, std::size_t first, const HostCrystal& host,
               const Illumination& light, RateSystem& system) {
    const Ion& ion = doped.ion;
    const double wavenumber = 1.0 / light.wavelength;
    const double flux = light.irradiance / (planck * speed_of_light * wavenumber);
    for (std::size_t i = 1; i < ion.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) {
            const double gap = ion.energies[i] - ion.energies[j];
            const double n = host.refractive_index;
            const double rate = electric_dipole_rate(gap, ion.strength(i, j), ion.momenta[i], n) +
                                ion.magnetic_rates[i * ion.size() + j] * n * n * n;
            if (rate > 0.0) system.emission.push_back({first + i, first + j, rate});
            const double up =
                flux * absorption_cross_section(host, gap, ion.strength(i, j), ion.momenta[j],
                                                ion.width, wavenumber);
            if (up <= 0.0) continue;
            const double ratio = (2.0 * ion.momenta[j] + 1.0) / (2.0 * ion.momenta[i] + 1.0);
            system.excitation.push_back({first + j, first + i, up});
            system.excitation.push_back({first + i, first + j, up * ratio});
        }
}

// Vibrations and the surface carry an ion to the next lower level.
void add_loss(const DopedIon& doped, std::size_t first, const HostCrystal& host,
              double surface_rate, RateSystem& system) {
    for (std::size_t i = 1; i < doped.ion.size(); ++i) {
        const double gap = doped.ion.energies[i] - doped.ion.energies[i - 1];
        system.spontaneous.push_back(
            {first + i, first + i - 1, multiphonon_rate(host, gap) + surface_rate});
        const double up = multiphonon_absorption_rate(host, gap);
        if (up > 0.0) system.spontaneous.push_back({first + i - 1, first + i, up});
    }
}

void add_pairs(const DopedIon& donor, std::size_t donor_first, const DopedIon& acceptor,
               std::size_t acceptor_first, const HostCrystal& host, RateSystem& system) {
    const bool is_same = donor_first == acceptor_first;
    const double capture =
        4.0 * std::numbers::pi / 3.0 / std::pow(host.nearest_distance, 3);  // 1/m3
    const double most = std::max(donor.fraction, acceptor.fraction) / host.site_volume;
    const Ion& d = donor.ion;
    const Ion& a = acceptor.ion;
    for (std::size_t i = 1; i < d.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            for (std::size_t l = 1; l < a.size(); ++l)
                for (std::size_t k = 0; k < l; ++k) {
                    if (is_same && i == l && j == k) continue;  // changes nothing
                    const IonLine falls{d.energies[i] - d.energies[j], d.strength(i, j),
                                        d.momenta[i], d.width};
                    const IonLine rises{a.energies[l] - a.energies[k], a.strength(k, l),
                                        a.momenta[k], a.width};
                    const double rate = capture * transfer_constant(host, falls, rises);
                    if (rate * most < negligible) continue;
                    system.pairs.push_back({donor_first + i, donor_first + j, acceptor_first + k,
                                            acceptor_first + l, rate});
                }
}

}  // namespace

double mean_surface_rate(const SurfaceQuenching& surface, double diameter, double thickness) {
    if (surface.contact == 0.0) return 0.0;
    require_positive(diameter, "the doped core's diameter", "m");
    require_between(thickness, 0.0, 1e-3, "the shell's thickness", "m");
    require_positive(surface.reach, "the reach of the surface", "m");
    // Midpoints in depth, crowded where the rate is: z = R s^2.
    const double radius = 0.5 * diameter;
    double sum = 0.0;
    double volume = 0.0;
    for (int i = 0; i < depth_steps; ++i) {
        const double s = (i + 0.5) / depth_steps;
        const double depth = radius * s * s;
        const double weight = (radius - depth) * (radius - depth) * s;
        volume += weight;
        sum += weight / std::pow(1.0 + (depth + thickness) / surface.reach, 3);
    }
    return surface.contact * sum / volume;
}

std::size_t RateSystem::size() const { return first.back() + ions.back().ion.size(); }

std::size_t RateSystem::ion_of(std::size_t level) const {
    std::size_t s = first.size() - 1;
    while (first[s] > level) --s;
    return s;
}

double RateSystem::energy(std::size_t level) const {
    const std::size_t s = ion_of(level);
    return ions[s].ion.energies[level - first[s]];
}

RateSystem make_rate_system(std::span<const DopedIon> ions, const HostCrystal& host,
                            const Illumination& light, double surface_rate) {
    if (ions.empty())
        throw InputError(Diagnostic{{}, "no dopant is given", "at least one lanthanide", ""});
    require_positive(light.wavelength, "the exciting wavelength", "m");
    require_between(light.irradiance, 0.0, 1e16, "the irradiance", "W/m2");
    require_between(surface_rate, 0.0, 1e15, "the surface quenching rate", "1/s");
    RateSystem system;
    double filled = 0.0;
    std::size_t levels = 0;
    for (const DopedIon& doped : ions) {
        require_ion(doped);
        filled += doped.fraction;
        system.ions.push_back(doped);
        system.first.push_back(levels);
        system.densities.push_back(doped.fraction / host.site_volume);
        levels += doped.ion.size();
    }
    require_between(filled, 0.0, 1.0 + 1e-12, "the sum of the dopant fractions", "");
    for (std::size_t s = 0; s < ions.size(); ++s) {
        add_light(ions[s], system.first[s], host, light, system);
        add_loss(ions[s], system.first[s], host, surface_rate, system);
        for (std::size_t t = 0; t < ions.size(); ++t)
            add_pairs(ions[s], system.first[s], ions[t], system.first[t], host, system);
    }
    system.spontaneous.insert(system.spontaneous.end(), system.emission.begin(),
                              system.emission.end());
    return system;
}

std::vector<double> occupation_change(const RateSystem& system, std::span<const double> n) {
    std::vector<double> change(n.size(), 0.0);
    for (const auto* steps : {&system.spontaneous, &system.excitation})
        for (const LevelStep& step : *steps) {
            change[step.from] -= step.rate * n[step.from];
            change[step.to] += step.rate * n[step.from];
        }
    for (const PairStep& pair : system.pairs) {
        const double both = pair.rate * n[pair.donor_from] * n[pair.acceptor_from];
        const double donor = both * system.densities[system.ion_of(pair.acceptor_from)];
        const double acceptor = both * system.densities[system.ion_of(pair.donor_from)];
        change[pair.donor_from] -= donor;
        change[pair.donor_to] += donor;
        change[pair.acceptor_from] -= acceptor;
        change[pair.acceptor_to] += acceptor;
    }
    return change;
}

std::vector<EmissionLine> emission_lines(const RateSystem& system, std::span<const double> n) {
    std::vector<EmissionLine> lines;
    for (const LevelStep& step : system.emission) {
        const std::size_t s = system.ion_of(step.from);
        const Ion& ion = system.ions[s].ion;
        lines.push_back({ion.symbol, ion.labels[step.from - system.first[s]],
                         ion.labels[step.to - system.first[s]],
                         1.0 / (system.energy(step.from) - system.energy(step.to)),
                         step.rate * n[step.from] * system.densities[s]});
    }
    std::stable_sort(lines.begin(), lines.end(),
                     [](const auto& a, const auto& b) { return a.wavelength < b.wavelength; });
    return lines;
}

double absorbed_photons(const RateSystem& system, std::span<const double> n) {
    double sum = 0.0;
    for (const LevelStep& step : system.excitation) {
        const double up = system.energy(step.to) > system.energy(step.from) ? 1.0 : -1.0;
        sum += up * step.rate * n[step.from] * system.densities[system.ion_of(step.from)];
    }
    return sum;
}

double band_photons(const RateSystem& system, std::span<const double> n, double from, double to) {
    double sum = 0.0;
    for (const EmissionLine& line : emission_lines(system, n))
        if (line.wavelength >= from && line.wavelength <= to) sum += line.photons;
    return sum;
}

double band_quantum_yield(const RateSystem& system, std::span<const double> n, double from,
                          double to) {
    const double absorbed = absorbed_photons(system, n);
    require_positive(absorbed, "the absorbed light", "1/(m3 s)");
    return band_photons(system, n, from, to) / absorbed;
}

}  // namespace caravel::formulation::luminescence
