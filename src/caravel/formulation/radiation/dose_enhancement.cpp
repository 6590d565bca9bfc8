#include "caravel/formulation/radiation/dose_enhancement.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"

#include <fmt/format.h>

#include <cmath>

namespace caravel::formulation::radiation {
namespace {

constexpr double lowest_tube_energy = 10.0 * kiloelectronvolt;  // J
constexpr double aluminium_density = 2698.9;                    // kg/m3

}  // namespace

double energy_absorption_ratio(const matter::XrayTables& tables,
                               const matter::Composition& substance, const Spectrum& spectrum) {
    const matter::AttenuationCurve& water = tables.curve("water");
    double loaded = 0.0;
    double plain = 0.0;
    for (const SpectrumBin& bin : spectrum) {
        loaded += bin.weight * bin.energy * tables.energy_absorption(substance, bin.energy);
        plain += bin.weight * bin.energy * water.energy_absorption(bin.energy);
    }
    if (!(plain > 0.0)) throw InputError(Diagnostic{{}, "the photon spectrum is empty", "", ""});
    return loaded / plain;
}

double dose_enhancement(double mass_fraction, double ratio) {
    if (!(mass_fraction >= 0.0 && mass_fraction <= 1.0))
        throw InputError(Diagnostic{
            {},
            fmt::format("a mass fraction of {} is impossible", format_number(mass_fraction, 4)),
            "a number between 0 and 1",
            ""});
    return 1.0 - mass_fraction + mass_fraction * ratio;
}

Spectrum nuclide_spectrum(const matter::Nuclide& nuclide, double lowest) {
    Spectrum spectrum;
    for (const matter::NuclidePhoton& photon : nuclide.photons)
        if (photon.energy >= lowest) spectrum.push_back({photon.energy, photon.intensity});
    return spectrum;
}

Spectrum tube_spectrum(const matter::XrayTables& tables, double peak, double aluminium, int bins) {
    if (!(peak > 1.5 * lowest_tube_energy) || aluminium < 0.0 || bins < 1)
        throw InputError(Diagnostic{
            {},
            fmt::format("no tube spectrum at {} kV", format_number(peak / kiloelectronvolt, 4)),
            "more than 15 kV",
            ""});
    const matter::AttenuationCurve& filter = tables.curve("Al");
    const double width = (peak - lowest_tube_energy) / static_cast<double>(bins);
    Spectrum spectrum;
    for (int i = 0; i < bins; ++i) {
        const double energy = lowest_tube_energy + (static_cast<double>(i) + 0.5) * width;
        const double depth = filter.attenuation(energy) * aluminium_density * aluminium;
        spectrum.push_back({energy, (peak - energy) / energy * std::exp(-depth)});
    }
    return spectrum;
}

}  // namespace caravel::formulation::radiation
